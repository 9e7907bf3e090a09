package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"orderly.example/bot/lark"
	"orderly.example/cmd/orderly/app"
	"orderly.example/cmd/orderly/command"
	"orderly.example/cmd/orderly/config"
	"orderly.example/ops"
)

// registered is what `orderly setup lark` says of a new app.
type registered struct {
	AppID     string `json:"app_id"`
	AppSecret string `json:"app_secret"`
	Domain    string `json:"domain"`
	app.Report
}

// larkFlags are the flags of `orderly setup lark`.
type larkFlags struct {
	setup  lark.Setup
	path   string
	byHand bool
}

// setupLark is `orderly setup lark`: it makes an app by a link that somebody opens, or says what to click; with an app
// that is there it checks it.
func setupLark(l command.Lang) *cobra.Command {
	var f larkFlags
	cmd := &cobra.Command{Use: "lark", Short: l.Say("make the app by opening a link, or check the one that is there", "打开链接创建应用,或检查已有应用"), Args: command.Args(0, 0), RunE: func(cmd *cobra.Command, _ []string) error {
		c := larkEnv()
		if f.path != "" {
			whole, err := config.Load(f.path)
			if err != nil {
				return err
			}
			c = whole.Lark
		}
		c.MatchEmail = c.MatchEmail || f.setup.Emails
		switch {
		case f.byHand:
			return command.Print(cmd, f.steps(l), map[string]any{"scopes": f.setup.Scopes(), "events": f.setup.Events(), "callbacks": f.setup.Callbacks()})
		case c.AppID != "":
			out := app.CheckChat(cmd.Context(), app.Options{Lark: larkOptions(c)})
			if err := command.Print(cmd, findings(out, l), out); err != nil {
				return err
			}
			return problems(out)
		}
		return f.register(cmd, l)
	}}
	fl := cmd.Flags()
	fl.StringVar(&f.setup.Name, "name", "Orderly", l.Say("name of the app", "应用名称"))
	fl.BoolVar(&f.setup.Emails, "match-email", false, l.Say("people are matched by e-mail, which takes two more permissions", "按邮箱匹配人员,需要另外两项权限"))
	fl.BoolVar(&f.byHand, "by-hand", false, l.Say("say what to click in the developer console instead", "列出在开发者后台手动操作的步骤"))
	fl.StringVar(&f.path, "config", "", l.Say("check the app of this configuration instead of the one in the environment", "检查该配置文件中的应用,而非环境变量"))
	return cmd
}

// register makes an app and says where its id and secret go.
func (f larkFlags) register(cmd *cobra.Command, l command.Lang) error {
	f.setup.Accounts = os.Getenv("LARK_ACCOUNTS")
	made, err := undisturbed(cmd.Context(), f.setup, func(link string, lasts time.Duration) {
		_, _ = fmt.Fprintln(cmd.ErrOrStderr(), l.Of(ops.Textf("Open this link in Lark or Feishu within %s, and agree:\n%s", "请在 %s 内用飞书或 Lark 打开此链接并同意:\n%s", lasts, link)))
	})
	if err != nil {
		return err
	}
	out := registered{AppID: made.ID, AppSecret: made.Secret, Domain: made.Domain}
	text := l.Of(ops.Textf(`The app is made. Keep its secret where orderly finds it, in the environment or in orderly.yaml:
   export LARK_APP_ID=%[1]s LARK_APP_SECRET=%[2]s LARK_DOMAIN=%[3]s
   lark: {app_id: %[1]s, app_secret: "${env:LARK_APP_SECRET}", domain: %[3]s}
Then run "orderly setup lark" again: it checks what the app may do. An administrator may have to agree to its permissions first.
At last add the bot to a group and write: @%[4]s help`, `应用已创建。请通过环境变量或 orderly.yaml 将凭证提供给 orderly:
   export LARK_APP_ID=%[1]s LARK_APP_SECRET=%[2]s LARK_DOMAIN=%[3]s
   lark: {app_id: %[1]s, app_secret: "${env:LARK_APP_SECRET}", domain: %[3]s}
然后再次运行 "orderly setup lark":将检查应用权限。权限可能需要管理员先同意。
最后将机器人加入群聊,发送:@%[4]s help`, made.ID, made.Secret, made.Domain, f.setup.Name))
	return command.Print(cmd, text, out)
}

// undisturbed registers while standard output is kept for our own answer: the library prints there.
func undisturbed(ctx context.Context, s lark.Setup, show func(string, time.Duration)) (lark.App, error) {
	ours := os.Stdout
	os.Stdout = os.Stderr
	defer func() { os.Stdout = ours }()
	return s.Register(ctx, show)
}

// steps are what to click.
func (f larkFlags) steps(l command.Lang) string {
	list := func(items []string) string { return "     " + strings.Join(items, "\n     ") }
	return l.Of(ops.Textf(`1. Open %[1]s/app or %[2]s/app and create a custom app named %[3]s.
2. Add features: Bot.
3. Permissions & Scopes, of the app:
%[4]s
4. Events & Callbacks: receive events and callbacks through a persistent connection, and subscribe to
%[5]s
   and to the callback
%[6]s
5. Version Management: create a version and publish it; before that neither permissions nor events count.
6. Credentials: copy App ID and App Secret to LARK_APP_ID and LARK_APP_SECRET (LARK_DOMAIN=%[2]s outside China),
   then run "orderly setup lark": it checks the app.`, `1. 打开 %[1]s/app(海外为 %[2]s/app),创建名为 %[3]s 的企业自建应用。
2. 添加应用能力:机器人。
3. 权限管理,应用身份权限:
%[4]s
4. 事件与回调:使用长连接接收事件与回调,订阅事件
%[5]s
   以及回调
%[6]s
5. 版本管理与发布:创建版本并发布;发布之前权限与事件均不生效。
6. 凭证与基础信息:将 App ID 与 App Secret 写入 LARK_APP_ID 与 LARK_APP_SECRET(海外另设 LARK_DOMAIN=%[2]s),
   然后运行 "orderly setup lark" 检查应用。`, lark.Feishu, lark.Global, f.setup.Name, list(f.setup.Scopes()), list(f.setup.Events()), list(f.setup.Callbacks())))
}
