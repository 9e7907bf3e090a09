package command

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"orderly.example/bot/api/client"
	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

// list is `orderly ls`.
func (g *globals) list() *cobra.Command {
	var f ops.Filter
	var state string
	cmd := &cobra.Command{Use: "ls", Short: "list changes, the newest first / 列出变更", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		c, err := g.connect("cli")
		if err != nil {
			return err
		}
		f.State = ops.State(state)
		page, err := c.List(cmd.Context(), f)
		if err != nil {
			return err
		}
		return g.print(g.phrases().Page(page).In(g.lang), page)
	}}
	fl := cmd.Flags()
	fl.StringVar(&f.Operation, "operation", "", "only of this operation / 操作")
	fl.StringVar(&f.Service, "service", "", "only of this service / 服务")
	fl.StringVar(&f.Env, "env", "", "only in this environment / 环境")
	fl.StringVar(&f.IDC, "idc", "", "only in this data centre / 机房")
	fl.StringVar(&f.Requester, "by", "", "only asked for by this person / 申请人")
	fl.StringVar(&state, "state", "", "only in this state / 状态")
	fl.BoolVar(&f.Open, "open", false, "only those that are not over / 仅未结束的")
	fl.StringVar(&f.Text, "text", "", "only with this word / 关键词")
	fl.IntVar(&f.Limit, "limit", ops.DefaultLimit, "how many / 条数")
	fl.StringVar(&f.PageToken, "page", "", "token of the page / 翻页标记")
	return cmd
}

// show is `orderly show`: the message and the whole record.
func (g *globals) show() *cobra.Command {
	return &cobra.Command{Use: "show <change>", Short: "the whole story of a change / 查看变更全过程", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		c, err := g.connect("cli")
		if err != nil {
			return err
		}
		s, err := c.Status(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		var b strings.Builder
		b.WriteString(g.phrases().Message(s, g.lang) + "\n\n")
		for _, e := range s.Events {
			fmt.Fprintf(&b, "%3d  %s  %-9s %-8s %s\n", e.Seq, e.At.Local().Format(time.DateTime), e.Kind, e.By, e.Text.In(g.lang))
		}
		return g.print(b.String(), s)
	}}
}

// watch is `orderly watch`.
func (g *globals) watch() *cobra.Command {
	var timeout time.Duration
	cmd := &cobra.Command{Use: "watch <change>", Short: "follow a change to its end / 跟踪变更", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		c, err := g.connect("cli")
		if err != nil {
			return err
		}
		return g.follow(cmd.Context(), c, args[0], timeout)
	}}
	cmd.Flags().DurationVar(&timeout, "timeout", 0, "stop following after this long, exit code 7 / 最长跟踪时间")
	return cmd
}

var actHelp = map[ops.ActKind]string{
	ops.ActApprove: "approve the plan of a change / 批准", ops.ActReject: "reject the plan of a change / 驳回",
	ops.ActCancel: "stop a change and take back what it did / 取消", ops.ActRetry: "try a failed step, or a failed change, again / 重试",
	ops.ActReview: "review a change that broke a freeze / 复核",
}

// act is `orderly approve|reject|cancel|retry|review`.
func (g *globals) act(kind ops.ActKind) *cobra.Command {
	var note, hash string
	cmd := &cobra.Command{Use: string(kind) + " <change>", Short: actHelp[kind], Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		c, err := g.connect("cli")
		if err != nil {
			return err
		}
		votes := kind == ops.ActApprove || kind == ops.ActReject
		if votes && hash == "" {
			if hash, err = g.present(cmd.Context(), c, args[0]); err != nil {
				return err
			}
		}
		reply, err := c.Act(cmd.Context(), args[0], kind, hash, note, rand.Text())
		if err != nil {
			return err
		}
		if err := g.print(reply.Text.In(g.lang), reply); err != nil {
			return err
		}
		if !reply.Accepted {
			return outcome(exitOf(reply.Code))
		}
		return nil
	}}
	cmd.Flags().StringVar(&note, "note", "", "why; it stays in the record / 备注")
	if kind == ops.ActApprove || kind == ops.ActReject {
		cmd.Flags().StringVar(&hash, "plan-hash", "", "the plan that you saw; the present one is shown and meant when left out / 预案哈希")
	}
	return cmd
}

// present shows the plan that holds now and returns its hash: what is shown is what is voted on.
func (g *globals) present(ctx context.Context, c *client.Client, id string) (string, error) {
	s, err := c.Status(ctx, id)
	if err != nil {
		return "", err
	}
	if s.Plan == nil {
		return "", ops.Errorf(ops.Conflict, "%s has no plan yet; try again in a moment", "%s 尚无预案,请稍后再试", id)
	}
	g.say(ops.Plain(g.phrases().Message(s, g.lang)))
	return s.Plan.Hash, nil
}

// undo is `orderly undo`.
func (g *globals) undo() *cobra.Command {
	var r request
	cmd := &cobra.Command{Use: "undo <change>", Short: "take a finished change back / 撤销已完成的变更", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		c, err := g.connect("cli")
		if err != nil {
			return err
		}
		if r.key == "" {
			r.key = rand.Text()
		}
		id, err := c.Undo(cmd.Context(), args[0], wire.UndoBody{Reason: r.Reason, DryRun: r.DryRun, Channel: r.Channel}, r.key)
		if err != nil {
			return err
		}
		if r.detach {
			return g.print(id, map[string]string{"id": id})
		}
		return g.follow(cmd.Context(), c, id, r.timeout)
	}}
	r.flags(cmd)
	return cmd
}
