package slack

import (
	"errors"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"orderly.example/bot/chat"
	"orderly.example/ops"
)

// Error codes of the Web API, by what they mean to us.
var (
	gone   = []string{"message_not_found", "channel_not_found", "is_archived", "thread_not_found", "user_not_found", "cant_update_message", "edit_window_closed"}
	barred = []string{"not_in_channel", "restricted_action", "no_permission", "ekm_access_denied", "cannot_dm_bot", "user_not_visible", "messages_tab_disabled"}
	tokens = []string{"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
	late   = []string{"expired_trigger_id", "invalid_trigger_id", "exchanged_trigger_id"}
	away   = []string{"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)

// explain says in the program's own words what the Web API said.
func explain(method string, err error) error {
	if err == nil {
		return nil
	}
	var limited *slack.RateLimitedError
	if errors.As(err, &limited) {
		return chat.Busy{Until: time.Now().Add(limited.RetryAfter), Whole: method == "chat.update"}
	}
	var answer slack.SlackErrorResponse
	if !errors.As(err, &answer) {
		return ops.Errorf(ops.Unavailable, "Slack does not answer (%s)", "Slack 无响应(%s)", method).Because(err)
	}
	is := func(codes []string) bool { return slices.Contains(codes, answer.Err) }
	switch {
	case answer.Err == "missing_scope":
		return lacks(answer.Needed).Because(err)
	case answer.Err == "not_in_channel":
		return ops.Errorf(ops.Denied, "the bot is not in the channel; invite it with /invite", "机器人不在该频道;请使用 /invite 邀请").Because(err)
	case is(gone):
		return ops.Errorf(ops.NotFound, "it is gone in Slack (%s)", "在 Slack 中已不存在(%s)", answer.Err).Because(err)
	case is(late):
		return ops.Errorf(ops.Conflict, "that took too long; open the form again", "操作超时,请重新打开表单").Because(err)
	case is(tokens):
		return ops.Errorf(ops.Denied, "Slack refuses the token (%s); check it with \"orderly check\"", "Slack 拒绝了令牌(%s);请用 \"orderly check\" 检查", answer.Err).Because(err)
	case is(barred):
		return ops.Errorf(ops.Denied, "Slack does not let the bot do that (%s)", "Slack 不允许机器人执行该操作(%s)", answer.Err).Because(err)
	case is(away):
		return ops.Errorf(ops.Unavailable, "Slack cannot do it now (%s)", "Slack 暂时无法处理(%s)", answer.Err).Because(err)
	}
	return ops.Errorf(ops.Internal, "Slack refuses what we sent (%s: %s)", "Slack 拒绝了请求(%s:%s)", method, answer.Err).Because(err)
}
