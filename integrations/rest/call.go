// Package rest answers: how is a call of a JSON API written down as an HTTP request?
//
// It is no integration: those share it. What an answer means, and how a refusal is worded, is theirs.
package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"orderly.example/ops"
)

// Call is one request of an API.
type Call struct {
	Method string
	Path   []string // each part as it is, not escaped: a name may hold slashes and dots
	Query  url.Values
	Body   any    // sent as JSON; nil: none
	What   string // what it is about, for people
}

// Request is the call to an address under a prefix, such as /api/; how one signs in is added by the caller.
func (c Call) Request(ctx context.Context, base *url.URL, prefix string) (*http.Request, error) {
	var body io.Reader
	if c.Body != nil {
		raw, err := json.Marshal(c.Body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(raw)
	}
	escaped := make([]string, len(c.Path))
	for i, p := range c.Path {
		escaped[i] = url.PathEscape(p)
	}
	u := *base
	u.Path, u.RawPath = u.Path+prefix+strings.Join(c.Path, "/"), u.EscapedPath()+prefix+strings.Join(escaped, "/")
	u.RawQuery = c.Query.Encode()
	r, err := http.NewRequestWithContext(ctx, c.Method, u.String(), body)
	if err != nil {
		return nil, ops.Errorf(ops.Invalid, "%s cannot be asked for: its name does not make an address; correct it", "无法请求 %s:其名称不能构成地址;请更正", c.What).Because(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r, nil
}
