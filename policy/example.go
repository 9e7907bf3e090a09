package policy

import (
	"slices"
	"time"

	"github.com/goccy/go-yaml/ast"

	"orderly.example/ops"
)

// Example is a question to the policy with the answer that it must give; they are the tests of a policy, kept beside it.
type Example struct {
	Name      string
	Line      int
	Facts     ops.Facts // the operation holds only its name
	Expect    string    // allow, ask or deny
	Rule      string    // the rule that must decide; any when empty
	Approvals int       // how many people must be asked; any number when 0
	Freeze    string    // the freeze that must stop it; none when empty
}

// usualTime is when an example without a time takes place: a Monday at noon in Shanghai.
var usualTime = time.Date(2026, 1, 5, 4, 0, 0, 0, time.UTC)

// expectations are what an example may expect.
var expectations = []string{"allow", "ask", "deny"}

func (l *loader) example(n ast.Node) Example {
	m := l.mapping(n, "name", "person", "groups", "operation", "params", "target", "targets", "owners", "on_call", "reason",
		"surface", "at", "scheduled", "dry_run", "break_glass", "plan", "expect", "rule", "approvals", "freeze")
	out := Example{
		Name: l.named(n, m, "example"), Line: n.GetToken().Position.Line, Rule: l.text(m["rule"]),
		Approvals: l.number(m["approvals"]), Freeze: l.text(m["freeze"]), Expect: l.required(n, m, "expect"),
	}
	if out.Expect != "" && !slices.Contains(expectations, out.Expect) {
		l.wrong(m["expect"], ops.Textf("expect is allow, ask or deny, not %q%s", "expect 应为 allow、ask 或 deny,而不是 %q%s", out.Expect, ops.DidYouMean(out.Expect, expectations)))
	}
	r := ops.Request{
		Operation: l.required(n, m, "operation"), By: ops.User{ID: l.required(n, m, "person"), Groups: l.texts(m["groups"]), LinkedBy: "file"},
		Reason: l.text(m["reason"]), From: ops.Origin{Surface: l.text(m["surface"])}, DryRun: l.flag(m["dry_run"]),
		BreakGlass: l.text(m["break_glass"]), Params: l.params(m["params"]),
	}
	if l.flag(m["scheduled"]) {
		r.Schedule = "example"
	}
	f := ops.Facts{Operation: ops.Operation{Name: r.Operation}, Request: r, Owners: l.texts(m["owners"]), OnCall: l.texts(m["on_call"]), Now: usualTime}
	if m["at"] != nil {
		f.Now = l.moment(m["at"])
	}
	f.Targets = append(l.targets(m["target"]), l.targets(m["targets"])...)
	if f.Plan = l.plan(m["plan"], f.Targets); f.Plan != nil {
		f.Changes = max(f.Plan.Blast.Targets, f.Plan.Blast.Instances) // an example has no diffs
	}
	out.Facts = f
	return out
}

func (l *loader) params(n ast.Node) map[string]string {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		if n != nil {
			l.wrong(n, ops.Textf("params must be a mapping of names to values", "params 应为名称到值的映射"))
		}
		return nil
	}
	out := map[string]string{}
	for _, v := range m.Values {
		out[v.Key.GetToken().Value] = l.text(v.Value)
	}
	return out
}

func (l *loader) targets(n ast.Node) []ops.Target {
	var out []ops.Target
	for _, s := range l.texts(n) {
		t, err := ops.ParseTarget(s)
		if err != nil {
			l.wrong(n, ops.TextOf(err))
		}
		out = append(out, t)
	}
	return out
}

// plan reads the numbers of a plan. Without one the plan reaches the targets; "unknown" asks as before planning.
func (l *loader) plan(n ast.Node, targets []ops.Target) *ops.Plan {
	out := &ops.Plan{Targets: targets, Blast: ops.Blast{Targets: len(targets)}}
	for _, t := range targets {
		if t.Env != "" && !slices.Contains(out.Blast.Envs, t.Env) {
			out.Blast.Envs = append(out.Blast.Envs, t.Env)
		}
	}
	if s, ok := n.(*ast.StringNode); ok && s.Value == "unknown" {
		return nil
	}
	if n == nil {
		return out
	}
	m := l.mapping(n, "targets", "instances", "delta", "percent", "envs", "clusters")
	b := &out.Blast
	b.Instances, b.Delta, b.Percent, b.Clusters = l.number(m["instances"]), l.number(m["delta"]), l.number(m["percent"]), l.texts(m["clusters"])
	if m["targets"] != nil {
		b.Targets = l.number(m["targets"])
	}
	if m["envs"] != nil {
		b.Envs = l.texts(m["envs"])
	}
	return out
}
