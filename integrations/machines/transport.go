package machines

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"orderly.example/integrations/rest"
	"orderly.example/ops"
)

// maxAnswer bounds an answer, in bytes.
const maxAnswer = 4 << 20

// do sends a request and reads the answer into out. An empty answer leaves out as it is.
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
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	switch {
	case err != nil:
		return c.away(ctx, err)
	case resp.StatusCode/100 != 2:
		return c.refusal(resp.StatusCode, raw, k.What)
	case len(bytes.TrimSpace(raw)) == 0:
		return nil
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return ops.Errorf(ops.Invalid, "what %s answers about %s is not understood; it must be JSON as the documentation says", "%s 关于 %s 的答复无法识别;应为文档规定的 JSON", c, k.What).Because(err)
	}
	return nil
}

func (c *Client) request(ctx context.Context, k rest.Call) (*http.Request, error) {
	r, err := k.Request(ctx, c.base, "/")
	if err != nil {
		return nil, err
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	return r, nil
}

// away explains that nothing was answered.
func (c *Client) away(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err() // the question was taken back
	}
	return ops.Errorf(ops.Unavailable, "%s, which keeps the machines, does not answer; it is tried again, check its address and the network if it stays so", "机器服务 %s 没有响应;将会重试,若持续如此请检查地址和网络", c).Because(err)
}

// refusal explains an answer that is none.
func (c *Client) refusal(status int, raw []byte, what string) error {
	var said struct {
		Message string `json:"message"`
	}
	_ = json.Unmarshal(raw, &said) // without words the status has to do
	words := strings.Join(strings.Fields(said.Message), " ")
	if len(words) > 200 {
		words = strings.ToValidUTF8(words[:200], "") + "…"
	}
	switch {
	case status == http.StatusUnauthorized:
		return ops.Errorf(ops.Denied, "%s does not accept the token; check it in the configuration under clouds", "%s 不接受当前 token;请检查配置 clouds", c)
	case status == http.StatusForbidden:
		return ops.Errorf(ops.Denied, "%s does not do it for %s: %s", "%s 拒绝对 %s 的请求:%s", c, what, words)
	case status == http.StatusNotFound:
		return ops.Errorf(ops.NotFound, "%s knows no %s; check the pool in the configuration under clouds", "%s 中没有 %s;请检查配置 clouds 中的机器池", c, what)
	case status == http.StatusConflict:
		return ops.Errorf(ops.Conflict, "%s says that %s is another size by now: %s; look at it and ask again", "%s 提示 %s 的规模已变化:%s;请查看后重新申请", c, what, words)
	case status == http.StatusTooManyRequests || status/100 == 5:
		return ops.Errorf(ops.Unavailable, "%s cannot answer now (%d); it is tried again", "%s 暂时无法响应(%d);将会重试", c, status)
	}
	return ops.Errorf(ops.Invalid, "%s does not take this for %s (%d): %s", "%s 不接受对 %s 的请求(%d):%s", c, what, status, words)
}
