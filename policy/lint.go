package policy

import (
	"slices"

	"cel.dev/cel-go/cel"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"github.com/goccy/go-yaml/ast"

	"orderly.example/ops"
)

// actNames are asked about like operations: what a person does to a change that somebody else asked for.
var actNames = func() (out []string) {
	for _, k := range ops.ActKinds() {
		out = append(out, string(k))
	}
	return out
}()

var risks = []string{string(ops.Read), string(ops.Low), string(ops.Medium), string(ops.High)}

// lint finds names in a condition that mean nothing, which a type cannot tell: a rule about "scal" would simply never
// hold. Without operations only risks can be checked.
func (l *loader) lint(n ast.Node, text string, compiled *cel.Ast, owner ops.Text) {
	var operations, groups, params []string
	for _, op := range l.operations {
		operations, groups = append(operations, op.Name), append(groups, op.Group)
		for _, p := range op.Params {
			params = append(params, p.Name)
		}
	}
	params = append(params, "id")
	known := map[string][]string{"risk": risks}
	if len(operations) > 0 {
		known["name"], known["group"] = append(operations, actNames...), groups
	}
	report := func(e celast.Expr, what ops.Text, name string, names []string) {
		if names == nil || slices.Contains(names, name) {
			return
		}
		at := compiled.NativeRep().SourceInfo().GetStartLocation(e.ID())
		line, column := l.locate(n, text, at.Line(), at.Column())
		l.at(line, column, ops.Textf("%s: there is no %s %q%s", "%s:没有%s %q%s", owner, what, name, ops.DidYouMean(name, names)))
	}
	celast.PreOrderVisit(compiled.NativeRep().Expr(), celast.NewExprVisitor(func(e celast.Expr) {
		if field, literals := compared(e); field != "" {
			for _, lit := range literals {
				report(lit, fieldText(field), string(lit.AsLiteral().(types.String)), known[field])
			}
		}
		if len(operations) > 0 && e.Kind() == celast.SelectKind && isSelect(e.AsSelect().Operand(), "request", "params") {
			report(e, ops.Text{En: "parameter", Zh: "参数"}, e.AsSelect().FieldName(), params)
		}
	}))
}

func fieldText(field string) ops.Text {
	switch field {
	case "name":
		return ops.Text{En: "operation", Zh: "操作"}
	case "group":
		return ops.Text{En: "group of operations", Zh: "操作分组"}
	}
	return ops.Text{En: "risk", Zh: "风险等级"}
}

// compared returns the field of `operation` that an expression compares, and the texts it is compared with.
func compared(e celast.Expr) (string, []celast.Expr) {
	if e.Kind() != celast.CallKind || len(e.AsCall().Args()) != 2 {
		return "", nil
	}
	call := e.AsCall()
	a, b := call.Args()[0], call.Args()[1]
	switch call.FunctionName() {
	case operators.Equals, operators.NotEquals:
		if isText(a) {
			a, b = b, a
		}
		if isText(b) {
			return operationField(a), []celast.Expr{b}
		}
	case operators.In:
		if b.Kind() != celast.ListKind {
			return "", nil
		}
		var texts []celast.Expr
		for _, x := range b.AsList().Elements() {
			if isText(x) {
				texts = append(texts, x)
			}
		}
		return operationField(a), texts
	}
	return "", nil
}

func isText(e celast.Expr) bool {
	return e.Kind() == celast.LiteralKind && e.AsLiteral().Type() == types.StringType
}

// operationField is name, group or risk when the expression is that field of `operation`.
func operationField(e celast.Expr) string {
	for _, f := range []string{"name", "group", "risk"} {
		if isSelect(e, "operation", f) {
			return f
		}
	}
	return ""
}

func isSelect(e celast.Expr, variable, field string) bool {
	if e.Kind() != celast.SelectKind || e.AsSelect().FieldName() != field {
		return false
	}
	o := e.AsSelect().Operand()
	return o.Kind() == celast.IdentKind && o.AsIdent() == variable
}
