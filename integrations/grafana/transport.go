package grafana

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"

	"orderly.example/integrations/rest"
	"orderly.example/ops"
)

// maxAnswer bounds an answer, in bytes.
const maxAnswer = 16 << 20

// do sends a request and reads the answer into out, which may be nil. Numbers stay as they are written.
func (c *Client) do(ctx context.Context, k rest.Call, out any) error {
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
		return ops.Errorf(ops.Invalid, "Grafana at %s answers with more than %d MiB about %s, which is not read", "Grafana(%s)关于 %[3]s 的答复超过 %[2]d MiB,不予读取", c, maxAnswer>>20, k.What)
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

func (c *Client) request(ctx context.Context, k rest.Call) (*http.Request, error) {
	r, err := k.Request(ctx, c.base, "/api/")
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	return r, nil
}
