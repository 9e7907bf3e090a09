package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"orderly.example/bot"
	deployed "orderly.example/deploy/config"
	"orderly.example/ops"
	"orderly.example/policy"
	"orderly.example/workflows"
	"orderly.example/workflows/change"
)

// policyCommand is `orderly policy test|explain`.
func policyCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "policy", Short: "test a policy, or ask why it decides as it does / 策略测试与解释"}
	cmd.AddCommand(policyTest(), policyExplain())
	return cmd
}

func operations() []ops.Operation {
	return change.Catalogue{Definitions: workflows.All()}.Operations()
}

// policyTest runs the examples of a policy file.
func policyTest() *cobra.Command {
	return &cobra.Command{Use: "test <policy.yaml>", Short: "run the examples of a policy file / 运行策略文件中的用例", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		text, err := os.ReadFile(args[0])
		if err != nil {
			return ops.Errorf(ops.NotFound, "cannot read %s", "无法读取 %s", args[0]).Because(err)
		}
		f, err := policy.Load(text, args[0], operations()...)
		if err != nil {
			return err
		}
		lang, _ := cmd.Flags().GetString("lang")
		failed := 0
		for _, r := range policy.Test(cmd.Context(), f, policy.World{Operations: operations()}) {
			mark := "ok  "
			if !r.Passed {
				mark = "FAIL"
				failed++
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s %s:%d %s: %s\n", mark, args[0], r.Line, r.Name, r.Text.In(lang))
		}
		if failed > 0 {
			return ops.Errorf(ops.Unsafe, "%d of %d examples failed", "%d/%d 个用例未通过", failed, len(f.Examples))
		}
		return nil
	}}
}

// policyExplain says which rule decides a line of chat, and why.
func policyExplain() *cobra.Command {
	var policyFile, peopleFile, as string
	var owners []string
	cmd := &cobra.Command{
		Use: "explain <line of chat>", Short: "which rule decides, and why / 解释由哪条规则裁决", Args: cobra.ExactArgs(1),
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
			lang, _ := cmd.Flags().GetString("lang")
			fmt.Fprintln(cmd.OutOrStdout(), x.Text().In(lang))
			return nil
		},
	}
	cmd.Flags().StringVar(&policyFile, "policy", "", "policy file; the example's when left out / 策略文件")
	cmd.Flags().StringVar(&peopleFile, "people", "", "people file; the example's when left out / 人员文件")
	cmd.Flags().StringVar(&as, "by", "ann", "who asks / 申请人")
	cmd.Flags().StringSliceVar(&owners, "owner", nil, "owner groups of the targets / 目标的负责组")
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
