package harbor

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"orderly.example/integrations/rest"
	"orderly.example/ops"
)

// refused is an answer that is none.
type refused struct{ status int }

func (r refused) Error() string { return http.StatusText(r.status) }

// status is the HTTP status of a refusal; 0: there was none.
func status(err error) int {
	if r := (refused{}); errors.As(err, &r) {
		return r.status
	}
	return 0
}

// away explains that nothing was answered.
func (c *Client) away(ctx context.Context, err error) error {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err() // the question was taken back
	case errors.Is(err, context.DeadlineExceeded):
		return ops.Errorf(ops.Unavailable, "Harbor at %s did not answer within %s; it is tried again", "Harbor(%s)未在 %s 内响应;将会重试", c, c.timeout).Because(err)
	}
	return ops.Errorf(ops.Unavailable, "Harbor at %s cannot be reached; it is tried again, check the address and the network if it stays so", "无法连接 Harbor(%s);将会重试,若持续如此请检查地址和网络", c).Because(err)
}

// refusal explains an answer that is none.
func (c *Client) refusal(status int, raw []byte, k rest.Call) error {
	why, said := refused{status}, words(status, raw)
	switch {
	case status == http.StatusUnauthorized:
		return ops.Errorf(ops.Denied, "Harbor at %s does not accept user and password; check them, and whether the robot account has expired", "Harbor(%s)不接受当前用户名和密码;请检查其是否正确,以及机器人账户是否过期", c).Because(why)
	case status == http.StatusForbidden:
		return ops.Errorf(ops.Denied, "Harbor at %s lets %s not do this with %s; give it the right there", "Harbor(%s)不允许 %s 对 %s 执行该操作;请为其授权", c, c.user, k.What).Because(why)
	case status == http.StatusNotFound:
		return ops.Errorf(ops.NotFound, "Harbor at %s knows no %s; check the name, and whether anything was pushed to it", "Harbor(%s)中没有 %s;请检查名称,以及是否已推送", c, k.What).Because(why)
	case status == http.StatusConflict:
		return ops.Errorf(ops.Conflict, "Harbor says that %s is in another state than expected (%s); look at it and ask again", "Harbor 提示 %s 的状态与预期不符(%s);请查看后重新申请", k.What, said).Because(why)
	case status == http.StatusPreconditionFailed:
		return ops.Errorf(ops.Unsafe, "Harbor does not do this with %s now: %s", "Harbor 当前不能对 %s 执行该操作:%s", k.What, said).Because(why)
	case status == http.StatusTooManyRequests:
		return ops.Errorf(ops.Unavailable, "Harbor at %s is asked too often; it is tried again", "对 Harbor(%s)的请求过于频繁;将会重试", c).Because(why)
	case status/100 == 3:
		return ops.Errorf(ops.Invalid, "Harbor at %s sends us elsewhere (%d), which is not followed; configure its own address, with https", "Harbor(%s)要求跳转到别处(%d),本程序不会跟随;请配置其本身的 https 地址", c, status).Because(why)
	case status/100 == 4:
		return ops.Errorf(ops.Invalid, "Harbor does not take this for %s: %s", "Harbor 不接受对 %s 的请求:%s", k.What, said).Because(why)
	}
	return ops.Errorf(ops.Unavailable, "Harbor at %s cannot answer now (%d); it is tried again", "Harbor(%s)暂时无法响应(%d);将会重试", c, status).Because(why)
}

// maxWords bounds what is repeated of Harbor's own words.
const maxWords = 200

// words are Harbor's own about a refusal, in one line of bounded length.
func words(status int, raw []byte) string {
	var said struct {
		Errors []struct {
			Message string `json:"message"`
		} `json:"errors"`
	}
	if err := json.Unmarshal(raw, &said); err != nil || len(said.Errors) == 0 || said.Errors[0].Message == "" {
		return http.StatusText(status)
	}
	r := []rune(strings.Join(strings.Fields(said.Errors[0].Message), " "))
	if len(r) > maxWords {
		return string(r[:maxWords]) + "…"
	}
	return string(r)
}
