package policy

import (
	"context"
	"slices"

	"orderly.example/ops"
)

// World is what the examples of a policy take place in.
type World struct {
	Operations []ops.Operation
	Person     func(id string) (ops.User, bool) // asked for people whose groups an example does not give; may be nil
	Directory  Directory                        // asked for owners that an example does not give; may be nil
}

// Result is how one example went.
type Result struct {
	Name     string
	Line     int
	Passed   bool
	Text     ops.Text // what was expected, and what the policy answered
	Decision ops.Decision
}

// Test asks a policy all its examples.
func Test(ctx context.Context, f *File, w World) []Result {
	out := make([]Result, len(f.Examples))
	for i, x := range f.Examples {
		out[i] = w.test(ctx, f.Policy, x)
	}
	return out
}

func (w World) test(ctx context.Context, p ops.Policy, x Example) Result {
	out := Result{Name: x.Name, Line: x.Line}
	facts, err := w.facts(ctx, x)
	if err == nil {
		out.Decision, err = p.Decide(facts)
	}
	if err != nil {
		out.Text = ops.TextOf(err)
		return out
	}
	out.Text = x.differs(out.Decision)
	if out.Passed = out.Text.IsZero(); out.Passed {
		out.Text = ops.Textf("%s, as expected", "%s,符合预期", answer(out.Decision))
	}
	return out
}

// facts fills in what the example leaves to the world.
func (w World) facts(ctx context.Context, x Example) (ops.Facts, error) {
	f := x.Facts
	found := false
	var names []string
	for _, op := range w.Operations {
		names = append(names, op.Name)
		if op.Name == f.Operation.Name {
			f.Operation, found = op, true
		}
	}
	if !found && slices.Contains(actNames, f.Operation.Name) {
		f.Operation.Risk, found = ops.Low, true
	}
	if !found {
		return f, ops.Errorf(ops.NotFound, "there is no operation %q%s", "没有操作 %q%s", f.Operation.Name, ops.DidYouMean(f.Operation.Name, names))
	}
	if f.Request.By.Groups == nil && w.Person != nil {
		u, ok := w.Person(f.Request.By.ID)
		if !ok {
			return f, ops.Errorf(ops.NotFound, "there is no person %q; give the example groups, or add the person", "没有人员 %q;请在示例中填写 groups 或添加该人员", f.Request.By.ID)
		}
		f.Request.By = u
	}
	return responsible(ctx, f, w.Directory)
}

// differs says in what a decision is not what the example expects.
func (x Example) differs(d ops.Decision) ops.Text {
	got := outcome(d)
	freeze := ""
	if d.Freeze != nil && !d.Freeze.Broken {
		freeze = d.Freeze.Name
	}
	switch {
	case got != x.Expect:
		return ops.Textf("expected %s, and the policy answers: %s", "预期 %s,策略给出:%s", x.Expect, answer(d))
	case x.Rule != "" && x.Rule != d.Rule:
		return ops.Textf("expected rule %q to decide, and it was %q: %s", "预期由规则 %q 决定,实际为 %q:%s", x.Rule, d.Rule, answer(d))
	case x.Approvals != 0 && (d.Need == nil || d.Need.Count != x.Approvals):
		return ops.Textf("expected %d approvals, and the policy answers: %s", "预期 %d 人审批,策略给出:%s", x.Approvals, answer(d))
	case x.Freeze != freeze:
		return ops.Textf("expected freeze %q, and it is %q", "预期封网 %q,实际为 %q", x.Freeze, freeze)
	}
	return ops.Text{}
}

// outcome is a decision in one word.
func outcome(d ops.Decision) string {
	switch {
	case !d.Allow:
		return "deny"
	case d.Need != nil:
		return "ask"
	}
	return "allow"
}

func answer(d ops.Decision) ops.Text {
	if d.Need != nil {
		return ops.Textf("%s: %s, %s", "%s:%s,%s", outcome(d), d.Why, d.Need.Text())
	}
	return ops.Textf("%s: %s", "%s:%s", outcome(d), d.Why)
}
