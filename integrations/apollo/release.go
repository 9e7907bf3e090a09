package apollo

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"orderly.example/activities"
	"orderly.example/integrations/rest"
	"orderly.example/ops"
)

// release is a release, as the open API has it.
type release struct {
	ID        int64             `json:"id"`
	Name      string            `json:"name"`
	Comment   string            `json:"comment"`
	Values    map[string]string `json:"configurations"`
	CreatedBy string            `json:"dataChangeCreatedBy"`
	CreatedAt string            `json:"dataChangeCreatedTime"`
}

// none is the ID of the release of a namespace that was never published.
const none = "0"

func (r release) id() string { return strconv.FormatInt(r.ID, 10) }

// latest is the release that instances get; the zero release when there is none.
func (c *Client) latest(ctx context.Context, at ops.ConfigAt) (release, error) {
	var out release
	err := c.do(ctx, rest.Call{Method: http.MethodGet, Path: space(at, "releases", "latest"), What: at.String()}, &out)
	if ops.CodeOf(err) == ops.NotFound {
		return release{}, nil // the namespace itself is there, or its items would not have been
	}
	return out, err
}

// ConfigReleases are the releases that were not taken back, the newest first; see activities.ConfigHistorian.
func (c *Client) ConfigReleases(ctx context.Context, at ops.ConfigAt, limit int) ([]activities.ConfigRelease, error) {
	var all []release
	q := url.Values{"page": {"0"}, "size": {strconv.Itoa(limit)}}
	if err := c.do(ctx, rest.Call{Method: http.MethodGet, Path: space(at, "releases", "active"), Query: q, What: at.String()}, &all); err != nil {
		return nil, err
	}
	out := make([]activities.ConfigRelease, len(all))
	for i, r := range all {
		out[i] = activities.ConfigRelease{ID: r.id(), Title: r.Name, Comment: r.Comment, By: r.CreatedBy, At: instant(r.CreatedAt), Values: r.Values}
	}
	return out, nil
}

// instant reads a time of the portal, which writes the zone with and without a colon.
func instant(s string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05.000-0700"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// publish makes a release of what is edited.
func (c *Client) publish(ctx context.Context, at ops.ConfigAt, path []string, title, comment string) (release, error) {
	var out release
	body := map[string]any{"releaseTitle": title, "releaseComment": comment, "releasedBy": c.publisher, "isEmergencyPublish": false}
	err := c.do(ctx, rest.Call{Method: http.MethodPost, Path: path, Query: url.Values{"operator": {c.publisher}}, Body: body, What: at.String()}, &out)
	return out, err
}
