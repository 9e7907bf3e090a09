package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"orderly.example/bot"
	"orderly.example/cmd/orderly/command"
	deployed "orderly.example/deploy/config"
	"orderly.example/ops"
	"orderly.example/policy"
	"orderly.example/workflows"
	"orderly.example/workflows/change"
)

// policyCommand is `orderly policy test|explain`.
func policyCommand(l command.Lang) *cobra.Command {
	return command.Group(&cobra.Command{Use: "policy", Short: l.Say("test a policy, or ask why it decides as it does", "策略测试与解释")}, policyTest(l), policyExplain(l))
}

func operations() []ops.Operation {
	return change.Catalogue{Definitions: workflows.All()}.Operations()
}

// tested is how one example of a policy went.
type tested struct {
	Name   string   `json:"name"`
	Line   int      `json:"line"`
	Passed bool     `json:"passed"`
	Text   ops.Text `json:"text"`
}

// policyTest runs the examples of a policy file.
func policyTest(l command.Lang) *cobra.Command {
	use := l.Say("test <policy.yaml>", "test <策略文件>")
	return &cobra.Command{Use: use, Short: l.Say("run the examples of a policy file", "运行策略文件中的用例"), Args: command.Args(1, 1), RunE: func(cmd *cobra.Command, args []string) error {
		text, err := os.ReadFile(args[0])
		if err != nil {
			return ops.Errorf(ops.NotFound, "cannot read the policy file %s; check the name", "无法读取策略文件 %s,请检查文件名", args[0]).Because(err)
		}
		f, err := policy.Load(text, args[0], operations()...)
		if err != nil {
			return err
		}
		var all []tested
		var lines strings.Builder
		failed := 0
		for _, r := range policy.Test(cmd.Context(), f, policy.World{Operations: operations()}) {
			mark := "ok  "
			if !r.Passed {
				mark = "FAIL"
				failed++
			}
			fmt.Fprintf(&lines, "%s %s:%d %s: %s\n", mark, args[0], r.Line, r.Name, l.Of(r.Text))
			all = append(all, tested{r.Name, r.Line, r.Passed, r.Text})
		}
		if err := command.Print(cmd, lines.String(), all); err != nil {
			return err
		}
		if failed > 0 {
			return ops.Errorf(ops.Unsafe, "%[1]d of %[2]d examples failed; correct the rules, or the examples where they expect the wrong thing",
				"%[2]d 个用例中有 %[1]d 个未通过;请修正规则,或修正预期有误的用例", failed, len(all))
		}
		return nil
	}}
}

// policyExplain says which rule decides a line of chat, and why.
func policyExplain(l command.Lang) *cobra.Command {
	var policyFile, peopleFile, as string
	var owners []string
	cmd := &cobra.Command{
		Use: l.Say("explain <line of chat>", "explain <聊天命令>"), Short: l.Say("which rule decides, and why", "解释由哪条规则裁决"), Args: command.Args(1, 1),
		Example: `  orderly policy explain --by ann "scale shop.cart.api@idc1:prod 6"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			people, rules := bot.FromText(string(deployed.People), "people.yaml"), policy.FromText(string(deployed.Policy), "policy.yaml")
			if peopleFile != "" {
				people = bot.FromFile(peopleFile)
			}
			if policyFile != "" {
				rules = policy.FromFile(policyFile)
			}
			f, err := facts(args[0], people, as, owners)
			if err != nil {
				return err
			}
			e, err := policy.New(rules, nil, time.Now, operations()...)
			if err != nil {
				return err
			}
			x, err := e.Explain(cmd.Context(), f)
			if err != nil {
				return err
			}
			return command.Print(cmd, l.Of(x.Text()), x)
		},
	}
	cmd.Flags().StringVar(&policyFile, "policy", "", l.Say("policy file; the example's when left out", "策略文件,默认使用示例"))
	cmd.Flags().StringVar(&peopleFile, "people", "", l.Say("people file; the example's when left out", "人员文件,默认使用示例"))
	cmd.Flags().StringVar(&as, "by", "ann", l.Say("who asks", "申请人"))
	cmd.Flags().StringSliceVar(&owners, "owner", nil, l.Say("owner groups of the targets", "目标的负责组"))
	return cmd
}

// facts are what the policy would be asked about a line of chat, before there is a plan.
func facts(line string, people bot.Source, as string, owners []string) (ops.Facts, error) {
	c, err := bot.Parse(line, operations())
	if err != nil {
		return ops.Facts{}, err
	}
	if c.Kind != bot.CommandRequest && c.Kind != bot.CommandForm {
		return ops.Facts{}, ops.Errorf(ops.Invalid, "%q asks for no operation; write a line such as: scale shop.cart.api@idc1:prod 6", "%q 不是操作申请;请写成如:scale shop.cart.api@idc1:prod 6", line)
	}
	all, err := bot.NewIdentities(people)
	if err != nil {
		return ops.Facts{}, err
	}
	by, err := all.Find(as)
	if err != nil {
		return ops.Facts{}, err
	}
	r := c.Request
	r.By, r.From = by, ops.Origin{Surface: "cli"}
	return ops.Facts{Operation: c.Operation, Request: r, Targets: c.Operation.Targets(r.Params), Owners: owners, Now: time.Now()}, nil
}
