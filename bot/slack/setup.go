package slack

import (
	"net/url"

	"github.com/goccy/go-yaml"
	"github.com/slack-go/slack"

	"orderly.example/ops"
)

// scope is a permission of the app, and what it is for.
type scope struct {
	name string
	what ops.Text
}

// needed are the scopes without which something fails.
var needed = []scope{
	{"chat:write", ops.Text{En: "to post", Zh: "发送消息"}},
	{"commands", ops.Text{En: "for the slash command and the shortcut", Zh: "斜杠命令与快捷方式"}},
	{"app_mentions:read", ops.Text{En: "to read what it is asked in channels", Zh: "读取频道中的提及"}},
	{"im:history", ops.Text{En: "to read what it is told directly", Zh: "读取私聊消息"}},
	{"im:read", ops.Text{En: "to know direct conversations", Zh: "识别私聊会话"}},
	{"im:write", ops.Text{En: "to write to approvers", Zh: "私聊审批人"}},
	{"channels:history", ops.Text{En: "to find its own message again when an answer was lost", Zh: "响应丢失时找回自己的消息"}},
	{"groups:history", ops.Text{En: "the same in private channels", Zh: "响应丢失时在私有频道中找回自己的消息"}},
}

// ofEmails are the scopes that matching people by e-mail takes besides.
var ofEmails = []scope{
	{"users:read", ops.Text{En: "to match people by e-mail", Zh: "按邮箱匹配人员"}},
	{"users:read.email", ops.Text{En: "to match people by e-mail", Zh: "按邮箱匹配人员"}},
}

func scopesFor(emails bool) []scope {
	if emails {
		return append(append([]scope{}, needed...), ofEmails...)
	}
	return needed
}

// Setup says what the app of a workspace shall be like.
type Setup struct {
	Name    string // of the bot
	Command string // such as /ops
	URL     string // where Slack delivers over HTTP; empty: Socket Mode
	Emails  bool   // people are matched by their e-mail address
}

// Manifest is the app as Slack takes it, in YAML.
func (s Setup) Manifest() (string, error) {
	m := slack.Manifest{
		Metadata: slack.ManifestMetadata{MajorVersion: 2, MinorVersion: 1},
		Display:  slack.Display{Name: s.Name, Description: "Asks for, approves and follows changes", BackgroundColor: "#1f2937"},
		Features: slack.Features{
			AppHome:       slack.AppHome{HomeTabEnabled: true, MessagesTabEnabled: true},
			BotUser:       slack.BotUser{DisplayName: s.Name, AlwaysOnline: true},
			Shortcuts:     []slack.Shortcut{{Name: "Ask for a change", CallbackID: "ask", Description: "Choose an operation and fill in its form", Type: slack.GlobalShortcut}},
			SlashCommands: []slack.ManifestSlashCommand{{Command: s.Command, Description: "Ask for a change", UsageHint: "help | scale <service> <instances>", ShouldEscape: true, Url: s.URL}},
		},
		Settings: slack.Settings{
			EventSubscriptions: &slack.EventSubscriptions{RequestUrl: s.URL, BotEvents: []string{"app_home_opened", "app_mention", "message.im"}},
			Interactivity:      &slack.Interactivity{IsEnabled: true, RequestUrl: s.URL, MessageMenuOptionsUrl: s.URL},
			SocketModeEnabled:  s.URL == "",
		},
	}
	for _, p := range scopesFor(s.Emails) {
		m.OAuthConfig.Scopes.Bot = append(m.OAuthConfig.Scopes.Bot, p.name)
	}
	raw, err := yaml.MarshalWithOptions(m, yaml.OmitZero())
	return string(raw), err
}

// Link opens the page that makes an app of a manifest.
func Link(manifest string) string {
	return "https://api.slack.com/apps?new_app=1&manifest_yaml=" + url.QueryEscape(manifest)
}
