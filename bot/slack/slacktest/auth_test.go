package slacktest_test

import (
	"testing"

	"github.com/slack-go/slack"

	"orderly.example/bot/slack/slacktest"
)

func TestAuthTestNamesTheAppAndItsScopes(t *testing.T) {
	s := slacktest.New(t)
	s.Scopes("chat:write", "commands")
	a, err := client(s).AuthTest()
	if err != nil || a.UserID != slacktest.BotUserID || a.TeamID != slacktest.TeamID || a.BotID != slacktest.BotID {
		t.Fatalf("%+v, %v", a, err)
	}
	if got := a.Header.Get("X-OAuth-Scopes"); got != "chat:write,commands" {
		t.Error(got)
	}
}

func TestTokensAreChecked(t *testing.T) {
	s := slacktest.New(t)
	for _, c := range []struct{ bot, app, web, socket string }{
		{s.BotToken, s.AppToken, "", ""},
		{"", "", "not_authed", "not_authed"},
		{"xoxb-other", "xapp-other", "invalid_auth", "invalid_auth"},
		{s.AppToken, s.BotToken, "not_allowed_token_type", "not_allowed_token_type"},
	} {
		api := slack.New(c.bot, slack.OptionAPIURL(s.API()), slack.OptionAppLevelToken(c.app))
		_, err := api.AuthTest()
		_, _, opened := api.StartSocketModeContext(t.Context())
		if code(err) != c.web || code(opened) != c.socket {
			t.Errorf("%q, %q: %v, %v", c.bot, c.app, err, opened)
		}
	}
	s.RevokeToken()
	if _, err := client(s).AuthTest(); code(err) != "token_revoked" {
		t.Error(err)
	}
}

func TestAScopeThatIsMissingIsNamed(t *testing.T) {
	s := slacktest.New(t)
	ops, secret, ann := s.Channel("ops"), s.Channel("secret").Private(), s.Person("U_ANN")
	s.Scopes("commands")
	api := client(s)
	read := func(ch *slacktest.Channel) func() error {
		return func() error {
			_, err := api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: ch.ID()})
			return err
		}
	}
	for need, call := range map[string]func() error{
		"chat:write":       func() error { _, _, err := api.PostMessage(ops.ID(), slack.MsgOptionText("x", false)); return err },
		"channels:history": read(ops),
		"groups:history":   read(secret),
		"im:history":       read(ann.DM()),
		"users:read":       func() error { _, err := api.GetUserInfo(ann.ID()); return err },
		"users:read.email": func() error { _, err := api.GetUserByEmail("ann@example.com"); return err },
	} {
		err := call()
		answer, ok := err.(slack.SlackErrorResponse)
		if !ok || answer.Err != "missing_scope" || answer.Needed != need || answer.Provided != "commands" {
			t.Errorf("%s: %#v", need, err)
		}
	}
}
