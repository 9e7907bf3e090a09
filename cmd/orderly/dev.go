package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"orderly.example/bot"
	"orderly.example/cmd/orderly/app"
	"orderly.example/cmd/orderly/command"
	"orderly.example/cmd/orderly/config"
	deployed "orderly.example/deploy/config"
	"orderly.example/integrations/inventory"
	"orderly.example/integrations/kubernetes"
	"orderly.example/ops"
	"orderly.example/policy"
)

// devFlags are the flags of `orderly dev`.
type devFlags struct {
	data, listen, kubeconfig, people, policy, logLevel string
	inventory                                          []string
	uiPort                                             int
}

// devCommand is `orderly dev`: everything in one process, with a demo cloud when there is no other. With the tokens of a
// Slack workspace in SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or with a Lark app in LARK_APP_ID
// and LARK_APP_SECRET, it talks to people there.
func devCommand(l command.Lang) *cobra.Command {
	var f devFlags
	cmd := &cobra.Command{Use: "dev", Short: l.Say("everything in one process, on a demo cloud or your clusters", "单进程运行全部组件,使用演示云或您的集群"), Args: command.Args(0, 0), RunE: func(cmd *cobra.Command, _ []string) error {
		o, err := f.options()
		if err != nil {
			return err
		}
		return serve(cmd.Context(), o, cmd.OutOrStdout(), func(w io.Writer, a *app.App, o app.Options) { welcome(w, a, o, l) })
	}}
	fl := cmd.Flags()
	fl.StringVar(&f.data, "data", ".dev", l.Say("directory of the engine and the demo cloud", "引擎与演示云的数据目录"))
	fl.StringVar(&f.listen, "listen", "127.0.0.1:7080", l.Say("address of the API, on loopback", "API 监听地址,仅限本机"))
	fl.StringVar(&f.kubeconfig, "kubeconfig", os.Getenv("KUBECONFIG"), l.Say("act on these clusters instead of the demo cloud", "使用这些集群,而非演示云"))
	fl.StringSliceVar(&f.inventory, "inventory", nil, l.Say("inventory files, or addresses that answer the same", "资产清单文件,或返回相同内容的地址"))
	fl.StringVar(&f.people, "people", "", l.Say("people file; the example's people when left out", "人员文件,默认使用示例"))
	fl.StringVar(&f.policy, "policy", "", l.Say("policy file; the example's policy when left out", "策略文件,默认使用示例"))
	fl.StringVar(&f.logLevel, "log-level", "warn", l.Say("debug, info, warn or error", "日志级别:debug、info、warn 或 error"))
	fl.IntVar(&f.uiPort, "ui-port", 8233, l.Say("port of Temporal's web UI; 0: none", "Temporal 界面端口;0 表示不启动"))
	return cmd
}

func (f devFlags) options() (app.Options, error) {
	logger, err := newLogger(os.Stderr, config.Log{Level: f.logLevel, Format: "text"})
	if err != nil {
		return app.Options{}, err
	}
	o := app.Options{
		Listen: f.listen, DataDir: f.data, Dev: true, Version: version, Logger: logger,
		Temporal: app.Temporal{UIPort: f.uiPort},
		People:   bot.FromText(string(deployed.People), "people.yaml"), Policy: policy.FromText(string(deployed.Policy), "policy.yaml"),
	}
	o.PublicURL = "http://" + f.listen
	o.Slack, o.Lark = slackOptions(slackEnv()), larkOptions(larkEnv())
	if f.people != "" {
		o.People = bot.FromFile(f.people)
	}
	if f.policy != "" {
		o.Policy = policy.FromFile(f.policy)
	}
	if f.kubeconfig != "" {
		o.Cloud = &kubernetes.Config{Kubeconfig: f.kubeconfig}
	}
	for _, name := range f.inventory {
		o.Inventory = append(o.Inventory, inventory.Open(name, os.Getenv("ORDERLY_INVENTORY_TOKEN")))
	}
	return o, nil
}

// slackEnv are the tokens of a workspace in the environment.
func slackEnv() config.Slack {
	return config.Slack{
		BotToken: config.Secret(os.Getenv("SLACK_BOT_TOKEN")), AppToken: config.Secret(os.Getenv("SLACK_APP_TOKEN")), API: os.Getenv("SLACK_API"),
	}
}

// larkEnv is the app of a tenant in the environment.
func larkEnv() config.Lark {
	return config.Lark{AppID: os.Getenv("LARK_APP_ID"), AppSecret: config.Secret(os.Getenv("LARK_APP_SECRET")), Domain: os.Getenv("LARK_DOMAIN")}
}

// serve runs a process until it is told to stop or a part of it fails.
func serve(ctx context.Context, o app.Options, out io.Writer, greet func(io.Writer, *app.App, app.Options)) error {
	a, err := app.Start(ctx, o)
	if err != nil {
		return asInvalid(err)
	}
	greet(out, a, o)
	select {
	case <-ctx.Done():
		err = nil
	case err = <-a.Failed():
	}
	if stopped := a.Stop(ctx); err == nil {
		err = stopped
	}
	return asInvalid(err)
}

// asInvalid shows the operator, who is the one at this terminal, the whole error.
func asInvalid(err error) error {
	if err == nil || ops.AsError(err) != nil {
		return err
	}
	return ops.Errorf(ops.Unavailable, "%s", "%s", err.Error()).Because(err)
}

// welcome says where everything is and what to type next.
func welcome(w io.Writer, a *app.App, o app.Options, l command.Lang) {
	cloud, example := ops.Textf("demo cloud of two clusters, idc1/c1 and idc2/c1", "两个集群的演示云:idc1/c1 与 idc2/c1"), "shop.cart.api@idc1:prod"
	if !o.Demo() {
		cloud, example = ops.Textf("the clusters of %s", "%s 中的集群", o.Cloud.Kubeconfig), "<service>@<idc>:<env>"
	}
	text := ops.Textf(`Orderly is ready
  API        %[1]s
  Temporal   %[2]s
  cloud      %[3]s
  data       %[4]s

In two more terminals, be two people:
  bin/orderly%[5]s chat --as ann
  bin/orderly%[5]s chat --as bob
then type:
  scale %[6]s 6
Ctrl-C stops; what runs goes on at the next start.
`, `Orderly 已就绪
  API        %[1]s
  Temporal   %[2]s
  云         %[3]s
  数据       %[4]s

再开两个终端,以两个人的身份进入聊天室:
  bin/orderly%[5]s chat --as ann
  bin/orderly%[5]s chat --as bob
然后输入:
  scale %[6]s 6
Ctrl-C 停止;运行中的变更会在下次启动后继续。
`, a.URL, orNone(a.TemporalUI), cloud, o.DataDir, at(a), example)
	fmt.Fprint(w, l.Of(text))
}

// at is the flag that the command line needs to find a server which is not where it looks by itself.
func at(a *app.App) string {
	if a.URL == "http://127.0.0.1:7080" {
		return ""
	}
	return " --server " + a.URL
}

func orNone(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func newLogger(w io.Writer, c config.Log) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		return nil, ops.Errorf(ops.Invalid, "%q is not a log level; use debug, info, warn or error", "%q 不是日志级别,请使用 debug、info、warn 或 error", c.Level)
	}
	o := &slog.HandlerOptions{Level: level}
	if c.Format == "text" {
		return slog.New(slog.NewTextHandler(w, o)), nil
	}
	return slog.New(slog.NewJSONHandler(w, o)), nil
}
