package command

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"orderly.example/bot"
	"orderly.example/bot/api/client"
	"orderly.example/ops"
)

// Hooks are what main hands in.
type Hooks struct {
	Operations []ops.Operation
	Version    string
	Lang       Lang             // of every help text; see LangOf
	Serving    []*cobra.Command // dev, serve, check, policy: they join the parts
}

// globals are the flags of every command.
type globals struct {
	hooks         Hooks
	server, token string
	as            string
	lang          Lang
	json          bool
	out, errors   io.Writer
	in            io.Reader
	operations    []ops.Operation
	terminal      bool // out is a terminal: lines may be drawn again
}

// New makes the root command. Run it with Run, which knows the exit codes.
func New(h Hooks) *cobra.Command {
	g := &globals{hooks: h, operations: h.Operations, lang: h.Lang}
	root := &cobra.Command{
		Use: "orderly", Short: g.lang.Say("ChatOps bot and self-service ops portal", "运维机器人与自助运维门户"),
		Version: h.Version, SilenceUsage: true, SilenceErrors: true, CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			g.out, g.errors, g.in = cmd.OutOrStdout(), cmd.ErrOrStderr(), cmd.InOrStdin()
			g.terminal = isTerminal(g.out)
			said, _ := cmd.Flags().GetString("lang")
			return checkLang(said)
		},
	}
	g.flags(root)
	root.SetFlagErrorFunc(flagMistake)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { _, _ = io.WriteString(cmd.OutOrStdout(), g.lang.page(cmd)) })
	root.SetHelpCommand(g.help())
	root.SetVersionTemplate("orderly {{.Version}}\n")
	Group(root, g.run(), g.list(), g.show(), g.watch(), g.undo(), g.chat(), g.catalogue(), g.schedule(), g.docs(), g.newToken(), g.version(), g.completion())
	for _, kind := range ops.ActKinds() {
		root.AddCommand(g.act(kind))
	}
	root.AddCommand(h.Serving...)
	return root
}

// flags are those of every command; help and version are declared here because cobra's own speak only English.
func (g *globals) flags(root *cobra.Command) {
	l, f := g.lang, root.PersistentFlags()
	f.StringVar(&g.server, "server", env("ORDERLY_SERVER", "http://127.0.0.1:7080"), l.Say("address of the server (ORDERLY_SERVER)", "服务地址(ORDERLY_SERVER)"))
	f.StringVar(&g.token, "token", "", l.Say("API token (ORDERLY_TOKEN)", "API 令牌(ORDERLY_TOKEN)"))
	f.StringVar(&g.as, "as", os.Getenv("ORDERLY_AS"), l.Say("who you are, on a server in dev mode (ORDERLY_AS)", "开发模式下的身份(ORDERLY_AS)"))
	f.String("lang", string(l), l.Say("en or zh (LANG)", "en 或 zh(LANG)"))
	f.BoolVar(&g.json, "json", false, l.Say("print JSON, mistakes as well; who follows a change gets one line per event and at last the status", "输出 JSON,错误亦然;跟踪变更时每个事件一行,最后一行为变更状态"))
	f.BoolP("help", "h", false, l.Say("this page", "显示本说明"))
	root.Flags().BoolP("version", "v", false, l.Say("the version", "显示版本"))
}

// Run runs the command line and returns the exit code.
func Run(ctx context.Context, root *cobra.Command, args []string) int {
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	var said outcome
	if errors.As(err, &said) {
		return int(said)
	}
	e := ops.AsError(err)
	if e == nil { // a defect: nothing else comes here without a text
		e = ops.Errorf(ops.Internal, "%s", "%s", err.Error())
	}
	if slices.Contains(args, "--json") { // also when the flags could not be read
		_ = writeJSON(root.ErrOrStderr(), e)
		return exitOf(e.Code)
	}
	text := e.Text.In(root.PersistentFlags().Lookup("lang").DefValue)
	if e.Field != "" {
		text = e.Field + ": " + text
	}
	_, _ = io.WriteString(root.ErrOrStderr(), "orderly: "+text+"\n")
	return exitOf(e.Code)
}

// connect makes the client of the API.
func (g *globals) connect(program string) (*client.Client, error) {
	token := g.token
	if token == "" {
		token = os.Getenv("ORDERLY_TOKEN") // never the default of the flag: help would show it
	}
	return client.New(client.Config{Server: g.server, Token: token, As: g.as, Lang: string(g.lang), Program: program})
}

// phrases say times in the zone of this machine, and what to type next as commands.
func (g *globals) phrases() bot.Phrases {
	return bot.Phrases{Operations: g.operations, Location: time.Local, Shell: true}
}

// print writes a text in the language asked for, or v as JSON.
func (g *globals) print(text string, v any) error {
	if g.json {
		return writeJSON(g.out, v)
	}
	_, err := io.WriteString(g.out, strings.TrimRight(text, "\n")+"\n")
	return err
}

// Print writes what a command of main has to say, like print.
func Print(cmd *cobra.Command, text string, v any) error {
	asJSON, _ := cmd.Flags().GetBool("json")
	return (&globals{json: asJSON, out: cmd.OutOrStdout()}).print(text, v)
}

// say writes a line for people, never with --json.
func (g *globals) say(t ops.Text) {
	if !g.json {
		_, _ = io.WriteString(g.out, g.lang.Of(t)+"\n")
	}
}

func env(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}
