package cloudstack

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" // CloudStack knows no other
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
)

const (
	maxAnswer  = 16 << 20        // of an answer, in bytes
	validity   = 5 * time.Minute // of a signature
	paramError = 431             // CloudStack's code for a parameter that is wrong, or names nothing
)

// call is one request.
type call struct {
	command string
	pool    activities.Pool // what it is about, for people
	params  map[string]string
}

// failure is CloudStack's reason. It goes to the log without its words, which may repeat what was sent.
type failure struct {
	Code int    `json:"errorcode"`
	Text string `json:"errortext"`
}

// Error gives the code.
func (f failure) Error() string { return fmt.Sprintf("errorcode %d", f.Code) }

// scaling says whether the reason is that another job scales the cluster.
func (f failure) scaling() bool { return strings.Contains(f.Text, "Scaling state") }

// code is CloudStack's code of an error, 0 when it has none.
func code(err error) int {
	var f failure
	_ = errors.As(err, &f)
	return f.Code
}

// sign gives the parameters with what proves that we hold the key: HMAC-SHA1 over all of them, sorted and in lower case.
func (c *Client) sign(k call) string {
	v := url.Values{"command": {k.command}, "response": {"json"}, "apiKey": {c.config.Key}, "signatureVersion": {"3"}, "expires": {time.Now().UTC().Add(validity).Format("2006-01-02T15:04:05-0700")}}
	for name, value := range k.params {
		v.Set(name, value)
	}
	sorted := strings.ReplaceAll(v.Encode(), "+", "%20")
	m := hmac.New(sha1.New, []byte(c.config.Secret))
	m.Write([]byte(strings.ToLower(sorted)))
	return sorted + "&signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(m.Sum(nil)))
}

// do sends a request, in the body of a POST so that no log of addresses has it, and reads the answer into out.
func (c *Client) do(ctx context.Context, k call, out any) error {
	limited, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(limited, http.MethodPost, c.config.URL, strings.NewReader(c.sign(k)))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := c.http.Do(r)
	if err != nil {
		return c.away(ctx, k, err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return c.away(ctx, k, err)
	}
	var envelope map[string]json.RawMessage // one key, which repeats the command
	_ = json.Unmarshal(raw, &envelope)      // without one the status has to do
	var why failure
	for _, inner := range envelope {
		_ = json.Unmarshal(inner, &why)
		if resp.StatusCode == http.StatusOK && why.Code == 0 {
			if err := json.Unmarshal(inner, out); err == nil {
				return nil
			}
		}
	}
	if why.Code == 0 {
		why.Code = resp.StatusCode
	}
	return c.refusal(k, why)
}

// away explains that nothing was answered.
func (c *Client) away(ctx context.Context, k call, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err() // the question was taken back
	}
	return ops.Errorf(ops.Unavailable, "%s does not answer about %s; it is tried again, check its address and the network if it stays so", "%s 没有响应对 %s 的请求;将会重试,若持续如此请检查地址和网络", c, k.pool.Object()).Because(err)
}

// refusal explains an answer that is none.
func (c *Client) refusal(k call, f failure) error {
	what, words := k.pool.Object(), c.clean(f.Text)
	switch {
	case f.scaling():
		return c.busy(k.pool)
	case f.Code == http.StatusUnauthorized:
		return ops.Errorf(ops.Denied, "%s does not accept the key; check key and secret in the configuration under clouds, and the clock", "%s 不接受当前密钥;请检查配置 clouds 中的 key 与 secret,以及系统时钟", c).Because(f)
	case f.Code == http.StatusTooManyRequests || f.Code/100 == 5 && f.Code <= 530:
		return ops.Errorf(ops.Unavailable, "%s cannot do it for %s now (%d); it is tried again", "%s 暂时无法处理 %s(%d);将会重试", c, what, f.Code).Because(f)
	case f.Code == 432:
		return ops.Errorf(ops.Denied, "%s does not allow the key to do %s, or has no Kubernetes service; have the account's role changed", "%s 不允许当前密钥执行 %s,或未启用 Kubernetes 服务;请调整账号角色", c, k.command).Because(f)
	case f.Code/100 == 5:
		return ops.Errorf(ops.Denied, "%s does not do it for %s: %s (%d); look at the cluster there", "%s 拒绝对 %s 的请求:%s(%d);请到 CloudStack 查看集群", c, what, words, f.Code).Because(f)
	}
	return ops.Errorf(ops.Invalid, "%s does not take this for %s: %s (%d); check the address of its API if it stays so", "%s 不接受对 %s 的请求:%s(%d);若持续如此请检查 API 地址", c, what, words, f.Code).Because(f)
}

// maxWords bounds what is repeated of CloudStack's own words, in bytes.
const maxWords = 200

// clean makes CloudStack's words fit to be shown.
func (c *Client) clean(words string) string {
	words = strings.Join(strings.Fields(words), " ")
	words = strings.NewReplacer(c.config.Key, "***", c.config.Secret, "***").Replace(words)
	if len(words) > maxWords {
		words = strings.ToValidUTF8(words[:maxWords], "") + "…"
	}
	return words
}
