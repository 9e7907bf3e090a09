package apollo

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
const maxAnswer = 16 << 20

// do sends a request and reads the answer into out, which may be nil. An empty answer leaves out as it is.
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
		return ops.Errorf(ops.Invalid, "Apollo answers with more than %d MiB about %s; such a namespace cannot be worked with here", "Apollo 关于 %[2]s 的答复超过 %[1]d MiB;无法在此处理该命名空间", maxAnswer>>20, k.What)
	case resp.StatusCode/100 != 2:
		return c.refusal(resp.StatusCode, raw, k)
	case out == nil || len(bytes.TrimSpace(raw)) == 0:
		return nil
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return ops.Errorf(ops.Unavailable, "what %s answers is not what an Apollo portal says; check that the address is that of the portal", "%s 的答复不是 Apollo Portal 的格式;请检查该地址是否为 Portal", c).Because(err)
	}
	return nil
}

func (c *Client) request(ctx context.Context, k rest.Call) (*http.Request, error) {
	r, err := k.Request(ctx, c.base, "/openapi/v1/")
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", c.token)
	return r, nil
}

// away explains that nothing was answered.
func (c *Client) away(ctx context.Context, err error) error {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err() // the question was taken back
	case errors.Is(err, context.DeadlineExceeded):
		return ops.Errorf(ops.Unavailable, "Apollo at %s did not answer within %s; it is tried again", "Apollo(%s)未在 %s 内响应;将会重试", c, c.timeout).Because(err)
	}
	return ops.Errorf(ops.Unavailable, "Apollo at %s cannot be reached; it is tried again, check the address and the network if it stays so", "无法连接 Apollo(%s);将会重试,若持续如此请检查地址和网络", c).Because(err)
}

// refusal explains an answer that is none.
func (c *Client) refusal(status int, raw []byte, k rest.Call) error {
	var said struct {
		Message string `json:"message"`
	}
	_ = json.Unmarshal(raw, &said) // without words the status has to do
	words := short(said.Message)
	switch {
	case status == http.StatusUnauthorized:
		return ops.Errorf(ops.Denied, "Apollo at %s does not accept the token; check it in the portal under open platform", "Apollo(%s)不接受当前 token;请在 Portal 的开放平台授权管理中检查", c)
	case status == http.StatusForbidden:
		return ops.Errorf(ops.Denied, "Apollo lets the token not work on %s; give its application the right to modify and release there", "Apollo 不允许该 token 操作 %s;请为其授予修改与发布权限", k.What)
	case status == http.StatusNotFound:
		return ops.Errorf(ops.NotFound, "Apollo knows no %s; check app, environment, cluster and namespace in the inventory", "Apollo 中没有 %s;请检查资产清单中的应用、环境、集群和命名空间", k.What)
	case status == http.StatusConflict:
		return ops.Errorf(ops.Conflict, "Apollo says that %s was changed at the same time; look at it and ask again", "Apollo 提示 %s 被同时修改;请查看后重新申请", k.What)
	case status == http.StatusTooManyRequests:
		return ops.Errorf(ops.Unavailable, "Apollo at %s is asked too often; it is tried again", "对 Apollo(%s)的请求过于频繁;将会重试", c)
	case status == http.StatusBadRequest && strings.Contains(words, "is modified by"):
		return ops.Errorf(ops.Conflict, "%s is locked in Apollo by another editor (%s); let that person publish or take back, then ask again", "%s 在 Apollo 中被其他编辑者锁定(%s);请对方发布或撤回后重新申请", k.What, words)
	case status == http.StatusBadRequest && strings.Contains(words, "just by yourself"):
		return ops.Errorf(ops.Denied, "Apollo wants another user to publish %s than the one who edited; name one as publisher in the configuration", "Apollo 要求由编辑者以外的用户发布 %s;请在配置中填写 publisher", k.What)
	case status/100 == 3:
		return ops.Errorf(ops.Invalid, "Apollo at %s sends us elsewhere (%d), which is not followed; configure the address of the portal itself", "Apollo(%s)要求跳转到别处(%d),本程序不会跟随;请配置 Portal 本身的地址", c, status)
	case status/100 == 4:
		return ops.Errorf(ops.Invalid, "Apollo does not take this for %s: %s", "Apollo 不接受对 %s 的请求:%s", k.What, words)
	}
	return ops.Errorf(ops.Unavailable, "Apollo at %s cannot answer now (%d); it is tried again", "Apollo(%s)暂时无法响应(%d);将会重试", c, status)
}

// maxWords bounds what is repeated of Apollo's own words.
const maxWords = 200

func short(s string) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > maxWords {
		return string(r[:maxWords]) + "…"
	}
	return string(r)
}
