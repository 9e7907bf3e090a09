package grafana

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

// maxAnswer bounds an answer, in bytes.
const maxAnswer = 16 << 20

// call is one request of the API.
type call struct {
	method string
	path   []string // each part as it is, not escaped
	query  url.Values
	body   any
	what   string // what it is about, for people
}

// do sends a request and reads the answer into out, which may be nil. Numbers stay as they are written.
func (c *Client) do(ctx context.Context, k call, out any) error {
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	r, err := c.request(limited, k)
	if err != nil {
		return err
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return c.away(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return c.away(ctx, err)
	case len(raw) > maxAnswer:
		return ops.Errorf(ops.Invalid, "Grafana at %s answers with more than %d MiB about %s, which is not read", "Grafana(%s)关于 %[3]s 的答复超过 %[2]d MiB,不予读取", c, maxAnswer>>20, k.what)
	case resp.StatusCode/100 != 2:
		return c.refusal(resp.StatusCode, raw, k)
	case out == nil:
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(out); err != nil {
		return ops.Errorf(ops.Unavailable, "what %s answers is not what a Grafana says; check that the address is that of the Grafana", "%s 的答复不是 Grafana 的格式;请检查该地址是否为 Grafana", c).Because(err)
	}
	return nil
}

func (c *Client) request(ctx context.Context, k call) (*http.Request, error) {
	var body io.Reader
	if k.body != nil {
		raw, err := json.Marshal(k.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(raw)
	}
	u := *c.base
	escaped := make([]string, len(k.path))
	for i, p := range k.path {
		escaped[i] = url.PathEscape(p)
	}
	u.Path, u.RawPath = u.Path+"/api/"+strings.Join(k.path, "/"), u.EscapedPath()+"/api/"+strings.Join(escaped, "/")
	u.RawQuery = k.query.Encode()
	r, err := http.NewRequestWithContext(ctx, k.method, u.String(), body)
	if err != nil {
		return nil, ops.Errorf(ops.Invalid, "%s cannot be asked for", "无法请求 %s", k.what).Because(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r, nil
}
