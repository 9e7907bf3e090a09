package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"orderly.example/ops"
)

// chapters order the commands of the root's help as a newcomer needs them.
var chapters = []struct {
	title ops.Text
	names []string
}{
	{ops.Text{En: "Ask for changes and follow them", Zh: "申请与跟踪变更"}, []string{"run", "ls", "show", "watch", "chat", "undo", "schedule"}},
	{ops.Text{En: "Answer for changes", Zh: "处理变更"}, []string{"approve", "reject", "cancel", "retry", "pause", "resume", "promote", "review"}},
	{ops.Text{En: "Look things up", Zh: "查询"}, []string{"ops", "policy", "docs", "preview", "help", "completion", "version"}},
	{ops.Text{En: "Run the server", Zh: "运行服务"}, []string{"dev", "serve", "setup", "check", "token"}},
}

// page is the help of a command; cobra's own speaks only English.
func (l Lang) page(cmd *cobra.Command) string {
	var b strings.Builder
	part := func(title, body string) {
		if body != "" {
			fmt.Fprintf(&b, "\n%s\n%s\n", title, strings.TrimRight(body, "\n"))
		}
	}
	b.WriteString(cmd.Short + "\n")
	if cmd.Long != "" {
		b.WriteString("\n" + cmd.Long + "\n")
	}
	part(l.Say("Usage:", "用法:"), "  "+l.usage(cmd))
	part(l.Say("Also called:", "别名:"), indent(strings.Join(cmd.Aliases, ", ")))
	part(l.Say("Example:", "示例:"), cmd.Example)
	l.commands(cmd, part)
	part(l.Say("Flags:", "选项:"), l.flags(cmd.LocalFlags()))
	part(l.Say("Flags of every command:", "通用选项:"), l.flags(cmd.InheritedFlags()))
	if cmd.HasSubCommands() {
		fmt.Fprintf(&b, "\n"+l.Say("`%s <command> --help` says more about a command.", "`%s <命令> --help` 查看命令详情。")+"\n", cmd.CommandPath())
	}
	return b.String()
}

// usage is the line that one types, with what may follow.
func (l Lang) usage(cmd *cobra.Command) string {
	out := line(cmd)
	if cmd.HasSubCommands() && !strings.Contains(cmd.Use, " ") {
		out += l.Say(" <command>", " <命令>")
	}
	return out + l.Say(" [flags]", " [选项]")
}

// line is the line that one types.
func line(cmd *cobra.Command) string {
	if cmd.HasParent() {
		return cmd.Parent().CommandPath() + " " + cmd.Use
	}
	return cmd.Use
}

// commands lists the commands below this one; those of the root by chapter, and at last what is in none.
func (l Lang) commands(cmd *cobra.Command, part func(title, body string)) {
	all := slices.DeleteFunc(slices.Clone(cmd.Commands()), func(c *cobra.Command) bool { return !c.IsAvailableCommand() && c.Name() != "help" })
	if cmd.HasParent() {
		part(l.Say("Commands:", "命令:"), list(all))
		return
	}
	for _, chapter := range chapters {
		var these []*cobra.Command
		all = slices.DeleteFunc(all, func(c *cobra.Command) bool {
			in := slices.Contains(chapter.names, c.Name())
			if in {
				these = append(these, c)
			}
			return in
		})
		slices.SortStableFunc(these, func(a, b *cobra.Command) int {
			return slices.Index(chapter.names, a.Name()) - slices.Index(chapter.names, b.Name())
		})
		part(l.Of(chapter.title)+":", list(these))
	}
	part(l.Say("More:", "其他:"), list(all))
}

func list(commands []*cobra.Command) string {
	rows := make([][2]string, len(commands))
	for i, c := range commands {
		rows[i] = [2]string{c.Name(), c.Short}
	}
	return columns(rows)
}

// kind is the annotation of a flag that is a parameter of an operation: what its values are.
const kind = "kind"

func (l Lang) flags(set *pflag.FlagSet) string {
	var rows [][2]string
	set.VisitAll(func(f *pflag.Flag) {
		name, help := pflag.UnquoteUsage(f)
		if k := f.Annotations[kind]; k != nil {
			name = k[0]
		}
		left := "    --" + f.Name
		if f.Shorthand != "" {
			left = "-" + f.Shorthand + ", --" + f.Name
		}
		if d := f.DefValue; d != "" && d != "false" && d != "0" && d != "0s" && d != "[]" {
			help += fmt.Sprintf(l.Say(" (default %s)", "(默认 %s)"), d)
		}
		rows = append(rows, [2]string{strings.TrimRight(left+" "+name, " "), help})
	})
	return columns(rows)
}

// columns aligns what stands on the right; on the left there is nothing but ASCII.
func columns(rows [][2]string) string {
	wide := 0
	for _, r := range rows {
		wide = max(wide, len(r[0]))
	}
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "  %-*s  %s\n", wide, r[0], r[1])
	}
	return b.String()
}

func indent(s string) string {
	if s == "" {
		return ""
	}
	return "  " + s
}
