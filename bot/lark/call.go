package lark

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"

	"orderly.example/bot/chat"
	"orderly.example/ops"
)

// token is a tenant access token.
type token struct {
	value string
	until time.Time
}

// tokenMargin is how long before its end a token is no longer used.
const tokenMargin = 3 * time.Minute

// stale are the codes of a token that counts no longer. The SDK would try again with the same one.
var stale = []int{99991661, 99991663, 99991668, 99991671, 99991677}

// call calls the open platform; out takes the whole answer.
func (c *Client) call(ctx context.Context, method, path string, body, out any) error {
	for again := false; ; again = true {
		t, err := c.tenantToken(ctx)
		if err != nil {
			return err
		}
		resp, err := c.send(ctx, method, path, body, t)
		if err != nil {
			return err
		}
		var head answer
		if err := c.core.Serializable.Deserialize(resp.RawBody, &head); err != nil {
			return unavailable(path, resp.StatusCode, err)
		}
		switch {
		case slices.Contains(stale, head.Code) && !again:
			c.forget(t)
			continue
		case head.Code != 0 || resp.StatusCode >= http.StatusBadRequest:
			return c.explain(path, resp, head)
		case out == nil:
			return nil
		}
		if err := c.core.Serializable.Deserialize(resp.RawBody, out); err != nil {
			return unavailable(path, resp.StatusCode, err)
		}
		return nil
	}
}

// answer is what every answer has.
type answer struct {
	Code  int    `json:"code"`
	Msg   string `json:"msg"`
	Error struct {
		Scopes []struct {
			Subject string `json:"subject"`
		} `json:"permission_violations"`
	} `json:"error"`
}

func (c *Client) send(ctx context.Context, method, path string, body any, t string) (*larkcore.ApiResp, error) {
	at, err := url.Parse(path)
	if err != nil {
		return nil, ops.Errorf(ops.Internal, "a wrong path: %s", "路径有误:%s", path).Because(err)
	}
	req := &larkcore.ApiReq{HttpMethod: method, ApiPath: at.EscapedPath(), QueryParams: larkcore.QueryParams(at.Query()), Body: body}
	var options []larkcore.RequestOptionFunc
	if t != "" {
		req.SupportedAccessTokenTypes = []larkcore.AccessTokenType{larkcore.AccessTokenTypeTenant}
		options = append(options, larkcore.WithTenantAccessToken(t))
	}
	resp, err := larkcore.Request(ctx, req, c.core, options...)
	if err != nil {
		return nil, unavailable(at.Path, 0, err)
	}
	return resp, nil
}

// tenantToken is a token that counts, as far as is known.
func (c *Client) tenantToken(ctx context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token.value != "" && c.config.Clock().Before(c.token.until) {
		return c.token.value, nil
	}
	const path = "/open-apis/auth/v3/tenant_access_token/internal"
	resp, err := c.send(ctx, http.MethodPost, path, map[string]string{"app_id": c.config.AppID, "app_secret": c.config.AppSecret}, "")
	if err != nil {
		return "", err
	}
	var out struct {
		answer
		Token  string `json:"tenant_access_token"`
		Expire int    `json:"expire"` // seconds
	}
	if err := c.core.Serializable.Deserialize(resp.RawBody, &out); err != nil {
		return "", unavailable(path, resp.StatusCode, err)
	}
	if out.Code != 0 {
		return "", c.explain(path, resp, out.answer)
	}
	c.token = token{value: out.Token, until: c.config.Clock().Add(time.Duration(out.Expire)*time.Second - tokenMargin)}
	return c.token.value, nil
}

// forget drops a token that was refused, unless another one is there by now.
func (c *Client) forget(t string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token.value == t {
		c.token = token{}
	}
}

func unavailable(path string, status int, err error) error {
	return ops.Errorf(ops.Unavailable, "Lark does not answer (%s, %d)", "飞书无响应(%s,%d)", path, status).Because(err)
}

// Codes of the open platform, by what they mean to us.
var (
	frequent = []int{99991400, 230020, 11232}
	gone     = []int{230031, 230011, 230110, 230019}
	badApp   = []int{10003, 10014, 10012, 99991543}
	nobody   = []int{230034, 99992351, 99992361}
)

// explain says in the program's own words what the platform said.
func (c *Client) explain(path string, resp *larkcore.ApiResp, a answer) error {
	switch {
	case resp.StatusCode == http.StatusTooManyRequests || slices.Contains(frequent, a.Code):
		seconds, err := strconv.Atoi(resp.Header.Get("x-ogw-ratelimit-reset"))
		if err != nil || seconds < 1 {
			seconds = 1
		}
		return chat.Busy{Until: time.Now().Add(time.Duration(seconds) * time.Second)}
	case a.Code == 99991672:
		return lacks(scopes(a)...)
	case a.Code == 230002:
		return ops.Errorf(ops.Denied, "the bot is not in the chat; add it in the chat's settings", "机器人不在该群;请在群设置中添加")
	case slices.Contains(gone, a.Code):
		return ops.Errorf(ops.NotFound, "it is gone in Lark (%d)", "在飞书中已不存在(%d)", a.Code)
	case slices.Contains(badApp, a.Code), slices.Contains(stale, a.Code):
		return ops.Errorf(ops.Denied, "Lark refuses the app's id or secret (%d); check them with \"orderly check\"", "飞书拒绝了应用凭证(%d);请用 \"orderly check\" 检查", a.Code)
	case resp.StatusCode >= http.StatusInternalServerError:
		return unavailable(path, resp.StatusCode, nil)
	case a.Code == 230013 || a.Code == 230053:
		return ops.Errorf(ops.Denied, "the bot cannot reach that person in Lark (%d)", "机器人无法向该用户发送消息(%d)", a.Code)
	}
	if slices.Contains(nobody, a.Code) || strings.Contains(a.Msg, "100290") {
		return ops.Errorf(ops.Invalid, "somebody who is meant has no such account in this tenant; correct the people file", "该租户中不存在此用户账号;请更正人员文件")
	}
	return ops.Errorf(ops.Internal, "Lark refuses what we sent (%s: %d %s)", "飞书拒绝了请求(%s:%d %s)", path, a.Code, a.Msg)
}

// scopes are those that an answer calls missing.
func scopes(a answer) []string {
	var out []string
	for _, s := range a.Error.Scopes {
		out = append(out, s.Subject)
	}
	if len(out) == 0 {
		return []string{a.Msg}
	}
	return out
}

func segment(s string) string { return url.PathEscape(s) }
