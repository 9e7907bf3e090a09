package policy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"orderly.example/ops"
)

var (
	nameLook    = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)
	surfaceLook = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
)

// rule reads one rule: a condition, and either a denial or an allowance with or without approvals.
func (l *loader) rule(n ast.Node) ops.Rule {
	m := l.mapping(n, "name", "when", "deny", "approvals", "run_expiry")
	out := ops.Rule{Name: l.named(n, m, "rule"), RunExpiry: l.duration(m["run_expiry"])}
	reach := everyTarget
	if d, ok := m["deny"]; ok {
		reach = anyTarget
		out.Deny = l.bilingual(d)
	}
	if a, ok := m["approvals"]; ok {
		need := l.need(a, "count", "from", "or", "expiry", "via")
		out.Approvals = &need
	}
	if !out.Deny.IsZero() && (out.Approvals != nil || out.RunExpiry != 0) {
		l.wrong(n, ops.Textf("a rule that denies has neither approvals nor run_expiry; make two rules of it", "拒绝规则不能包含 approvals 或 run_expiry,请拆成两条规则"))
	}
	if l.required(n, m, "when") != "" {
		out.When = l.condition(m["when"], ops.Textf("rule %q", "规则 %q", out.Name), reach)
	}
	return out
}

// need reads whose approval a rule wants.
func (l *loader) need(n ast.Node, keys ...string) ops.Need {
	m := l.mapping(n, keys...)
	out := ops.Need{Count: l.number(m["count"]), From: l.texts(m["from"]), Expiry: l.duration(m["expiry"]), Via: l.texts(m["via"])}
	if m == nil {
		return out
	}
	if out.Count < 1 || out.Count > 20 {
		l.wrong(n, ops.Textf("count must be from 1 to 20; to want no approval leave approvals out", "count 应为 1 到 20;不需要审批请省略 approvals"))
	}
	if len(out.From) == 0 {
		l.wrong(n, ops.Textf("from is missing: who may approve? write for example [owner, group:sre]", "缺少 from:谁可以审批?例如 [owner, group:sre]"))
	}
	l.selectors(m["from"], out.From, "owner", "oncall")
	for _, s := range out.Via {
		if !surfaceLook.MatchString(s) {
			l.wrong(m["via"], ops.Textf("%q is not the name of a surface, such as slack or portal", "%q 不是入口名称,例如 slack、portal", s))
		}
	}
	for _, o := range l.list(m["or"]) {
		out.Or = append(out.Or, l.need(o, "count", "from"))
	}
	return out
}

// selectors checks that each selector is group:name, person:id or one of the words.
func (l *loader) selectors(n ast.Node, selectors []string, words ...string) {
	for _, s := range selectors {
		kind, name, _ := strings.Cut(s, ":")
		if slices.Contains(words, s) || (kind == "group" || kind == "person") && nameLook.MatchString(name) {
			continue
		}
		known := append([]string{"group:" + name, "person:" + name, "group:" + s}, words...)
		l.wrong(n, ops.Textf("%q selects nobody%s; write group:sre or person:bob%s", "%q 无法选中任何人%s;请写成 group:sre 或 person:bob%s",
			s, ops.DidYouMean(s, known), alsoWords(words)))
	}
}

func alsoWords(words []string) ops.Text {
	if len(words) == 0 {
		return ops.Text{}
	}
	return ops.Textf(", %s", "、%s", strings.Join(words, ", "))
}
