package slack

import (
	"net/url"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/slack-go/slack"

	"orderly.example/bot/chat"
	"orderly.example/bot/slack/slacktest"
	"orderly.example/ops"
)

func manifestOf(t *testing.T, s Setup) (text string, m slack.Manifest) {
	t.Helper()
	text, err := s.Manifest()
	if err == nil {
		err = yaml.UnmarshalWithOptions([]byte(text), &m, yaml.Strict())
	}
	if err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	return text, m
}

// TestTheManifestAsksForWhatIsUsed: the app that it makes passes the check, in both transports.
func TestTheManifestAsksForWhatIsUsed(t *testing.T) {
	text, m := manifestOf(t, Setup{Name: "orderly", Command: "/ops"})
	if !m.Settings.SocketModeEnabled || m.Settings.EventSubscriptions.RequestUrl != "" || !m.Features.AppHome.HomeTabEnabled || m.Features.SlashCommands[0].Command != "/ops" {
		t.Errorf("Socket Mode:\n%s", text)
	}
	if u, err := url.Parse(Link(text)); err != nil || u.Query().Get("manifest_yaml") != text {
		t.Errorf("the link does not carry the manifest: %v", err)
	}
	const at = "https://orderly.example.com/slack"
	text, m = manifestOf(t, Setup{Name: "orderly", Command: "/ops", URL: at, Emails: true})
	if m.Settings.SocketModeEnabled || m.Settings.EventSubscriptions.RequestUrl != at || m.Settings.Interactivity.RequestUrl != at || m.Settings.Interactivity.MessageMenuOptionsUrl != at || m.Features.SlashCommands[0].Url != at {
		t.Errorf("HTTP:\n%s", text)
	}
	s := slacktest.New(t)
	s.Scopes(m.OAuthConfig.Scopes.Bot...)
	if wrong := wrongs(New(Config{BotToken: s.BotToken, AppToken: s.AppToken, API: s.API()}).Check(t.Context(), true)); len(wrong) > 0 {
		t.Errorf("%v", wrong)
	}
}

// wrongs are the findings that are no good.
func wrongs(findings []chat.Finding) []string {
	var out []string
	for _, f := range findings {
		if f.Err != nil {
			out = append(out, f.What.In(ops.English)+": "+ops.TextOf(f.Err).In(ops.English))
		}
	}
	return out
}

// TestCheckNamesMissingScopesAndWrongTokens.
func TestCheckNamesMissingScopesAndWrongTokens(t *testing.T) {
	s := slacktest.New(t)
	s.Scopes("chat:write", "commands", "app_mentions:read", "im:history", "im:read", "im:write", "channels:history")
	wrong := wrongs(New(Config{BotToken: s.BotToken, AppToken: "xapp-wrong", API: s.API()}).Check(t.Context(), true))
	all := strings.Join(wrong, "\n")
	for _, want := range []string{"scope groups:history", "scope users:read (to match people by e-mail)", "scope users:read.email", "app token, Socket Mode: Slack refuses the token"} {
		if !strings.Contains(all, want) {
			t.Errorf("it does not say %q:\n%s", want, all)
		}
	}
	if len(wrong) != 4 {
		t.Errorf("%d findings:\n%s", len(wrong), all)
	}
	wrong = wrongs(New(Config{BotToken: "xoxb-wrong", API: s.API()}).Check(t.Context(), false))
	if len(wrong) != 1 || !strings.Contains(wrong[0], "refuses the token (invalid_auth)") {
		t.Errorf("with a wrong token: %v", wrong)
	}
}
