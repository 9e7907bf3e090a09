package bot

import (
	"slices"
	"strings"

	"orderly.example/ops"
)

// limits says what a parameter takes: its kind, bounds, choices and default.
func limits(p ops.Param) ops.Text {
	facts := []ops.Text{kindText(p)}
	if p.Min != "" && p.Max != "" {
		facts = append(facts, ops.Textf("%s to %s", "%s 到 %s", p.Min, p.Max))
	} else if p.Min != "" {
		facts = append(facts, ops.Textf("at least %s", "至少 %s", p.Min))
	} else if p.Max != "" {
		facts = append(facts, ops.Textf("at most %s", "至多 %s", p.Max))
	}
	if len(p.Options) > 0 {
		facts = append(facts, ops.Plain(strings.Join(p.Options, " | ")))
	}
	switch {
	case p.Default != "":
		facts = append(facts, ops.Textf("default %s", "默认 %s", p.Default))
	case !p.Required:
		facts = append(facts, ops.Text{En: "optional", Zh: "可选"})
	}
	facts = slices.DeleteFunc(facts, ops.Text.IsZero)
	if len(facts) == 0 {
		return ops.Text{}
	}
	return ops.Textf(" (%s)", "(%s)", ops.JoinTexts(facts, ops.Text{En: ", ", Zh: ","}))
}

// kindText says how a value of the kind is written; empty when it is just text or a choice.
func kindText(p ops.Param) ops.Text {
	switch p.Kind {
	case ops.KindInt:
		return ops.Text{En: "a whole number", Zh: "整数"}
	case ops.KindBool:
		return ops.Text{En: "yes or no", Zh: "是或否"}
	case ops.KindDuration:
		return ops.Text{En: "a duration such as 10m", Zh: "时长,例如 10m"}
	case ops.KindTarget:
		return ops.Text{En: "a target such as shop.cart.api@idc1/c1:prod", Zh: "目标,例如 shop.cart.api@idc1/c1:prod"}
	case ops.KindTargets:
		return ops.Text{En: "targets or patterns such as shop.*:prod, separated by commas", Zh: "目标或通配符,例如 shop.*:prod,用逗号分隔"}
	case ops.KindUser:
		return ops.Text{En: "a person's id", Zh: "人员 id"}
	case ops.KindTime:
		return ops.Text{En: "a time such as 2026-11-24T20:00:00+08:00", Zh: "时间,例如 2026-11-24T20:00:00+08:00"}
	case ops.KindSecret:
		return ops.Text{En: "where the secret is kept: env:NAME or file:/path", Zh: "密钥的存放位置:env:名称 或 file:/路径"}
	case ops.KindEnum, ops.KindString:
	}
	return ops.Text{}
}

// byGroup sorts operations by group and keeps their order within it; groups come in the order of their first operation.
func byGroup(operations []ops.Operation) []ops.Operation {
	first := map[string]int{}
	for i, op := range operations {
		if _, seen := first[op.Group]; !seen {
			first[op.Group] = i
		}
	}
	out := slices.Clone(operations)
	slices.SortStableFunc(out, func(a, b ops.Operation) int { return first[a.Group] - first[b.Group] })
	return out
}
