package nacos

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"orderly.example/activities"
	"orderly.example/integrations/nacos/document"
	"orderly.example/ops"
)

// release is what was published at a time.
type release struct {
	text, by string
	at       time.Time
}

// pageSize is how many entries are asked for at once.
const pageSize = 100

// walk goes through the releases of a dataId, the newest first, as long as do wants more. The history of Nacos holds for
// each change what was there before it (only for the first one, what it made), so that an entry tells who made the present
// text, and the text before that.
func (c *Client) walk(ctx context.Context, p place, now record, do func(release) bool) error {
	text, there := now.Content, true
	for page := 1; ; page++ {
		var got struct {
			Total int      `json:"totalCount"`
			Items []record `json:"pageItems"`
		}
		q := c.with(p, c.api.accurate, url.Values{"pageNo": {strconv.Itoa(page)}, "pageSize": {strconv.Itoa(pageSize)}})
		if err := c.do(ctx, call{method: http.MethodGet, path: c.api.list, values: q, wrapped: c.api.wrapped, what: p.name}, &got); err != nil {
			return err
		}
		for _, e := range got.Items {
			if e.Publish == "gray" {
				continue
			}
			op := strings.TrimSpace(e.Op)
			if there && op != "D" && !do(release{text: text, by: e.User, at: e.when()}) {
				return nil
			}
			if there = op != "I"; !there {
				continue // before it there was nothing
			}
			former, err := c.entry(ctx, p, e.ID)
			if err != nil {
				return err
			}
			text = former.Content
		}
		if len(got.Items) < pageSize || page*pageSize >= got.Total {
			break
		}
	}
	if there { // what made it is forgotten
		do(release{text: text})
	}
	return nil
}

// entry reads one entry of the history.
func (c *Client) entry(ctx context.Context, p place, id loose) (record, error) {
	var out record
	err := c.do(ctx, call{method: http.MethodGet, path: c.api.history, values: c.with(p, url.Values{"nid": {string(id)}}), wrapped: c.api.wrapped, what: p.name}, &out)
	return out, err
}

// when is the time of an entry.
func (r record) when() time.Time {
	if ms, err := strconv.ParseInt(string(r.Modified), 10, 64); err == nil {
		return time.UnixMilli(ms).UTC()
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05.000-0700"} {
		if t, err := time.Parse(layout, string(r.ModifiedText)); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// ConfigReleases are what was published, the newest first; see activities.ConfigHistorian. A text that cannot be read as
// keys is left out.
func (c *Client) ConfigReleases(ctx context.Context, at ops.ConfigAt, limit int) ([]activities.ConfigRelease, error) {
	p, err := placeOf(at)
	if err != nil {
		return nil, err
	}
	now, err := c.find(ctx, p)
	if err != nil {
		return nil, err
	}
	kind, _, err := now.values(p)
	if err != nil {
		return nil, err
	}
	var out []activities.ConfigRelease
	err = c.walk(ctx, p, now, func(r release) bool {
		if values, err := document.Values(kind, r.text); err == nil {
			out = append(out, activities.ConfigRelease{ID: md5Of(r.text), By: r.by, At: r.at, Values: values})
		}
		return len(out) < limit
	})
	return out, err
}
