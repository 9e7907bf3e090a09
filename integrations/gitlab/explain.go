package gitlab

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	api "gitlab.com/gitlab-org/api/client-go/v2"

	"orderly.example/ops"
)

var errPaced = errors.New("GitLab has asked for a rest")

// ask sends one request; what is what it is about, for people.
func ask[T any](ctx context.Context, c *Client, what string, call func(api.RequestOptionFunc) (T, *api.Response, error)) (T, error) {
	limited, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	out, _, err := call(api.WithContext(limited))
	if err != nil {
		return out, c.explain(ctx, err, what)
	}
	return out, nil
}

// status is the HTTP status of a refusal; 0: there was none.
func status(err error) int {
	if errors.Is(err, api.ErrNotFound) {
		return http.StatusNotFound
	}
	if e := (*api.ErrorResponse)(nil); errors.As(err, &e) {
		return e.StatusCode
	}
	return 0
}

// words are GitLab's own about a refusal, in one line of bounded length.
func words(err error) string {
	e := (*api.ErrorResponse)(nil)
	if !errors.As(err, &e) || e.Message == "" {
		return http.StatusText(status(err))
	}
	said := strings.Join(strings.Fields(e.Message), " ")
	if inner, ok := strings.CutPrefix(said, "{message: "); ok && strings.Count(said, "{") == 1 {
		said = strings.TrimSuffix(inner, "}")
	}
	r := []rune(said)
	if len(r) > maxWords {
		return string(r[:maxWords]) + "…"
	}
	return string(r)
}

// maxWords bounds what is repeated of GitLab's own words.
const maxWords = 200

// explain explains why there is no answer, or one that refuses.
func (c *Client) explain(ctx context.Context, err error, what string) error {
	switch s := status(err); {
	case s == http.StatusUnauthorized:
		return ops.Errorf(ops.Denied, "GitLab at %s does not accept the token for %s; check that it is right, not expired and may do this, and make a new one with the scope api",
			"GitLab(%s)不接受当前 token 访问 %s;请检查其是否正确、未过期且有权限,或重新创建 scope 为 api 的令牌", c, what).Because(err)
	case s == http.StatusForbidden && strings.Contains(words(err), "insufficient_scope"):
		return ops.Errorf(ops.Denied, "the token for GitLab at %s has not the scope that %s needs; make a new one with the scope api", "GitLab(%s)的 token 缺少访问 %s 所需的 scope;请重新创建 scope 为 api 的令牌", c, what).Because(err)
	case s == http.StatusForbidden:
		return ops.Errorf(ops.Denied, "GitLab at %s lets the token not do this with %s (%s); give its user at least the role Developer there", "GitLab(%s)不允许当前 token 对 %s 执行该操作(%s);请为其用户授予至少 Developer 角色", c, what, words(err)).Because(err)
	case s == http.StatusNotFound:
		return ops.Errorf(ops.NotFound, "GitLab at %s knows no %s, or does not show it to the token; check the name, and whether its user is a member", "GitLab(%s)中没有 %s,或当前 token 不可见;请检查名称以及其用户是否为成员", c, what).Because(err)
	case s == http.StatusConflict:
		return ops.Errorf(ops.Conflict, "GitLab says that %s is in another state than expected (%s); look at it and ask again", "GitLab 提示 %s 的状态与预期不符(%s);请查看后重新申请", what, words(err)).Because(err)
	case s == http.StatusTooManyRequests || errors.Is(err, errPaced):
		return ops.Errorf(ops.Unavailable, "GitLab at %s is asked too often; it is tried again when it allows that", "对 GitLab(%s)的请求过于频繁;将在其允许后重试", c).Because(err)
	case s/100 == 3:
		return ops.Errorf(ops.Invalid, "GitLab at %s sends us elsewhere (%d), which is not followed; configure its own address, with https", "GitLab(%s)要求跳转到别处(%d),本程序不会跟随;请配置其本身的 https 地址", c, s).Because(err)
	case s/100 == 4:
		return ops.Errorf(ops.Invalid, "GitLab does not take this for %s: %s", "GitLab 不接受对 %s 的请求:%s", what, words(err)).Because(err)
	case s != 0:
		return ops.Errorf(ops.Unavailable, "GitLab at %s cannot answer now (%d); it is tried again", "GitLab(%s)暂时无法响应(%d);将会重试", c, s).Because(err)
	}
	return c.away(ctx, err)
}

// away explains that nothing was answered, or nothing that one understands.
func (c *Client) away(ctx context.Context, err error) error {
	var large *http.MaxBytesError
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err() // the question was taken back
	case errors.As(err, &large):
		return ops.Errorf(ops.Invalid, "GitLab at %s answers with more than %d MiB, which is not read", "GitLab(%s)的答复超过 %d MiB,不予读取", c, maxAnswer>>20).Because(err)
	case errors.Is(err, context.DeadlineExceeded):
		return ops.Errorf(ops.Unavailable, "GitLab at %s did not answer within %s; it is tried again", "GitLab(%s)未在 %s 内响应;将会重试", c, c.timeout).Because(err)
	case isNoAnswer(err):
		return ops.Errorf(ops.Unavailable, "GitLab at %s cannot be reached; it is tried again, check the address and the network if it stays so", "无法连接 GitLab(%s);将会重试,若持续如此请检查地址和网络", c).Because(err)
	}
	return ops.Errorf(ops.Unavailable, "what %s answers is not what a GitLab says; check that the address is that of the GitLab", "%s 的答复不是 GitLab 的格式;请检查该地址是否为 GitLab", c).Because(err)
}

// isNoAnswer says whether it was the connection that failed.
func isNoAnswer(err error) bool {
	var sending *url.Error
	return errors.As(err, &sending)
}
