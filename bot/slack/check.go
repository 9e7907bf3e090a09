package slack

import (
	"context"
	"slices"
	"strings"

	"orderly.example/bot/chat"
	"orderly.example/ops"
)

// Check asks Slack whether the tokens count and whether the app may do what it has to. Signing secrets cannot be asked
// about: the first delivery shows whether they are right.
func (c *Client) Check(ctx context.Context, emails bool) []chat.Finding {
	out := c.checkBot(ctx, emails)
	if c.config.AppToken == "" {
		return out
	}
	_, _, err := c.api.StartSocketModeContext(ctx)
	return append(out, chat.Finding{What: ops.Textf("Slack app token, Socket Mode", "Slack 应用令牌,Socket Mode"), Err: explain("apps.connections.open", err)})
}

func (c *Client) checkBot(ctx context.Context, emails bool) []chat.Finding {
	me, err := c.self(ctx)
	if err != nil {
		return []chat.Finding{{What: ops.Textf("Slack bot token", "Slack 机器人令牌"), Err: err}}
	}
	granted := strings.FieldsFunc(me.Header.Get("X-OAuth-Scopes"), func(r rune) bool { return r == ',' || r == ' ' })
	out := []chat.Finding{{What: ops.Textf("Slack bot token: %s in %s", "Slack 机器人令牌:%[2]s 中的 %[1]s", me.User, me.Team)}}
	for _, s := range scopesFor(emails) {
		if !slices.Contains(granted, s.name) {
			out = append(out, chat.Finding{What: ops.Textf("Slack scope %s (%s)", "Slack 权限 %s(%s)", s.name, s.what), Err: lacks(s.name)})
		}
	}
	if len(out) == 1 {
		out = append(out, chat.Finding{What: ops.Textf("Slack scopes", "Slack 权限")})
	}
	return out
}

// lacks says that the app has not been granted something.
func lacks(scope string) *ops.Error {
	return ops.Errorf(ops.Denied, "the Slack app lacks the scope %s; add it with the manifest that \"orderly setup slack\" prints and install the app again",
		"Slack 应用缺少权限 %s;请用 \"orderly setup slack\" 输出的清单更新并重新安装应用", scope)
}
