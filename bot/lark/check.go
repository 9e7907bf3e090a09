package lark

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"orderly.example/bot/chat"
	"orderly.example/ops"
)

// permission is what the app has to be granted: one of the scopes.
type permission struct {
	scopes   []string
	what     ops.Text
	optional bool // without it something less important is missing
}

// permissions are what the app needs, as the developer console calls it.
var permissions = []permission{
	{scopes: []string{"im:message:send_as_bot", "im:message"}, what: ops.Text{En: "to post", Zh: "发送消息"}},
	{scopes: []string{"im:message:update", "im:message", "im:message:send_as_bot"}, what: ops.Text{En: "to edit its cards", Zh: "更新卡片"}},
	{scopes: []string{"im:message.group_at_msg:readonly", "im:message.group_at_msg", "im:message"}, what: ops.Text{En: "to read what it is asked in groups", Zh: "读取群中的提及"}},
	{scopes: []string{"im:message.p2p_msg:readonly", "im:message.p2p_msg", "im:message"}, what: ops.Text{En: "to read what it is told directly", Zh: "读取私聊消息"}},
	{scopes: []string{"im:chat:readonly", "im:chat:read", "im:chat"}, what: ops.Text{En: "to tell groups and direct chats apart", Zh: "区分群聊与私聊"}},
	{scopes: []string{"application:app_slash_command:read"}, what: ops.Text{En: "for slash commands", Zh: "斜杠命令"}, optional: true},
	{scopes: []string{"application:app_slash_command:write"}, what: ops.Text{En: "for slash commands", Zh: "斜杠命令"}, optional: true},
}

// ofEmails are what matching people by e-mail takes besides.
var ofEmails = []permission{
	{scopes: []string{"contact:contact.base:readonly"}, what: ops.Text{En: "to match people by e-mail", Zh: "按邮箱匹配人员"}},
	{scopes: []string{"contact:user.email:readonly"}, what: ops.Text{En: "to match people by e-mail", Zh: "按邮箱匹配人员"}},
}

func permissionsFor(emails bool) []permission {
	if emails {
		return append(append([]permission{}, permissions...), ofEmails...)
	}
	return permissions
}

// Check asks the open platform whether the app's id and secret count and whether the app may do what it has to.
func (c *Client) Check(ctx context.Context, emails bool) []chat.Finding {
	_, err := c.self(ctx)
	out := []chat.Finding{{What: ops.Textf("Lark app %s at %s", "飞书应用 %s(%s)", c.config.AppID, c.config.Domain), Err: err}}
	if err != nil {
		return out
	}
	if c.config.EncryptKey == "" {
		out = append(out, chat.Finding{What: ops.Textf("Lark long connection", "飞书长连接"), Err: c.checkConnection(ctx)})
	}
	return append(out, c.checkScopes(ctx, emails)...)
}

// checkConnection asks where to connect to, and does not connect.
func (c *Client) checkConnection(ctx context.Context) error {
	const path = "/callback/ws/endpoint"
	resp, err := c.send(ctx, http.MethodPost, path, map[string]string{"AppID": c.config.AppID, "AppSecret": c.config.AppSecret}, "")
	if err != nil {
		return err
	}
	var head answer
	if err := c.core.Serializable.Deserialize(resp.RawBody, &head); err != nil {
		return unavailable(path, resp.StatusCode, err)
	}
	if head.Code != 0 {
		return c.explain(path, resp, head)
	}
	return nil
}

// grant is what a tenant has said to a scope.
type grant struct {
	Name   string `json:"scope_name"`
	Status int    `json:"grant_status"`
}

// granted is the status of a scope that the tenant has agreed to.
const granted = 1

func (c *Client) checkScopes(ctx context.Context, emails bool) []chat.Finding {
	var have struct {
		Data struct {
			Scopes []grant `json:"scopes"`
		} `json:"data"`
	}
	all := chat.Finding{What: ops.Textf("Lark permissions", "飞书应用权限")}
	if all.Err = c.call(ctx, http.MethodGet, "/open-apis/application/v6/scopes", nil, &have); all.Err != nil {
		return []chat.Finding{all}
	}
	var out []chat.Finding
	for _, p := range permissionsFor(emails) {
		has := func(g grant) bool { return g.Status == granted && slices.Contains(p.scopes, g.Name) }
		if !slices.ContainsFunc(have.Data.Scopes, has) {
			out = append(out, p.missing())
		}
	}
	if len(out) == 0 {
		return []chat.Finding{all}
	}
	return out
}

// missing says what the lack of a permission means.
func (p permission) missing() chat.Finding {
	name := p.scopes[0]
	if p.optional {
		return chat.Finding{What: ops.Textf("Lark permission %s (%s) is not granted; everything else works without it", "飞书应用权限 %s(%s)未授予,不影响其他功能", name, p.what)}
	}
	return chat.Finding{What: ops.Textf("Lark permission %s (%s)", "飞书应用权限 %s(%s)", name, p.what), Err: lacks(name)}
}

// lacks says that the app has not been granted something.
func lacks(scopes ...string) *ops.Error {
	return ops.Errorf(ops.Denied, "the Lark app lacks a permission: %s; add it in the developer console and publish a new version", "飞书应用缺少权限:%s;请在开发者后台添加并发布新版本", strings.Join(scopes, ", "))
}
