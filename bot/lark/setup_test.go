package lark

import (
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/bot/chat"
	"orderly.example/bot/lark/larktest"
	"orderly.example/ops"
)

func clientOf(s *larktest.Server, secret string) *Client {
	return New(Config{AppID: s.AppID, AppSecret: secret, Domain: s.API()})
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

// TestAnAppIsMadeByOpeningALink: with the scopes, events and callbacks that are needed, so that the check finds nothing wrong.
func TestAnAppIsMadeByOpeningALink(t *testing.T) {
	for brand, domain := range map[string]string{"feishu": Feishu, "lark": Global} {
		s := larktest.New(t)
		setup := Setup{Name: "Orderly", Accounts: s.API()}
		app, err := setup.Register(t.Context(), func(link string, lasts time.Duration) {
			events, callbacks := s.Agree(link, brand)
			if !slices.Contains(events, "im.message.receive_v1") || !slices.Equal(callbacks, []string{"card.action.trigger"}) || lasts != 10*time.Minute {
				t.Errorf("events %v, callbacks %v, for %s", events, callbacks, lasts)
			}
		})
		if want := (App{ID: s.AppID, Secret: s.AppSecret, Domain: domain}); err != nil || app != want {
			t.Fatalf("%+v %v", app, err)
		}
		if wrong := wrongs(clientOf(s, app.Secret).Check(t.Context(), false)); len(wrong) > 0 {
			t.Errorf("%s: %v", brand, wrong)
		}
	}
}

func TestAnAppThatIsNotMade(t *testing.T) {
	for code, want := range map[string]string{"access_denied": "said no", "expired_token": "in time", "server_error": "--by-hand"} {
		s := larktest.New(t)
		_, err := Setup{Accounts: s.API()}.Register(t.Context(), func(string, time.Duration) { s.Decline(code) })
		if text := ops.TextOf(err); !strings.Contains(text.En, want) || text.Zh == text.En {
			t.Errorf("%s: %v", code, err)
		}
	}
	if _, err := (Setup{Accounts: "http://127.0.0.1:1"}).Register(t.Context(), unheard); !strings.Contains(ops.TextOf(err).En, "--by-hand") {
		t.Errorf("without Lark: %v", err)
	}
}

func unheard(string, time.Duration) {}

// TestCheckNamesWhatTheTenantHasNotGranted.
func TestCheckNamesWhatTheTenantHasNotGranted(t *testing.T) {
	s := larktest.New(t)
	if wrong := wrongs(clientOf(s, s.AppSecret).Check(t.Context(), true)); len(wrong) > 0 {
		t.Errorf("with all permissions: %v", wrong)
	}
	s.Scopes("im:message:send_as_bot", "im:message.p2p_msg:readonly", "im:chat")
	got := clientOf(s, s.AppSecret).Check(t.Context(), true)
	wrong := strings.Join(wrongs(got), "\n")
	for _, want := range []string{"im:message.group_at_msg:readonly (to read what it is asked in groups)", "contact:user.email:readonly", "publish a new version"} {
		if !strings.Contains(wrong, want) {
			t.Errorf("it does not say %q:\n%s", want, wrong)
		}
	}
	if strings.Contains(wrong, "slash") || len(wrongs(got)) != 3 {
		t.Errorf("what is optional is no mistake:\n%s", wrong)
	}
	if wrong := wrongs(clientOf(s, "wrong").Check(t.Context(), false)); len(wrong) != 1 || !strings.Contains(wrong[0], "id or secret") {
		t.Errorf("with a wrong secret: %v", wrong)
	}
}
