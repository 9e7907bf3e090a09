package main

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orderly.example/bot/lark/larktest"
	"orderly.example/bot/slack/slacktest"
)

// TestSetupSlack: the steps with the link when there is no token, and the check when there is one.
func TestSetupSlack(t *testing.T) {
	t.Setenv("SLACK_BOT_TOKEN", "")
	for lang, want := range map[string]string{"en": "Open this link", "zh": "打开此链接"} {
		out, errors, code := orderly(t, "setup", "slack", "--lang", lang, "--name", "ops-bot")
		if code != 0 || !strings.Contains(out, want) || !strings.Contains(out, "https://api.slack.com/apps?new_app=1&manifest_yaml=") || !strings.Contains(out, "display_name: ops-bot") {
			t.Errorf("exit %d: %s%s", code, out, errors)
		}
	}
	out, _, _ := orderly(t, "setup", "slack", "--json")
	var said struct{ Link, Manifest string }
	if err := json.Unmarshal([]byte(out), &said); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if u, err := url.Parse(said.Link); err != nil || u.Query().Get("manifest_yaml") != said.Manifest {
		t.Errorf("the link does not carry the manifest: %v", err)
	}
	if out, errors, code := orderly(t, "setup", "slack", "--url", "https://orderly.example.com/"); code != 0 || !strings.Contains(out, "request_url: https://orderly.example.com/slack\n") || !strings.Contains(out, "SLACK_SIGNING_SECRET") {
		t.Errorf("exit %d: %s%s", code, out, errors)
	}
	if _, errors, code := orderly(t, "setup", "slack", "--url", "orderly.example.com"); code != 2 || !strings.Contains(errors, "https://") {
		t.Errorf("exit %d: %s", code, errors)
	}
	s := slacktest.New(t)
	t.Setenv("SLACK_API", s.API())
	t.Setenv("SLACK_BOT_TOKEN", s.BotToken)
	t.Setenv("SLACK_APP_TOKEN", s.AppToken)
	if out, errors, code := orderly(t, "setup", "slack"); code != 0 || strings.Count(out, "ok  ") != 3 {
		t.Errorf("exit %d: %s%s", code, out, errors)
	}
	s.Scopes("commands", "im:history")
	if out, errors, code := orderly(t, "setup", "slack"); code != 2 || !strings.Contains(out, "FAIL Slack scope chat:write (to post)") || !strings.Contains(errors, "6 problems") {
		t.Errorf("exit %d: %s%s", code, out, errors)
	}
}

// TestSetupLark: what to click, a registration by link, and the check of the app that is there.
func TestSetupLark(t *testing.T) {
	t.Setenv("LARK_APP_ID", "")
	for lang, want := range map[string]string{"en": "Version Management", "zh": "版本管理与发布"} {
		out, errors, code := orderly(t, "setup", "lark", "--by-hand", "--lang", lang)
		if code != 0 || !strings.Contains(out, want) || !strings.Contains(out, "im:message:send_as_bot") || !strings.Contains(out, "card.action.trigger") {
			t.Errorf("exit %d: %s%s", code, out, errors)
		}
	}
	s := larktest.New(t)
	t.Setenv("LARK_ACCOUNTS", s.API())
	s.Agrees("feishu")
	out, errors, code := orderly(t, "setup", "lark", "--json")
	var made struct {
		AppID     string `json:"app_id"`
		AppSecret string `json:"app_secret"`
	}
	if err := json.Unmarshal([]byte(out), &made); err != nil || code != 0 || made.AppID != s.AppID || made.AppSecret != s.AppSecret || !strings.Contains(errors, s.API()) {
		t.Errorf("exit %d, %v: %s%s", code, err, out, errors)
	}
	t.Setenv("LARK_APP_ID", made.AppID)
	t.Setenv("LARK_APP_SECRET", made.AppSecret)
	t.Setenv("LARK_DOMAIN", s.API())
	if out, errors, code := orderly(t, "setup", "lark"); code != 0 || strings.Count(out, "ok  ") != 3 {
		t.Errorf("exit %d: %s%s", code, out, errors)
	}
}

// TestCheckNamesMissingScopes of both platforms, without showing a secret.
func TestCheckNamesMissingScopes(t *testing.T) {
	s, l := slacktest.New(t), larktest.New(t)
	s.Scopes("chat:write")
	l.Scopes("im:message.p2p_msg:readonly")
	file := filepath.Join(t.TempDir(), "orderly.yaml")
	text := "people: " + examplePeople + "\npolicy: " + examplePolicy + "\nslack: {bot_token: " + s.BotToken + ", app_token: " + s.AppToken + ", api: \"" + s.API() +
		"\"}\nlark: {app_id: " + l.AppID + ", app_secret: " + l.AppSecret + ", domain: \"" + l.API() + "\"}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for lang, wants := range map[string][]string{
		"en": {"FAIL Slack scope commands", "FAIL Lark permission im:message:send_as_bot (to post)", "ok   Slack app token"},
		"zh": {"FAIL Slack 权限 commands", "FAIL 飞书应用权限 im:message:send_as_bot(发送消息)", "ok   Slack 应用令牌"},
	} {
		out, errors, code := orderly(t, "check", "--config", file, "--lang", lang)
		for _, want := range wants {
			if !strings.Contains(out, want) {
				t.Errorf("it does not say %q:\n%s%s", want, out, errors)
			}
		}
		for _, secret := range []string{s.BotToken, s.AppToken, l.AppSecret} {
			if strings.Contains(out+errors, secret) {
				t.Errorf("a secret shows:\n%s%s", out, errors)
			}
		}
		if code != 2 {
			t.Errorf("exit %d", code)
		}
	}
}
