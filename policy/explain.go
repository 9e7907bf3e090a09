package policy

import (
	"context"
	"time"

	"orderly.example/ops"
)

// Explanation says rule by rule how the policy came to its decision.
type Explanation struct {
	Decision ops.Decision `json:"decision"`
	Error    *ops.Error   `json:"error,omitempty"` // a condition had no answer: nothing is allowed
	Rules    []Verdict    `json:"rules"`
	Freezes  []Verdict    `json:"freezes,omitempty"`
}

// Verdict is the answer of one rule or one freeze.
type Verdict struct {
	Name    string    `json:"name"`
	Answer  ops.Truth `json:"answer"`
	Error   ops.Text  `json:"error,omitzero"` // it had no answer
	Effect  ops.Text  `json:"effect"`         // what it does when it holds
	Decided bool      `json:"decided,omitempty"`
	Off     bool      `json:"off,omitempty"`  // a freeze that is not on now
	Until   time.Time `json:"until,omitzero"` // the end of a freeze that is on
}

// Explain decides like Decide and tells how.
func (e *Engine) Explain(ctx context.Context, f ops.Facts) (Explanation, error) {
	f, err := e.complete(ctx, f)
	if err != nil {
		return Explanation{}, err
	}
	return explain(e.File().Policy, f), nil
}

func explain(p ops.Policy, f ops.Facts) Explanation {
	var out Explanation
	var err error
	if out.Decision, err = p.Decide(f); err != nil {
		out.Error = ops.AsError(err)
	}
	for _, r := range p.Rules {
		v := Verdict{Name: r.Name, Effect: effect(r), Decided: r.Name == out.Decision.Rule}
		v.answer(r.When, f)
		out.Rules = append(out.Rules, v)
	}
	for _, z := range p.Freezes {
		v := Verdict{Name: z.Name, Effect: z.Why, Decided: out.Decision.Freeze != nil && out.Decision.Freeze.Name == z.Name}
		until, on := z.Window.Until(f.Now)
		if v.Off = !on; on {
			v.Until = until
			v.answer(z.When, f)
		}
		out.Freezes = append(out.Freezes, v)
	}
	return out
}

func (v *Verdict) answer(c ops.Condition, f ops.Facts) {
	if c == nil {
		v.Answer = ops.Yes
		return
	}
	var err error
	if v.Answer, err = c.Holds(f); err != nil {
		v.Error = ops.TextOf(err)
	}
}

func effect(r ops.Rule) ops.Text {
	switch {
	case !r.Deny.IsZero():
		return ops.Textf("denies: %s", "拒绝:%s", r.Deny)
	case r.Approvals != nil:
		return ops.Textf("asks for %s", "要求审批:%s", r.Approvals.Text())
	}
	return ops.Text{En: "allows without approval", Zh: "允许,无需审批"}
}

// Text says the explanation in lines.
func (x Explanation) Text() ops.Text {
	lines := []ops.Text{x.headline()}
	for _, v := range x.Rules {
		lines = append(lines, ops.Textf("  rule %s: %s; it %s%s", "  规则 %s:%s;其作用:%s%s", v.Name, v.words(), v.Effect, x.decided(v)))
	}
	for _, v := range x.Freezes {
		lines = append(lines, ops.Textf("  freeze %s: %s; %s%s", "  封网 %s:%s;%s%s", v.Name, v.words(), v.Effect, x.decided(v)))
	}
	return ops.JoinTexts(lines, ops.Plain("\n"))
}

func (x Explanation) headline() ops.Text {
	d := x.Decision
	head := ops.Textf("denied: %s", "拒绝:%s", d.Why)
	switch {
	case x.Error != nil:
		head = ops.Textf("denied, because a condition failed: %s", "拒绝,因为有条件无法求值:%s", x.Error.Text)
	case !d.Sure:
		head = ops.Textf("not known before there is a plan; it is not denied for sure", "需等预案生成后才能确定;目前不会直接拒绝")
	case d.Allow && d.Need != nil:
		head = ops.Textf("allowed with approval: %s", "允许,需要审批:%s", d.Need.Text())
	case d.Allow:
		head = ops.Textf("allowed without approval", "允许,无需审批")
	}
	if d.Freeze != nil {
		head = ops.Textf("%s; stopped by freeze %q until %s", "%s;被封网 %q 阻止,直到 %s", head, d.Freeze.Name, d.Freeze.Until.Format(time.RFC3339))
	}
	return head
}

func (v Verdict) words() ops.Text {
	switch {
	case v.Off:
		return ops.Text{En: "not on now", Zh: "当前未生效"}
	case !v.Error.IsZero():
		return ops.Textf("no answer (%s)", "无法求值(%s)", v.Error)
	case v.Answer == ops.Yes:
		return ops.Text{En: "holds", Zh: "成立"}
	case v.Answer == ops.Unknown:
		return ops.Text{En: "depends on the plan", Zh: "取决于预案"}
	}
	return ops.Text{En: "does not hold", Zh: "不成立"}
}

func (x Explanation) decided(v Verdict) ops.Text {
	if !v.Decided {
		return ops.Text{}
	}
	if !x.Decision.Sure {
		return ops.Text{En: "  <- the first that could decide", Zh: "  <- 可能由此决定"}
	}
	return ops.Text{En: "  <- this one decided", Zh: "  <- 由此决定"}
}
