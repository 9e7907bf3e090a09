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
	cmd := &cobra.Command{Use: "ls", Short: g.lang.Say("list changes, the newest first", "列出变更,最新的在前"), Args: Args(0, 0), RunE: func(cmd *cobra.Command, _ []string) error {
		c, err := g.connect("cli")
		if err != nil {
			return err
		}
		f.State = ops.State(state)
		page, err := c.List(cmd.Context(), f)
		if err != nil {
			return err
		}
		return g.print(g.lang.Of(g.phrases().Page(page)), page)
	}}
	fl := cmd.Flags()
	fl.StringVar(&f.Operation, "operation", "", g.lang.Say("only of this operation", "只列该操作"))
	fl.StringVar(&f.Service, "service", "", g.lang.Say("only of this service", "只列该服务"))
	fl.StringVar(&f.Env, "env", "", g.lang.Say("only in this environment", "只列该环境"))
	fl.StringVar(&f.IDC, "idc", "", g.lang.Say("only in this data centre", "只列该机房"))
	fl.StringVar(&f.Requester, "by", "", g.lang.Say("only asked for by this person", "只列该人员的申请"))
	fl.StringVar(&state, "state", "", g.lang.Say("only in this state", "只列该状态"))
	fl.BoolVar(&f.Open, "open", false, g.lang.Say("only those that are not over", "只列未结束的"))
	fl.StringVar(&f.Text, "text", "", g.lang.Say("only with this word", "只列含该关键词的"))
	fl.IntVar(&f.Limit, "limit", ops.DefaultLimit, g.lang.Say("how many", "条数"))
	fl.StringVar(&f.PageToken, "page", "", g.lang.Say("token of the page", "翻页标记"))
	return cmd
}

// show is `orderly show`: the message and the whole record.
func (g *globals) show() *cobra.Command {
	return &cobra.Command{Use: "show " + g.change(), Short: g.lang.Say("the whole story of a change", "查看变更全过程"), Args: Args(1, 1), RunE: func(cmd *cobra.Command, args []string) error {
		c, err := g.connect("cli")
		if err != nil {
			return err
		}
		s, err := c.Status(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		var b strings.Builder
		b.WriteString(g.lang.Of(g.phrases().Text(s)) + "\n\n")
		for _, e := range s.Events {
			fmt.Fprintf(&b, "%3d  %s  %-9s %-8s %s\n", e.Seq, e.At.Local().Format(time.DateTime), e.Kind, e.By, g.lang.Of(e.Text))
		}
		return g.print(b.String(), s)
	}}
}

// watch is `orderly watch`.
func (g *globals) watch() *cobra.Command {
	var timeout time.Duration
	cmd := &cobra.Command{Use: "watch " + g.change(), Short: g.lang.Say("follow a change to its end", "跟踪变更直到结束"), Args: Args(1, 1), RunE: func(cmd *cobra.Command, args []string) error {
		c, err := g.connect("cli")
		if err != nil {
			return err
		}
		return g.follow(cmd.Context(), c, args[0], timeout)
	}}
	cmd.Flags().DurationVar(&timeout, "timeout", 0, g.lang.Say("stop following after this long, exit code 7", "最长跟踪时间,超时退出码为 7"))
	return cmd
}

var actHelp = map[ops.ActKind]ops.Text{
	ops.ActApprove: {En: "approve the plan of a change", Zh: "批准变更的预案"},
	ops.ActReject:  {En: "reject the plan of a change", Zh: "驳回变更的预案"},
	ops.ActCancel:  {En: "stop a change and take back what it did", Zh: "取消变更并撤销已执行的步骤"},
	ops.ActRetry:   {En: "try a failed step, or a failed change, again", Zh: "重试失败的步骤或变更"},
	ops.ActPause:   {En: "stop a change before its next wave", Zh: "在下一批之前暂停变更"},
	ops.ActResume:  {En: "let a paused change go on", Zh: "继续已暂停的变更"},
	ops.ActPromote: {En: "let a change go on to its next wave at once", Zh: "立即进入下一批"},
	ops.ActReview:  {En: "review a change that broke a freeze", Zh: "复核突破封网的变更"},
}

// change is what the usage calls the id of a change.
func (g *globals) change() string { return g.lang.Say("<change>", "<变更>") }

// act is `orderly approve` and the like.
func (g *globals) act(kind ops.ActKind) *cobra.Command {
	var note, hash string
	cmd := &cobra.Command{Use: string(kind) + " " + g.change(), Short: g.lang.Of(actHelp[kind]), Args: Args(1, 1), RunE: func(cmd *cobra.Command, args []string) error {
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
		if err := g.print(g.lang.Of(reply.Text), reply); err != nil {
			return err
		}
		if !reply.Accepted {
			return outcome(exitOf(reply.Code))
		}
		return nil
	}}
	cmd.Flags().StringVar(&note, "note", "", g.lang.Say("why; it stays in the record", "原因,会留在记录中"))
	if kind == ops.ActApprove || kind == ops.ActReject {
		cmd.Flags().StringVar(&hash, "plan-hash", "", g.lang.Say("the plan that you saw; the present one is shown and meant when left out", "您所看到的预案的哈希;省略时显示并采用当前预案"))
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
	g.say(g.phrases().Text(s))
	return s.Plan.Hash, nil
}

// undo is `orderly undo`.
func (g *globals) undo() *cobra.Command {
	var r request
	cmd := &cobra.Command{Use: "undo " + g.change(), Short: g.lang.Say("take a finished change back", "撤销已完成的变更"), Args: Args(1, 1), RunE: func(cmd *cobra.Command, args []string) error {
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
	r.flags(cmd, g.lang)
	return cmd
}
