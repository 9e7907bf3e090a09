package command

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"orderly.example/bot"
	"orderly.example/bot/api/client"
	"orderly.example/ops"
)

// Hooks are what main hands in.
type Hooks struct {
	Operations []ops.Operation
	Version    string
	Serving    []*cobra.Command // dev, serve, check, policy: they join the parts
}

// globals are the flags of every command.
type globals struct {
	hooks         Hooks
	server, token string
	as, lang      string
	json          bool
	out, errors   io.Writer
	in            io.Reader
	operations    []ops.Operation
	terminal      bool // out is a terminal: lines may be drawn again
}

// New makes the root command. Run it with Run, which knows the exit codes.
func New(h Hooks) *cobra.Command {
	g := &globals{hooks: h, operations: h.Operations}
	root := &cobra.Command{
		Use: "orderly", Short: "ChatOps bot and self-service ops portal / 运维机器人与自助门户",
		Version: h.Version, SilenceUsage: true, SilenceErrors: true,
		PersistentPreRun: func(cmd *cobra.Command, _ []string) {
			g.out, g.errors, g.in = cmd.OutOrStdout(), cmd.ErrOrStderr(), cmd.InOrStdin()
			g.terminal = isTerminal(g.out)
		},
	}
	f := root.PersistentFlags()
	f.StringVar(&g.server, "server", env("ORDERLY_SERVER", "http://127.0.0.1:7080"), "address of the server (ORDERLY_SERVER) / 服务地址")
	f.StringVar(&g.token, "token", os.Getenv("ORDERLY_TOKEN"), "API token (ORDERLY_TOKEN) / API 令牌")
	f.StringVar(&g.as, "as", os.Getenv("ORDERLY_AS"), "who you are, on a server in dev mode / 开发模式下的身份")
	f.StringVar(&g.lang, "lang", language(os.Getenv("LANG")), "en or zh / 语言")
	f.BoolVar(&g.json, "json", false, "print JSON / 输出 JSON")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return ops.Errorf(ops.Invalid, "%s; see --help", "%s;请查看 --help", err.Error())
	})
	root.AddCommand(g.run(), g.list(), g.show(), g.watch(), g.undo(), g.chat(), g.catalogue(), g.schedule(), g.docs(), g.newToken(), g.version())
	for _, kind := range []ops.ActKind{ops.ActApprove, ops.ActReject, ops.ActCancel, ops.ActRetry, ops.ActReview} {
		root.AddCommand(g.act(kind))
	}
	root.AddCommand(h.Serving...)
	return root
}

// Run runs the command line and returns the exit code.
func Run(ctx context.Context, root *cobra.Command, args []string) int {
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	lang, _ := root.PersistentFlags().GetString("lang")
	var said outcome
	if errors.As(err, &said) {
		return int(said)
	}
	e := ops.AsError(err)
	if e == nil { // cobra's own, such as an unknown command
		e = ops.Errorf(ops.Invalid, "%s", "%s", err.Error())
	}
	text := e.Text.In(lang)
	if e.Field != "" {
		text = e.Field + ": " + text
	}
	_, _ = io.WriteString(root.ErrOrStderr(), "orderly: "+text+"\n")
	return exitOf(e.Code)
}

// connect makes the client of the API.
func (g *globals) connect(program string) (*client.Client, error) {
	return client.New(client.Config{Server: g.server, Token: g.token, As: g.as, Lang: g.lang, Program: program})
}

func (g *globals) phrases() bot.Phrases { return bot.Phrases{Operations: g.operations} }

// print writes a text in the language asked for, or v as JSON.
func (g *globals) print(text string, v any) error {
	if g.json {
		return writeJSON(g.out, v)
	}
	_, err := io.WriteString(g.out, strings.TrimRight(text, "\n")+"\n")
	return err
}

// say writes a line for people, never with --json.
func (g *globals) say(t ops.Text) {
	if !g.json {
		_, _ = io.WriteString(g.out, t.In(g.lang)+"\n")
	}
}

func env(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

func language(locale string) string {
	if strings.HasPrefix(locale, ops.Chinese) {
		return ops.Chinese
	}
	return ops.English
}
