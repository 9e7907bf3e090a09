package bot

import (
	"context"
	"slices"
	"strings"

	"orderly.example/ops"
)

// Help explains one operation, or lists those that the person may ask for. It asks the policy with nothing known but
// the person and the operation: what is denied for sure is left out, or with all said together with the reason.
func (d *Desk) Help(ctx context.Context, who Speaker, name string, all bool) (ops.Text, error) {
	if name != "" {
		op, err := d.Operation(name)
		if err != nil {
			return ops.Text{}, err
		}
		return helpOn(op, d.denied(ctx, op, who)), nil
	}
	var allowed, refused []ops.Text
	group := ""
	for _, op := range byGroup(d.Operations) {
		if why := d.denied(ctx, op, who); !why.IsZero() {
			refused = append(refused, ops.Textf("  %s: %s", "  %s:%s", op.Name, why))
			continue
		}
		if op.Group != group {
			group = op.Group
			allowed = append(allowed, ops.Plain(group))
		}
		allowed = append(allowed, ops.Textf("  %s: %s%s", "  %s:%s%s", op.Name, op.Help, also(op)))
	}
	if len(allowed) == 0 {
		allowed = append(allowed, ops.Textf("nothing: the policy allows you no operation; ask an operator for a group", "无:策略未授予您任何操作;请联系运维加入相应的组"))
	}
	lines := append([]ops.Text{ops.Textf("what you may ask for:", "您可以使用的操作:")}, allowed...)
	switch {
	case len(refused) > 0 && all:
		lines = append(append(lines, ops.Textf("not for you:", "您不能使用的操作:")), refused...)
	case len(refused) > 0:
		lines = append(lines, ops.Textf("%d more are not for you; \"help --all\" says why", "另有 %d 个操作您无权使用;输入 \"help --all\" 查看原因", len(refused)))
	}
	return ops.JoinTexts(append(lines, actsHelp), ops.Plain("\n")), nil
}

// allowedTo are the operations that the person may ask for, by group.
func (d *Desk) allowedTo(ctx context.Context, who Speaker) []ops.Operation {
	return slices.DeleteFunc(byGroup(d.Operations), func(op ops.Operation) bool {
		why := d.denied(ctx, op, who)
		return !why.IsZero()
	})
}

// actsHelp is what one may say besides the operations.
var actsHelp = ops.Textf(`and about changes:
  show <id>, ls [open] [mine] [env=prod] [by=ann]
  approve <id> [note], reject <id> [note], cancel <id>, retry <id>, review <id>
  help <operation>: parameters, limits and examples
flags of every operation:
  --plan (only show what would happen), --reason "...", --at 20:00, --cron "0 8 * * 1-5", --tz Asia/Shanghai,
  --hold (wait for a person when a step fails), --break-glass "..." (go through a freeze; it is reviewed)`,
	`变更相关:
  show <id>、ls [open] [mine] [env=prod] [by=ann](查看、列表)
  approve|同意 <id> [备注]、reject|拒绝 <id> [备注]、cancel|取消 <id>、retry|重试 <id>、review|复核 <id>
  help <操作>:参数、限制与示例
所有操作通用的选项:
  --plan(只生成预案)、--reason "..."(原因)、--at 20:00(定时开始)、--cron "0 8 * * 1-5"(周期执行)、--tz Asia/Shanghai(时区)、
  --hold(步骤失败时等待人工)、--break-glass "..."(紧急突破封网,事后复核)`)

// denied is why the policy denies the operation to the person whatever its parameters are; empty when it may allow it.
// A policy that fails is no denial: the request itself will say what is wrong.
func (d *Desk) denied(ctx context.Context, op ops.Operation, who Speaker) ops.Text {
	f := ops.Facts{Operation: op, Request: ops.Request{Operation: op.Name, By: who.User, From: who.Origin}, Now: d.now()}
	decision, err := d.Policy.Decide(ctx, f)
	if err != nil || decision.Allow || !decision.Sure {
		return ops.Text{}
	}
	return decision.Why
}

// helpOn explains one operation.
func helpOn(op ops.Operation, denied ops.Text) ops.Text {
	lines := []ops.Text{
		ops.Textf("%s: %s%s", "%s:%s%s", op.Name, op.Help, also(op)),
		ops.Textf("  usage: %s", "  用法:%s", usage(op)),
		ops.Textf("  example: %s", "  示例:%s", op.Example),
		ops.Textf("  risk: %s%s", "  风险:%s%s", op.Risk.Text(), undoHelp(op)),
	}
	for _, p := range op.Params {
		lines = append(lines, ops.Textf("  %s: %s%s", "  %s:%s%s", p.Name, p.Help, limits(p)))
	}
	if !denied.IsZero() {
		lines = append(lines, ops.Textf("  you may not use it: %s", "  您不能使用:%s", denied))
	}
	return ops.JoinTexts(lines, ops.Plain("\n"))
}

// usage is the shape of a line: <required> [optional=default].
func usage(op ops.Operation) string {
	out := []string{op.Name}
	for _, p := range op.Params {
		switch {
		case p.Required:
			out = append(out, "<"+p.Name+">")
		case p.Default != "":
			out = append(out, "["+p.Name+"="+p.Default+"]")
		default:
			out = append(out, "["+p.Name+"=...]")
		}
	}
	return strings.Join(out, " ")
}

func also(op ops.Operation) ops.Text {
	if len(op.Aliases) == 0 {
		return ops.Text{}
	}
	return ops.Textf(" (also %s)", "(别名 %s)", strings.Join(op.Aliases, ", "))
}

func undoHelp(op ops.Operation) ops.Text {
	if !op.Undoable {
		return ops.Text{}
	}
	return ops.Text{En: "; can be undone", Zh: ";可撤销"}
}
