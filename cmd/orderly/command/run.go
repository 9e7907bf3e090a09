package command

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"orderly.example/bot/api/client"
	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

// request is what the flags of `run` say.
type request struct {
	wire.Submission
	key     string
	detach  bool
	timeout time.Duration
}

// run is `orderly run <operation> [values]`: one command per operation, with flags made from its parameters.
func (g *globals) run() *cobra.Command {
	cmd := &cobra.Command{
		Use: g.lang.Say("run <operation> [values]", "run <操作> [参数]"), Short: g.lang.Say("ask for an operation and follow it to the end", "申请操作并跟踪到结束"),
		Example: "  orderly run scale shop.cart.api@idc1:prod +2",
	}
	for _, op := range g.operations {
		cmd.AddCommand(g.runOperation(op))
	}
	return Group(cmd)
}

func (g *globals) runOperation(op ops.Operation) *cobra.Command {
	var r request
	usage := op.Name
	for _, p := range op.Params {
		if p.Required {
			usage += " <" + p.Name + ">"
		} else {
			usage += " [" + p.Name + "]"
		}
	}
	cmd := &cobra.Command{
		Use: usage, Aliases: op.Aliases, Short: g.lang.Of(op.Help), Example: "  orderly run " + op.Example,
		Args: Args(0, most(op)),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
			return g.complete(cmd.Context(), op, len(args), prefix), cobra.ShellCompDirectiveNoFileComp
		},
	}
	values := g.paramFlags(cmd, op)
	r.flags(cmd, g.lang)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		texts := positional(op, args)
		for name, v := range values {
			if *v != "" {
				texts[name] = *v
			}
		}
		r.Operation, r.Params = op.Name, client.Params(texts)
		return g.submit(cmd.Context(), r)
	}
	return cmd
}

// maxPairs is how many key=value a line may hold.
const maxPairs = 100

// most is how many values without a flag an operation takes.
func most(op ops.Operation) int {
	if slices.ContainsFunc(op.Params, func(p ops.Param) bool { return p.Pairs }) {
		return maxPairs
	}
	return len(op.Params)
}

// positional gives the values without a flag to the parameters in their order, and key=value to the one that takes pairs.
func positional(op ops.Operation, args []string) map[string]string {
	texts := map[string]string{}
	i := 0
	for _, a := range args {
		key, value, pair := strings.Cut(a, "=")
		if n := slices.IndexFunc(op.Params, func(p ops.Param) bool { return p.Pairs }); n >= 0 && pair {
			name := op.Params[n].Name
			texts[name] = strings.TrimSpace(texts[name] + " " + ops.Pair{Key: key, Value: value}.String())
			continue
		}
		if i == len(op.Params) {
			i-- // one too many: the server says so
		}
		texts[op.Params[i].Name] = strings.TrimSpace(texts[op.Params[i].Name] + " " + a)
		i++
	}
	return texts
}

// paramFlags makes a flag per parameter; what a flag's value may be is checked by the server, which knows it best.
func (g *globals) paramFlags(cmd *cobra.Command, op ops.Operation) map[string]*string {
	values := map[string]*string{}
	for _, p := range op.Params {
		help, name := g.lang.Of(p.Help), strings.ReplaceAll(p.Name, "_", "-")
		if l := limits(p, g.lang); l != "" {
			help += " (" + l + ")"
		}
		values[p.Name] = cmd.Flags().String(name, "", help)
		_ = cmd.Flags().SetAnnotation(name, kind, []string{string(p.Kind)})
		if len(p.Options) > 0 {
			_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(p.Options, cobra.ShellCompDirectiveNoFileComp))
		}
	}
	return values
}

func (r *request) flags(cmd *cobra.Command, l Lang) {
	f := cmd.Flags()
	f.StringVar(&r.Reason, "reason", "", l.Say("why; it stays in the record", "原因,会留在记录中"))
	f.BoolVar(&r.DryRun, "plan", false, l.Say("only plan, change nothing", "只生成预案,不做任何改动"))
	f.StringVar(&r.At, "at", "", l.Say("not before: RFC 3339, 20:00, \"tomorrow 09:30\" or +30m", "不早于该时间:RFC 3339、20:00、\"tomorrow 09:30\" 或 +30m"))
	f.StringVar(&r.Cron, "cron", "", l.Say("run again and again: a cron line of five fields", "周期执行:五段 cron 表达式"))
	f.StringVar(&r.TimeZone, "tz", "", l.Say("time zone of --cron and --at, such as Asia/Shanghai", "--cron 与 --at 的时区,如 Asia/Shanghai"))
	f.StringVar(&r.BreakGlass, "break-glass", "", l.Say("go through a freeze for this reason; a review is owed", "紧急突破封网的原因,事后须复核"))
	f.BoolVar(&r.Hold, "hold", false, l.Say("on a failed step wait for a person instead of undoing", "步骤失败时等待人工处理,而不是撤销"))
	f.StringVar(&r.Channel, "room", "", l.Say("the console room that follows the change", "跟踪该变更的聊天室"))
	f.StringVar(&r.key, "key", "", l.Say("idempotency key: the same key is the same request", "幂等键:相同的键视为同一申请"))
	f.BoolVar(&r.detach, "detach", false, l.Say("return at once", "立即返回,不跟踪"))
	f.DurationVar(&r.timeout, "timeout", 0, l.Say("stop following after this long, exit code 7; the change goes on", "最长跟踪时间,超时退出码为 7,变更继续执行"))
}

// submit sends the request and, unless it is told to return at once, follows the change to its end.
func (g *globals) submit(ctx context.Context, r request) error {
	c, err := g.connect("cli")
	if err != nil {
		return err
	}
	if r.key == "" {
		r.key = rand.Text()
	}
	id, err := c.Request(ctx, r.Submission, r.key)
	if err != nil {
		return err
	}
	if r.detach {
		return g.print(id, map[string]string{"id": id})
	}
	return g.follow(ctx, c, id, r.timeout)
}

// complete offers values for the next argument: targets from the server, options from the declaration.
func (g *globals) complete(ctx context.Context, op ops.Operation, at int, prefix string) []string {
	if at >= len(op.Params) {
		return nil
	}
	p := op.Params[at]
	if p.Kind != ops.KindTarget && p.Kind != ops.KindTargets {
		return p.Options
	}
	c, err := g.connect("cli")
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	targets, err := c.Targets(ctx, prefix)
	if err != nil {
		return nil
	}
	return targets
}
