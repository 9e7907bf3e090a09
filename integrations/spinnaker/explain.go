package spinnaker

import (
	"context"
	"errors"
	"net/http"

	"orderly.example/ops"
)

// explain explains why there is no answer, or one that refuses.
func (c *Client) explain(ctx context.Context, err error, what string) error {
	said := ""
	if r := (*refusal)(nil); errors.As(err, &r) {
		said = r.words
	}
	switch s := status(err); {
	case s == http.StatusUnauthorized:
		return ops.Errorf(ops.Denied, "Spinnaker at %s does not accept the token or the password; check it, or make a new one", "Spinnaker(%s)不接受当前 token 或密码;请检查或重新创建", c).Because(err)
	case s == http.StatusForbidden:
		return ops.Errorf(ops.Denied, "Spinnaker at %s does not allow this with %s (%s); give our user READ and EXECUTE of the application", "Spinnaker(%s)不允许对 %s 执行该操作(%s);请授予应用的 READ 与 EXECUTE 权限", c, what, said).Because(err)
	case s == http.StatusNotFound:
		return ops.Errorf(ops.NotFound, "Spinnaker at %s knows no %s, or does not show it to us; check the name", "Spinnaker(%s)中没有 %s,或对本程序不可见;请检查名称", c, what).Because(err)
	case s == http.StatusConflict:
		return ops.Errorf(ops.Conflict, "Spinnaker says that %s is in another state than expected (%s); look at it and ask again", "Spinnaker 提示 %s 的状态与预期不符(%s);请查看后重新申请", what, said).Because(err)
	case s == http.StatusTooManyRequests:
		return ops.Errorf(ops.Unavailable, "Spinnaker at %s is asked too often; it is tried again", "对 Spinnaker(%s)的请求过于频繁;将会重试", c).Because(err)
	case s/100 == 3:
		return ops.Errorf(ops.Invalid, "Spinnaker at %s sends us elsewhere (%d), which is not followed; configure the address of Gate itself, with https", "Spinnaker(%s)要求跳转到别处(%d),本程序不会跟随;请配置 Gate 本身的 https 地址", c, s).Because(err)
	case s/100 == 4:
		return ops.Errorf(ops.Invalid, "Spinnaker does not take this for %s: %s", "Spinnaker 不接受对 %s 的请求:%s", what, said).Because(err)
	case s != 0:
		return ops.Errorf(ops.Unavailable, "Spinnaker at %s cannot answer now (%d); it is tried again", "Spinnaker(%s)暂时无法响应(%d);将会重试", c, s).Because(err)
	}
	return c.away(ctx, err)
}

// away explains that nothing was answered.
func (c *Client) away(ctx context.Context, err error) error {
	var large *http.MaxBytesError
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err() // the question was taken back
	case errors.As(err, &large):
		return ops.Errorf(ops.Invalid, "Spinnaker at %s answers with more than %d MiB, which is not read", "Spinnaker(%s)的答复超过 %d MiB,不予读取", c, maxAnswer>>20).Because(err)
	case errors.Is(err, context.DeadlineExceeded):
		return ops.Errorf(ops.Unavailable, "Spinnaker at %s did not answer within %s; it is tried again", "Spinnaker(%s)未在 %s 内响应;将会重试", c, c.timeout).Because(err)
	}
	return ops.Errorf(ops.Unavailable, "Spinnaker at %s cannot be reached; it is tried again, check the address and the network if it stays so", "无法连接 Spinnaker(%s);将会重试,若持续如此请检查地址和网络", c).Because(err)
}

func (c *Client) strange(err error) error {
	return ops.Errorf(ops.Unavailable, "what %s answers is not what a Gate says; check that the address is that of Gate", "%s 的答复不是 Gate 的格式;请检查该地址是否为 Gate", c).Because(err)
}
