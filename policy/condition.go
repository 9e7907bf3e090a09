package policy

import (
	"cel.dev/cel-go/cel"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"github.com/goccy/go-yaml/ast"

	"orderly.example/ops"
)

// reach says how a condition about `target` is answered for a change of several targets.
type reach bool

const (
	everyTarget reach = true  // it holds when it holds for all of them: for rules that allow
	anyTarget   reach = false // it holds when it holds for one of them: for rules that deny, and freezes
)

// condition is a compiled CEL expression.
type condition struct {
	program   cel.Program
	owner     ops.Text // rule "x" or freeze "x"
	place     string   // file:line
	perTarget bool     // it speaks of `target`
	reach     reach
}

// condition compiles the expression of a node.
func (l *loader) condition(n ast.Node, owner ops.Text, how reach) ops.Condition {
	text := l.text(n)
	env, err := environment()
	if err != nil {
		l.wrong(n, ops.Textf("%s: conditions cannot be read by this build of the program: %s", "%s:当前程序无法解析条件:%s", owner, err.Error()))
		return nil
	}
	compiled, issues := env.Compile(text)
	if issues.Err() != nil {
		for _, e := range issues.Errors() {
			line, column := l.locate(n, text, e.Location.Line(), e.Location.Column())
			l.at(line, column, ops.Textf("%s: %s", "%s:%s", owner, explainIssue(e.Message)))
		}
		return nil
	}
	if compiled.OutputType() != types.BoolType {
		l.wrong(n, ops.Textf("%s: the condition must answer yes or no, and this is a %s; compare it with something", "%s:条件应返回布尔值,实际为 %s;请补充比较", owner, compiled.OutputType()))
		return nil
	}
	if est, err := env.EstimateCost(compiled, sizes{}); err != nil || est.Max > costLimit {
		l.wrong(n, ops.Textf("%s: the condition could take too long (up to %d steps, allowed are %d); nest fewer loops", "%s:条件开销过大(最多 %d 步,上限 %d),请减少嵌套循环", owner, est.Max, costLimit))
		return nil
	}
	l.lint(n, text, compiled, owner)
	program, err := env.Program(compiled, cel.EvalOptions(cel.OptPartialEval, cel.OptTrackCost), cel.CostLimit(costLimit))
	if err != nil {
		l.wrong(n, ops.Textf("%s: the condition cannot be used: %s", "%s:条件无法使用:%s", owner, err.Error()))
		return nil
	}
	p := n.GetToken().Position
	place := ops.Textf("%s:%d", "%s:%d", l.name, p.Line).En
	return condition{program: program, owner: owner, place: place, perTarget: mentions(compiled, "target"), reach: how}
}

// Holds answers the condition. It depends on nothing but the facts.
func (c condition) Holds(f ops.Facts) (ops.Truth, error) {
	k := newKnowledge(f)
	if !c.perTarget {
		return c.ask(k, ops.Target{})
	}
	sum := ops.Yes
	if c.reach == anyTarget {
		sum = ops.No
	}
	for _, t := range k.each() {
		answer, err := c.ask(k, t)
		if err != nil {
			return ops.No, err
		}
		switch {
		case answer == ops.No && c.reach == everyTarget, answer == ops.Yes && c.reach == anyTarget:
			return answer, nil
		case answer == ops.Unknown:
			sum = ops.Unknown
		}
	}
	return sum, nil
}

// ask evaluates the expression with `target` standing for one target.
func (c condition) ask(k knowledge, t ops.Target) (ops.Truth, error) {
	vars, err := k.vars(t)
	if err != nil {
		return ops.No, c.broken(err)
	}
	out, _, err := c.program.Eval(vars)
	if err != nil {
		return ops.No, c.broken(err)
	}
	switch {
	case types.IsUnknown(out):
		return ops.Unknown, nil
	case out == types.True:
		return ops.Yes, nil
	case out == types.False:
		return ops.No, nil
	}
	return ops.No, c.broken(nil)
}

// broken is the error of a condition that has no answer. It is Unsafe: nothing is allowed, and trying again is no use.
func (c condition) broken(err error) error {
	why := ""
	if err != nil {
		why = err.Error()
	}
	e := ops.Errorf(ops.Unsafe, "the condition of %s (%s) has no answer here (%s), so nothing is allowed; whoever keeps the policy must fix it, often with has(...)",
		"%s(%s)的条件在此无法求值(%s),因此一律不允许;请策略维护者修正,通常可使用 has(...)", c.owner, c.place, why)
	return e.Because(err)
}

// mentions says whether the expression speaks of a variable.
func mentions(compiled *cel.Ast, name string) bool {
	found := false
	celast.PreOrderVisit(compiled.NativeRep().Expr(), celast.NewExprVisitor(func(e celast.Expr) {
		found = found || e.Kind() == celast.IdentKind && e.AsIdent() == name
	}))
	return found
}
