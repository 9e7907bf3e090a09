package consul

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"orderly.example/ops"
)

// maxAnswer bounds an answer, in bytes.
const maxAnswer = 16 << 20

// judged is a transport that explains refusals.
type judged struct {
	next   http.RoundTripper
	client *Client
}

// RoundTrip sends a request. 404 (no such key) and 409 (a transaction that was not done) are answers.
func (j *judged) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := j.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 == 2 || resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusConflict {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, maxAnswer), resp.Body}
		return resp, nil
	}
	words, _ := io.ReadAll(io.LimitReader(resp.Body, 400)) // without words the status has to do
	_ = resp.Body.Close()
	return nil, j.client.refusal(resp.StatusCode, strings.Join(strings.Fields(string(words)), " "))
}

func (c *Client) refusal(status int, words string) error {
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return ops.Errorf(ops.Denied, "Consul at %s does not let the token do this; give it key write on the prefixes %s and %s", "Consul(%s)不允许当前 token 执行该操作;请授予其对前缀 %s 和 %s 的写权限", c, c.prefix, c.history)
	case status == http.StatusTooManyRequests:
		return ops.Errorf(ops.Unavailable, "Consul at %s is asked too often; it is tried again", "对 Consul(%s)的请求过于频繁;将会重试", c)
	case status/100 == 3:
		return ops.Errorf(ops.Invalid, "Consul at %s sends us elsewhere (%d), which is not followed; configure its own address", "Consul(%s)要求跳转到别处(%d),本程序不会跟随;请配置其本身的地址", c, status)
	case status/100 == 4:
		return ops.Errorf(ops.Invalid, "Consul does not take the request (%d): %s", "Consul 不接受该请求(%d):%s", status, words)
	}
	return ops.Errorf(ops.Unavailable, "Consul at %s cannot answer now (%d); it is tried again", "Consul(%s)暂时无法响应(%d);将会重试", c, status)
}

// explain explains why there is no answer.
func (c *Client) explain(ctx context.Context, err error) error {
	if e := ops.AsError(err); e != nil {
		return e
	}
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err() // the question was taken back
	case errors.Is(err, context.DeadlineExceeded):
		return ops.Errorf(ops.Unavailable, "Consul at %s did not answer within %s; it is tried again", "Consul(%s)未在 %s 内响应;将会重试", c, c.timeout).Because(err)
	}
	return ops.Errorf(ops.Unavailable, "Consul at %s cannot be reached or speaks strangely; it is tried again, check the address and the network if it stays so", "无法连接 Consul(%s)或其答复异常;将会重试,若持续如此请检查地址和网络", c).Because(err)
}
