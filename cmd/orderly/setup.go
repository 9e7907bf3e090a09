package main

import (
	"strings"

	"github.com/spf13/cobra"

	"orderly.example/bot/slack"
	"orderly.example/cmd/orderly/app"
	"orderly.example/cmd/orderly/command"
	"orderly.example/cmd/orderly/config"
	"orderly.example/ops"
)

// setupCommand is `orderly setup`: how to join a chat platform.
func setupCommand(l command.Lang) *cobra.Command {
	cmd := &cobra.Command{Use: "setup", Short: l.Say("join a Slack workspace or a Lark tenant", "接入 Slack 工作区或飞书租户")}
	cmd.AddCommand(setupSlack(l), setupLark(l))
	return cmd
}

// joined is what a setup says.
type joined struct {
	Link     string `json:"link,omitempty"`
	Manifest string `json:"manifest,omitempty"`
	app.Report
}

// setupSlack is `orderly setup slack`: the app's manifest, the link that makes an app of it, and a check of the tokens.
func setupSlack(l command.Lang) *cobra.Command {
	var s slack.Setup
	var path, public string
	cmd := &cobra.Command{Use: "slack", Short: l.Say("print the app's manifest and the link that creates it; check the tokens", "输出应用清单与创建链接,并检查令牌"), Args: command.Args(0, 0), RunE: func(cmd *cobra.Command, _ []string) error {
		if public != "" && !strings.HasPrefix(public, "https://") {
			return ops.Errorf(ops.Invalid, "--url %s: Slack delivers to https:// addresses only; leave it out for Socket Mode", "--url %s:Slack 仅向 https:// 地址投递;不填则使用 Socket Mode", public)
		} else if public != "" {
			s.URL = strings.TrimSuffix(public, "/") + "/slack"
		}
		c := slackEnv()
		if path != "" {
			whole, err := config.Load(path)
			if err != nil {
				return err
			}
			c = whole.Slack
		}
		c.MatchEmail = c.MatchEmail || s.Emails
		s.Emails = c.MatchEmail
		manifest, err := s.Manifest()
		if err != nil {
			return ops.Errorf(ops.Internal, "the manifest cannot be written", "无法生成清单").Because(err)
		}
		out := joined{Link: slack.Link(manifest), Manifest: manifest, Report: app.CheckChat(cmd.Context(), app.Options{Slack: slackOptions(c)})}
		if err := command.Print(cmd, out.slackSteps(s, l), out); err != nil {
			return err
		}
		return problems(out.Report)
	}}
	fl := cmd.Flags()
	fl.StringVar(&s.Name, "name", "orderly", l.Say("name of the bot", "机器人名称"))
	fl.StringVar(&s.Command, "command", "/ops", l.Say("slash command", "斜杠命令"))
	fl.StringVar(&public, "url", "", l.Say("public address of this installation, for deliveries over HTTP; Socket Mode when left out", "本服务的公网地址,用于 HTTP 投递;不填则使用 Socket Mode"))
	fl.BoolVar(&s.Emails, "match-email", false, l.Say("people are matched by e-mail, which takes two more scopes", "按邮箱匹配人员,需要另外两项权限"))
	fl.StringVar(&path, "config", "", l.Say("check the tokens of this configuration instead of those in the environment", "检查该配置文件中的令牌,而非环境变量"))
	return cmd
}

// slackSteps are what to do, one after the other, and at last what was checked.
func (j joined) slackSteps(s slack.Setup, l command.Lang) string {
	manifest := l.Of(ops.Textf("\nThe manifest, for an app that is there already (App Manifest > YAML):\n\n%s", "\n应用清单,用于已有应用(App Manifest > YAML):\n\n%s", strings.TrimRight(j.Manifest, "\n")))
	switch {
	case j.Wrong() > 0:
		return findings(j.Report, l) + manifest
	case len(j.Findings) > 0:
		return findings(j.Report, l)
	}
	transport := ops.Textf("2. Basic Information > App-Level Tokens: make one with the scope connections:write.", "2. Basic Information > App-Level Tokens:创建一个令牌,权限为 connections:write。")
	keys := "bot_token: \"${env:SLACK_BOT_TOKEN}\", app_token: \"${env:SLACK_APP_TOKEN}\""
	exports := "export SLACK_BOT_TOKEN=xoxb-... SLACK_APP_TOKEN=xapp-..."
	if s.URL != "" {
		transport = ops.Textf("2. Basic Information > App Credentials: copy the signing secret.", "2. Basic Information > App Credentials:复制 Signing Secret。")
		keys = "bot_token: \"${env:SLACK_BOT_TOKEN}\", signing_secrets: [\"${env:SLACK_SIGNING_SECRET}\"]"
		exports = "export SLACK_BOT_TOKEN=xoxb-... SLACK_SIGNING_SECRET=..."
	}
	return l.Of(ops.Textf(`1. Open this link, choose the workspace, create the app and install it:
%[1]s
%[2]s
3. OAuth & Permissions: copy the bot token. Give orderly what it needs, in the environment or in orderly.yaml:
   %[3]s
   slack: {%[4]s}
4. Run "orderly setup slack" again, in the same terminal or with --config orderly.yaml: it checks the tokens and the scopes.
5. In Slack: /invite @%[5]s, then @%[5]s help
`, `1. 打开此链接,选择工作区,创建并安装应用:
%[1]s
%[2]s
3. OAuth & Permissions:复制 Bot 令牌。通过环境变量或 orderly.yaml 提供给 orderly:
   %[3]s
   slack: {%[4]s}
4. 在同一终端再次运行 "orderly setup slack"(或加上 --config orderly.yaml):将检查令牌与权限。
5. 在 Slack 中:/invite @%[5]s,然后 @%[5]s help
`, j.Link, transport, exports, keys, s.Name)) + manifest
}
