package prometheus

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"strings"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"

	"orderly.example/ops"
)

// refusal explains an answer that is none to a query. Nil: the official client reads on, which knows how Prometheus
// says that a query is wrong (400 and 422).
func (c *Client) refusal(resp *http.Response) error {
	switch s := resp.StatusCode; {
	case s/100 == 2, s == http.StatusBadRequest, s == http.StatusUnprocessableEntity:
		return nil
	case s == http.StatusUnauthorized:
		return ops.Errorf(ops.Denied, "Prometheus at %s does not accept the credentials; check the token or the password", "Prometheus(%s)不接受当前凭据;请检查令牌或密码", c)
	case s == http.StatusForbidden:
		return ops.Errorf(ops.Denied, "Prometheus at %s does not let this program ask; give its account the right to read", "Prometheus(%s)不允许本程序查询;请为其账号授予读权限", c)
	case s/100 == 3:
		return ops.Errorf(ops.Invalid, "Prometheus at %s sends us elsewhere (%d), which is not followed; configure the address of Prometheus itself, not of a sign-in page before it",
			"Prometheus(%s)要求跳转到别处(%d),本程序不会跟随;请配置 Prometheus 本身的地址,而不是其前面的登录页", c, s)
	case s == http.StatusTooManyRequests:
		return ops.Errorf(ops.Unavailable, "Prometheus at %s is asked too often; it is tried again", "对 Prometheus(%s)的查询过于频繁;将会重试", c)
	case s == http.StatusRequestTimeout, s/100 == 5 && s != http.StatusNotImplemented:
		return ops.Errorf(ops.Unavailable, "Prometheus at %s cannot answer now (%d); it is tried again", "Prometheus(%s)暂时无法响应(%d);将会重试", c, s)
	default:
		return ops.Errorf(ops.NotFound, "there is no Prometheus at %s (it answers %d); check the address and its path", "%s 处没有 Prometheus(返回 %d);请检查地址及其路径", c, s)
	}
}

// explain explains why there is no value.
func (c *Client) explain(ctx context.Context, err error) error {
	if e := ops.AsError(err); e != nil {
		return err
	}
	if ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err() // the question was taken back
	}
	if answer := (*v1.Error)(nil); errors.As(err, &answer) {
		return c.answered(answer).Because(err)
	}
	return c.away(err).Because(err)
}

// answered explains an answer that the official client did not take.
func (c *Client) answered(e *v1.Error) *ops.Error {
	switch e.Type {
	case v1.ErrBadData, v1.ErrExec, v1.ErrClient:
		return ops.Errorf(ops.Invalid, "Prometheus does not take the query: %s; correct it, its page at %s shows where", "Prometheus 不接受该查询:%s;请改正,可在 %s 查看出错位置", short(e.Msg), c.public.JoinPath("graph"))
	case v1.ErrTimeout, v1.ErrCanceled, v1.ErrServer:
		return ops.Errorf(ops.Unavailable, "Prometheus at %s gave up the query (%s); it is tried again, make the query cheaper if it stays so",
			"Prometheus(%s)放弃了该查询(%s);将会重试,若持续如此请简化查询", c, short(e.Msg))
	}
	if strings.Contains(e.Msg, `unexpected value type "string"`) { // the official client knows no texts
		return ops.Errorf(ops.Invalid, "the query gives a text and no number; ask for a metric", "该查询返回文本而不是数值;请查询一个指标")
	}
	return ops.Errorf(ops.Unavailable, "what %s answers is not what Prometheus says; check that the address is that of a Prometheus", "%s 的答复不是 Prometheus 的格式;请检查该地址是否为 Prometheus", c)
}

// away explains that nothing was answered.
func (c *Client) away(err error) *ops.Error {
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return ops.Errorf(ops.Invalid, "the query gives an answer of more than %d MiB; aggregate it, such as with sum(...) or max(...)", "该查询的结果超过 %d MiB;请用 sum(...) 或 max(...) 等函数聚合", maxAnswer>>20)
	case errors.As(err, &unknown), errors.As(err, &host):
		return ops.Errorf(ops.Unavailable, "the certificate of Prometheus at %s is not trusted; name the file of its authority in ca_file, and the host that the certificate is for in url",
			"Prometheus(%s)的证书不受信任;请在 ca_file 中指定其 CA 文件,并在 url 中使用证书对应的主机名", c)
	case errors.Is(err, context.DeadlineExceeded):
		return ops.Errorf(ops.Unavailable, "Prometheus at %s did not answer within %s; it is tried again", "Prometheus(%s)未在 %s 内响应;将会重试", c, c.timeout)
	}
	return ops.Errorf(ops.Unavailable, "Prometheus at %s cannot be reached; it is tried again, check the address and the network if it stays so", "无法连接 Prometheus(%s);将会重试,若持续如此请检查地址和网络", c)
}

// maxWords bounds what is repeated of Prometheus's own words.
const maxWords = 300

// short is a message in one line of bounded length.
func short(s string) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > maxWords {
		return string(r[:maxWords]) + "…"
	}
	return string(r)
}
