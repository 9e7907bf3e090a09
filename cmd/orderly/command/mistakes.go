package command

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"orderly.example/ops"
)

// Args says how many values a command takes.
func Args(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return ops.Errorf(ops.Invalid, "a value is missing; write: %s (%s says more)", "缺少参数;请写成:%s(详见 %s)", line(cmd), helpOf(cmd))
		case len(args) > most:
			return ops.Errorf(ops.Invalid, "%q is one value too many; write: %s (%s says more)", "参数 %q 多余;请写成:%s(详见 %s)", args[most], line(cmd), helpOf(cmd))
		}
		return nil
	}
}

// Group makes a command that only holds others: alone it shows its help, and what it does not know gets a did-you-mean.
func Group(cmd *cobra.Command, inner ...*cobra.Command) *cobra.Command {
	cmd.AddCommand(inner...)
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		return unknown(cmd, args[0])
	}
	return cmd
}

// unknown is the answer to a word that is no command of this one. Who types an operation where a command is wanted
// learns about run.
func unknown(cmd *cobra.Command, typed string) error {
	near := ops.DidYouMean(typed, names(cmd))
	if run, _, err := cmd.Find([]string{"run"}); err == nil && run != cmd && near.IsZero() {
		if like := ops.Nearest(typed, names(run)); len(like) > 0 {
			near = ops.Textf("; did you mean %s?", ";您是不是想说 %s?", "run "+like[0])
		}
	}
	return ops.Errorf(ops.NotFound, "there is no command %q%s; %s lists them", "没有命令 %q%s;%s 可列出全部命令", cmd.CommandPath()+" "+typed, near, helpOf(cmd))
}

func names(cmd *cobra.Command) (out []string) {
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			out = append(append(out, c.Name()), c.Aliases...)
		}
	}
	return out
}

// flagMistake says what is wrong with a flag. A command that is not there is the more important mistake.
func flagMistake(cmd *cobra.Command, err error) error {
	if cmd.HasSubCommands() && cmd.Flags().NArg() > 0 {
		return unknown(cmd, cmd.Flags().Arg(0))
	}
	var (
		absent *pflag.NotExistError
		empty  *pflag.ValueRequiredError
		value  *pflag.InvalidValueError
		text   ops.Text
	)
	switch {
	case errors.As(err, &absent):
		text = ops.Textf("there is no flag %s%s", "没有选项 %s%s", written(absent.GetSpecifiedName(), absent.GetSpecifiedShortnames()), nearFlags(cmd, absent.GetSpecifiedName()))
	case errors.As(err, &empty):
		text = ops.Textf("the flag %s needs a value", "选项 %s 需要一个值", written(empty.GetSpecifiedName(), empty.GetSpecifiedShortnames()))
	case errors.As(err, &value):
		text = ops.Textf("%q does not fit the flag --%s%s", "%q 不适用于选项 --%s%s", value.GetValue(), value.GetFlag().Name, wanted[value.GetFlag().Value.Type()])
	default:
		text = ops.Textf("a flag is written wrongly: %s", "选项书写有误:%s", strings.TrimPrefix(err.Error(), "bad flag syntax: "))
	}
	return ops.Errorf(ops.Invalid, "%s; %s lists the flags", "%s;%s 可列出全部选项", text, helpOf(cmd))
}

// wanted says what a flag of a type takes.
var wanted = map[string]ops.Text{
	"int":      {En: ", which takes a whole number", Zh: ",应为整数"},
	"bool":     {En: ", which takes true or false", Zh: ",应为 true 或 false"},
	"duration": {En: ", which takes a time such as 90s, 10m or 1h30m", Zh: ",应为时长,如 90s、10m 或 1h30m"},
}

func written(name, shorthands string) string {
	if shorthands != "" {
		return "-" + name[:1]
	}
	return "--" + name
}

func nearFlags(cmd *cobra.Command, typed string) ops.Text {
	var all []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { all = append(all, f.Name) })
	near := ops.Nearest(typed, all)
	if len(near) == 0 {
		return ops.Text{}
	}
	return ops.Textf("; did you mean --%s?", ";您是不是想说 --%s?", strings.Join(near, ", --"))
}

func helpOf(cmd *cobra.Command) string { return "`" + cmd.CommandPath() + " --help`" }
