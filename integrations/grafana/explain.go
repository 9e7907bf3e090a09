package grafana

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
type refused struct {
	status int
	state  string // what Grafana calls it, such as version-mismatch; mostly empty
}

func (r refused) Error() string { return http.StatusText(r.status) }

// status is the HTTP status of a refusal; 0: there was none.
func status(err error) int {
	if r := (refused{}); errors.As(err, &r) {
		return r.status
	}
	return 0
}

// nameTaken says whether a title is taken, which versions before 11 refuse.
func nameTaken(err error) bool {
	r := refused{}
	return errors.As(err, &r) && r.state == "name-exists"
}

// away explains that nothing was answered.
func (c *Client) away(ctx context.Context, err error) error {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err() // the question was taken back
	case errors.Is(err, context.DeadlineExceeded):
		return ops.Errorf(ops.Unavailable, "Grafana at %s did not answer within %s; it is tried again", "Grafana(%s)未在 %s 内响应;将会重试", c, c.timeout).Because(err)
	}
	return ops.Errorf(ops.Unavailable, "Grafana at %s cannot be reached; it is tried again, check the address and the network if it stays so", "无法连接 Grafana(%s);将会重试,若持续如此请检查地址和网络", c).Because(err)
}

// refusal explains an answer that is none.
func (c *Client) refusal(status int, raw []byte, k rest.Call) error {
	state, said := words(status, raw)
	why := refused{status, state}
	switch {
	case status == http.StatusUnauthorized:
		return ops.Errorf(ops.Denied, "Grafana at %s does not accept the token; check it, and whether it has expired", "Grafana(%s)不接受该令牌;请检查其是否正确、是否过期", c).Because(why)
	case status == http.StatusForbidden:
		return ops.Errorf(ops.Denied, "Grafana at %s lets the service account not do this with %s; give it the role Editor in that folder", "Grafana(%s)不允许该服务账户对 %s 执行该操作;请授予其所在文件夹的 Editor 角色", c, k.What).Because(why)
	case status == http.StatusNotFound:
		return ops.Errorf(ops.NotFound, "Grafana at %s knows no %s; check the uid, which stands in its address", "Grafana(%s)中没有 %s;请检查 uid(见其网址)", c, k.What).Because(why)
	case status == http.StatusConflict || status == http.StatusPreconditionFailed:
		return ops.Errorf(ops.Conflict, "Grafana says that %s is in another state than expected (%s); look at it and ask again", "Grafana 提示 %s 的状态与预期不符(%s);请查看后重新申请", k.What, said).Because(why)
	case status == http.StatusTooManyRequests:
		return ops.Errorf(ops.Unavailable, "Grafana at %s is asked too often; it is tried again", "对 Grafana(%s)的请求过于频繁;将会重试", c).Because(why)
	case status/100 == 3:
		return ops.Errorf(ops.Invalid, "Grafana at %s sends us elsewhere (%d), which is not followed; configure its own address, with https", "Grafana(%s)要求跳转到别处(%d),本程序不会跟随;请配置其本身的 https 地址", c, status).Because(why)
	case status/100 == 4:
		return ops.Errorf(ops.Invalid, "Grafana does not take this for %s: %s", "Grafana 不接受对 %s 的请求:%s", k.What, said).Because(why)
	}
	return ops.Errorf(ops.Unavailable, "Grafana at %s cannot answer now (%d); it is tried again", "Grafana(%s)暂时无法响应(%d);将会重试", c, status).Because(why)
}

// maxWords bounds what is repeated of Grafana's own words.
const maxWords = 200

// words are Grafana's own about a refusal: what it calls it, and a line of bounded length.
func words(status int, raw []byte) (state, line string) {
	var said struct {
		Status  string `json:"status"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(raw, &said); err != nil || said.Message == "" {
		return "", http.StatusText(status)
	}
	r := []rune(strings.Join(strings.Fields(said.Message), " "))
	if len(r) > maxWords {
		return said.Status, string(r[:maxWords]) + "…"
	}
	return said.Status, string(r)
}
