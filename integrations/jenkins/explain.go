package jenkins

import (
	"context"
	"errors"
	"html"
	"net/http"
	"regexp"
	"strings"

	"orderly.example/ops"
)

// maxWords bounds what is repeated of Jenkins's own words, in characters.
const maxWords = 200

var tags = regexp.MustCompile(`(?s)<(script|style|head).*?</(script|style|head)>|<[^>]*>`)

// words are Jenkins's own about a refusal, in one line: it answers with pages.
func words(h http.Header, body []byte) string {
	said := h.Get("X-Error")
	if said == "" {
		said = html.UnescapeString(tags.ReplaceAllString(string(body), " "))
	}
	return short(strings.Join(strings.Fields(said), " "), maxWords)
}

// short is a text of bounded length.
func short(s string, limit int) string {
	if r := []rune(s); len(r) > limit {
		return string(r[:limit]) + "…"
	}
	return s
}

// explain explains why there is no answer, or one that refuses.
func (c *Client) explain(ctx context.Context, err error, what string) error {
	said := ""
	if r := (*refusal)(nil); errors.As(err, &r) {
		said = r.words
	}
	switch s := status(err); {
	case s == http.StatusUnauthorized:
		return ops.Errorf(ops.Denied, "Jenkins at %s does not accept the user %s with this token; check both, or make a new API token", "Jenkins(%s)不接受用户 %s 的当前 token;请检查,或重新创建 API token", c, c.user).Because(err)
	case s == http.StatusForbidden:
		return ops.Errorf(ops.Denied, "Jenkins at %s lets %s not do this with %s (%s); give the user Job/Read, Job/Build and Job/Cancel there", "Jenkins(%s)不允许 %s 对 %s 执行该操作(%s);请授予该用户 Job/Read、Job/Build 与 Job/Cancel 权限", c, c.user, what, said).Because(err)
	case s == http.StatusNotFound:
		return ops.Errorf(ops.NotFound, "Jenkins at %s knows no %s, or does not show it to %s; check the name with its folders", "Jenkins(%s)中没有 %s,或对 %s 不可见;请检查含文件夹的名称", c, what, c.user).Because(err)
	case s == http.StatusConflict:
		return ops.Errorf(ops.Conflict, "Jenkins says that %s is in another state than expected (%s); look at it and ask again", "Jenkins 提示 %s 的状态与预期不符(%s);请查看后重新申请", what, said).Because(err)
	case s == http.StatusTooManyRequests:
		return ops.Errorf(ops.Unavailable, "Jenkins at %s is asked too often; it is tried again", "对 Jenkins(%s)的请求过于频繁;将会重试", c).Because(err)
	case s/100 == 3:
		return ops.Errorf(ops.Invalid, "Jenkins at %s sends us elsewhere (%d), which is not followed; configure its own address, with https", "Jenkins(%s)要求跳转到别处(%d),本程序不会跟随;请配置其本身的 https 地址", c, s).Because(err)
	case s/100 == 4:
		return ops.Errorf(ops.Invalid, "Jenkins does not take this for %s: %s", "Jenkins 不接受对 %s 的请求:%s", what, said).Because(err)
	case s != 0:
		return ops.Errorf(ops.Unavailable, "Jenkins at %s cannot answer now (%d); it is tried again", "Jenkins(%s)暂时无法响应(%d);将会重试", c, s).Because(err)
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
		return ops.Errorf(ops.Invalid, "Jenkins at %s answers with more than %d MiB, which is not read", "Jenkins(%s)的答复超过 %d MiB,不予读取", c, maxAnswer>>20).Because(err)
	case errors.Is(err, context.DeadlineExceeded):
		return ops.Errorf(ops.Unavailable, "Jenkins at %s did not answer within %s; it is tried again", "Jenkins(%s)未在 %s 内响应;将会重试", c, c.timeout).Because(err)
	}
	return ops.Errorf(ops.Unavailable, "Jenkins at %s cannot be reached; it is tried again, check the address and the network if it stays so", "无法连接 Jenkins(%s);将会重试,若持续如此请检查地址和网络", c).Because(err)
}

func (c *Client) strange(err error) error {
	return ops.Errorf(ops.Unavailable, "what %s answers is not what a Jenkins says; check that the address is that of the Jenkins", "%s 的答复不是 Jenkins 的格式;请检查该地址是否为 Jenkins", c).Because(err)
}
