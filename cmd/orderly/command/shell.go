package command

import (
	"github.com/spf13/cobra"

	"orderly.example/ops"
)

// help is `orderly help`; cobra's own speaks only English.
func (g *globals) help() *cobra.Command {
	return &cobra.Command{
		Use: g.lang.Say("help [command]", "help [命令]"), Short: g.lang.Say("what a command does and takes", "查看命令说明"), Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 && about.HasSubCommands() {
				return unknown(about, rest[0])
			}
			return about.Help()
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			about, _, err := cmd.Root().Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var out []cobra.Completion
			for _, c := range about.Commands() {
				if c.IsAvailableCommand() {
					out = append(out, cobra.CompletionWithDesc(c.Name(), c.Short))
				}
			}
			return out, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

var shells = []string{"bash", "zsh", "fish", "powershell"}

// completion is `orderly completion`: the script that makes a shell complete commands, flags and targets.
func (g *globals) completion() *cobra.Command {
	return &cobra.Command{
		Use: "completion <bash|zsh|fish|powershell>", Short: g.lang.Say("make your shell complete commands, flags and targets", "生成命令行补全脚本"),
		Example: `  source <(orderly completion bash)
  orderly completion zsh > "${fpath[1]}/_orderly"
  orderly completion fish > ~/.config/fish/completions/orderly.fish
  orderly completion powershell | Out-String | Invoke-Expression`,
		Args: Args(1, 1), ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			root, out := cmd.Root(), cmd.OutOrStdout()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(out, true)
			case "zsh":
				return root.GenZshCompletion(out)
			case "fish":
				return root.GenFishCompletion(out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(out)
			}
			return ops.Errorf(ops.Invalid, "%q is not a shell that I know%s; use bash, zsh, fish or powershell", "不支持 shell %q%s;请使用 bash、zsh、fish 或 powershell",
				args[0], ops.DidYouMean(args[0], shells))
		},
	}
}
