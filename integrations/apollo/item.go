package apollo

import (
	"cmp"
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"orderly.example/activities"
	"orderly.example/integrations/rest"
	"orderly.example/ops"
)

// Limits of a portal that was not configured otherwise, in characters.
const (
	maxKey   = 128
	maxValue = 20000
)

// item is one key, as the open API has it.
type item struct {
	Key       string `json:"key"`
	Value     string `json:"value"`
	Comment   string `json:"comment,omitempty"`
	CreatedBy string `json:"dataChangeCreatedBy,omitempty"`
	ChangedBy string `json:"dataChangeLastModifiedBy,omitempty"`
	ChangedAt string `json:"dataChangeLastModifiedTime,omitempty"`
}

// space is the path of a namespace.
func space(at ops.ConfigAt, more ...string) []string {
	return append([]string{"envs", at.Env, "apps", at.App, "clusters", cmp.Or(at.Cluster, defaultCluster), "namespaces", at.Namespace}, more...)
}

// pageSize is how many entries are asked for at once.
const pageSize = 500

// items are the keys of a namespace as they are edited now.
func (c *Client) items(ctx context.Context, at ops.ConfigAt) ([]item, error) {
	var out []item
	for page := 0; ; page++ {
		var got struct {
			Total   int    `json:"total"`
			Content []item `json:"content"`
		}
		q := url.Values{"page": {strconv.Itoa(page)}, "size": {strconv.Itoa(pageSize)}}
		if err := c.do(ctx, rest.Call{Method: http.MethodGet, Path: space(at, "items"), Query: q, What: at.String()}, &got); err != nil {
			return nil, err
		}
		out = append(out, got.Content...)
		if len(got.Content) == 0 || len(out) >= got.Total {
			return out, nil
		}
	}
}

// plainKey is a key that may stand in a path as it is.
var plainKey = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9_.-]*$`)

// keyed is the path of a key; keys with other signs than usual have a path of their own.
func keyed(at ops.ConfigAt, key string) []string {
	if plainKey.MatchString(key) {
		return space(at, "items", key)
	}
	encoded := base64.StdEncoding.EncodeToString([]byte(key))
	if strings.ContainsAny(encoded, "+/") { // older portals know only the standard letters, and no path may hold these two
		encoded = base64.URLEncoding.EncodeToString([]byte(key))
	}
	return space(at, "encodedItems", encoded)
}

// fits says before anything is written whether the portal takes the keys and values.
func fits(at ops.ConfigAt, changes []activities.ConfigChange) error {
	for _, ch := range changes {
		switch {
		case utf8.RuneCountInString(ch.Key) > maxKey:
			return ops.Errorf(ops.Invalid, "the key %s… is longer than %d characters, which Apollo does not take", "配置项 %s… 超过 %d 个字符,Apollo 不接受", ch.Key[:20], maxKey).At("set")
		case utf8.RuneCountInString(ch.To) > maxValue:
			return ops.Errorf(ops.Invalid, "the value of %s in %s is longer than %d characters, which Apollo does not take", "%[2]s 中 %[1]s 的值超过 %[3]d 个字符,Apollo 不接受", ch.Key, at, maxValue).At("set")
		}
	}
	return nil
}

// write makes one key what it shall be.
func (c *Client) write(ctx context.Context, at ops.ConfigAt, ch activities.ConfigChange, comment string) error {
	q := url.Values{"operator": {c.operator}}
	what := ch.Key + " @ " + at.String()
	if ch.Remove {
		err := c.do(ctx, rest.Call{Method: http.MethodDelete, Path: keyed(at, ch.Key), Query: q, What: what}, nil)
		if ops.CodeOf(err) == ops.NotFound {
			return nil // it is gone already
		}
		return err
	}
	q.Set("createIfNotExists", strconv.FormatBool(ch.Add))
	body := item{Key: ch.Key, Value: ch.To, Comment: comment, CreatedBy: c.operator, ChangedBy: c.operator}
	return c.do(ctx, rest.Call{Method: http.MethodPut, Path: keyed(at, ch.Key), Query: q, Body: body, What: what}, nil)
}
