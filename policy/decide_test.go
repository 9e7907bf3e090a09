package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"orderly.example/ops"
)

// answers is a condition that always gives the same answer.
type answers ops.Truth

func (a answers) Holds(ops.Facts) (ops.Truth, error) { return ops.Truth(a), nil }

var (
	drawTruth = rapid.SampledFrom([]ops.Truth{ops.No, ops.Yes, ops.Unknown})
	drawGroup = rapid.SampledFrom([]string{"sre", "dev", "shop"})
)

func drawRules(t *rapid.T, truths *rapid.Generator[ops.Truth]) []ops.Rule {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) ops.Rule {
		r := ops.Rule{Name: rapid.StringMatching(`[a-z]{6}`).Draw(t, "name"), When: answers(truths.Draw(t, "holds"))}
		if rapid.Bool().Draw(t, "denies") {
			r.Deny = ops.Text{En: "no", Zh: "不行"}
		}
		return r
	}), 0, 8).Draw(t, "rules")
}

func has(rules []ops.Rule, denies bool, truths ...ops.Truth) bool {
	return slices.ContainsFunc(rules, func(r ops.Rule) bool {
		return !r.Deny.IsZero() == denies && slices.Contains(truths, ops.Truth(r.When.(answers)))
	})
}

func TestADenyWinsAndTheDefaultIsNo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := drawRules(t, drawTruth)
		d, err := ops.Policy{Rules: rules}.Decide(ops.Facts{})
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case has(rules, true, ops.Yes):
			if d.Allow || !d.Sure {
				t.Fatalf("a deny that holds must win: %+v", d)
			}
		case !has(rules, false, ops.Yes, ops.Unknown):
			if d.Allow || !d.Sure || d.Rule != "" {
				t.Fatalf("what no rule allows must be denied: %+v", d)
			}
		default:
			if !d.Allow {
				t.Fatalf("a rule allows it: %+v", d)
			}
		}
		if d.Why.En == "" || d.Why.Zh == "" {
			t.Fatalf("a decision without a reason: %+v", d)
		}
	})
}

// When the answer is sure, nothing that the plan may still bring changes it.
func TestASureAnswerStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := drawRules(t, drawTruth)
		before, _ := ops.Policy{Rules: rules}.Decide(ops.Facts{})
		for i := range rules {
			if rules[i].When == answers(ops.Unknown) {
				rules[i].When = answers(rapid.SampledFrom([]ops.Truth{ops.No, ops.Yes}).Draw(t, "turned out"))
			}
		}
		after, _ := ops.Policy{Rules: rules}.Decide(ops.Facts{})
		if !after.Sure {
			t.Fatalf("with everything known it must be sure: %+v", after)
		}
		if before.Sure && (before.Allow != after.Allow || before.Allow && before.Rule != after.Rule) {
			t.Fatalf("it was sure of %+v and then said %+v", before, after)
		}
	})
}

func drawPeople(t *rapid.T) []ops.User {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) ops.User {
		return ops.User{
			ID:     fmt.Sprintf("p%d", rapid.IntRange(0, 5).Draw(t, "id")),
			Groups: rapid.SliceOfNDistinct(drawGroup, 0, 3, rapid.ID[string]).Draw(t, "groups"),
		}
	}), 0, 8).Draw(t, "people")
}

func drawNeed(t *rapid.T) ops.Need {
	one := func(label string) ops.Need {
		n := ops.Need{Count: rapid.IntRange(1, 3).Draw(t, label+" count")}
		for _, g := range rapid.SliceOfNDistinct(drawGroup, 1, 3, rapid.ID[string]).Draw(t, label+" from") {
			n.From = append(n.From, "group:"+g)
		}
		return n
	}
	n := one("first")
	for i := range rapid.IntRange(0, 2).Draw(t, "alternatives") {
		n.Or = append(n.Or, one(fmt.Sprint("or ", i)))
	}
	return n
}

func votes(people []ops.User) []ops.Approval {
	var out []ops.Approval
	for _, u := range people {
		out = append(out, ops.Approval{By: u, Approve: true})
	}
	return out
}

// met counts the plain way: is there an alternative for which enough different people spoke?
func met(n ops.Need, people []ops.User) bool {
	for _, rule := range append([]ops.Need{{Count: n.Count, From: n.From}}, n.Or...) {
		counted := map[string]bool{}
		for _, u := range people {
			if slices.ContainsFunc(rule.From, u.Is) {
				counted[u.ID] = true
			}
		}
		if len(counted) >= rule.Count {
			return true
		}
	}
	return false
}

func TestAnApprovalCountsForEveryRuleItSatisfies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		need, people := drawNeed(t), drawPeople(t)
		if got, want := need.Met(votes(people)), met(need, people); got != want {
			t.Fatalf("%s by %+v: got %v, want %v", need.Text().En, people, got, want)
		}
	})
}

func TestOneVotePerPerson(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		need, people := drawNeed(t), drawPeople(t)
		if need.Met(votes(people)) != need.Met(votes(append(people, people...))) {
			t.Fatal("voting twice must not count twice")
		}
	})
}

func TestAnotherApprovalNeverHurts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		need, people, more := drawNeed(t), drawPeople(t), drawPeople(t)
		if need.Met(votes(people)) && !need.Met(votes(append(people, more...))) {
			t.Fatal("more approvals must not take one away")
		}
		no := ops.Approval{By: ops.User{ID: "x", Groups: []string{"sre", "dev", "shop"}}}
		if need.Met(votes(people)) != need.Met(append(votes(people), no)) {
			t.Fatal("a rejection is no approval")
		}
		if _, rejected := need.Rejected(append(votes(people), no)); !rejected {
			t.Fatal("a rejection by somebody who may answer must count")
		}
		stranger := ops.Approval{By: ops.User{ID: "y", Groups: []string{"guests"}}}
		if _, rejected := need.Rejected(append(votes(people), stranger)); rejected {
			t.Fatal("a stranger cannot reject")
		}
	})
}

func TestOwnerAndOnCallBecomePeople(t *testing.T) {
	p := load(t, oneRule("true")+"    approvals: {count: 1, from: [owner, oncall], or: [{count: 2, from: [owner]}]}\n").Policy
	f := planned(t, prod)
	f.Owners, f.OnCall = []string{"shop", "pay"}, []string{"bob"}
	d, err := p.Decide(f)
	if err != nil || !slices.Equal(d.Need.From, []string{"group:shop", "group:pay", "person:bob"}) || !slices.Equal(d.Need.Or[0].From, []string{"group:shop", "group:pay"}) {
		t.Errorf("got %+v, %v", d.Need, err)
	}
	if p.Rules[0].Approvals.From[0] != "owner" {
		t.Error("the rule itself must stay as it is")
	}
}

func TestFreezes(t *testing.T) {
	text := oneRule("true") + `
freezes:
  - {name: waits, why: {en: sale, zh: 大促}, from: 2026-01-01T00:00:00Z, to: 2026-02-01T00:00:00Z, when: 'target.env == "prod"', break_glass: [group:sre]}
  - {name: refuses, why: {en: audit, zh: 审计}, from: 2026-01-04T00:00:00Z, to: 2026-01-06T00:00:00Z, when: 'target.env == "prod"', refuse: true, break_glass: [group:sre]}
  - {name: past, why: {en: past, zh: 过去}, from: 2020-01-04T00:00:00Z, to: 2020-01-06T00:00:00Z, refuse: true}
`
	p := load(t, text).Policy
	sre := ops.User{ID: "bob", Groups: []string{"sre"}}
	for _, c := range []struct {
		name, target, glass, want string
		by                        ops.User
		now                       time.Time
		op                        string
		broken                    bool
	}{
		{name: "a refusal is stronger than waiting", target: prod, now: noon, want: "refuses", op: "scale"},
		{name: "only the waiting one is on", target: prod, now: noon.Add(48 * time.Hour), want: "waits", op: "scale"},
		{name: "test is free", target: test, now: noon, op: "scale"},
		{name: "questions are free", target: prod, now: noon, op: "status"},
		{name: "broken by one who may", target: prod, now: noon, by: sre, glass: "fire", want: "refuses", broken: true, op: "scale"},
		{name: "not broken by others", target: prod, now: noon, glass: "fire", want: "refuses", op: "scale"},
		{name: "not broken without a reason", target: prod, now: noon, by: sre, want: "refuses", op: "scale"},
		{name: "over", target: prod, now: noon.AddDate(1, 0, 0), op: "scale"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := planned(t, c.target)
			f.Operation, f.Now, f.Request.By, f.Request.BreakGlass = operation(t, c.op), c.now, c.by, c.glass
			d, err := p.Decide(f)
			if err != nil || !d.Allow {
				t.Fatalf("got %+v, %v", d, err)
			}
			got := ""
			if d.Freeze != nil {
				got = d.Freeze.Name
				if d.Freeze.Broken != c.broken || !d.Freeze.Until.After(c.now) {
					t.Errorf("got %+v", d.Freeze)
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestAnEmptyPlanIsKnownByItsDifferences and not by its numbers: a plan may change something that has no number.
func TestAnEmptyPlanIsKnownByItsDifferences(t *testing.T) {
	for changes, want := range map[int]ops.Truth{0: ops.Yes, 1: ops.No} {
		f := planned(t, prod)
		f.Plan.Blast, f.Changes = ops.Blast{}, changes
		if got, err := truth(t, "plan.empty", false, f); got != want || err != nil {
			t.Errorf("%d differences: got %v, %v; want %v", changes, got, err, want)
		}
	}
}

func TestAFreezeThatThePlanMayBringLeavesTheAnswerOpen(t *testing.T) {
	p := load(t, oneRule("true")+`
freezes:
  - {name: big, why: {en: big, zh: 大}, from: 2026-01-01T00:00:00Z, to: 2026-02-01T00:00:00Z, when: 'plan.instances > 2', refuse: true}
`).Policy
	f := planned(t, prod)
	plan := f.Plan
	f.Plan = nil
	if d, err := p.Decide(f); err != nil || !d.Allow || d.Sure || d.Freeze != nil {
		t.Errorf("before the plan: %+v, %v", d, err)
	}
	f.Plan = plan
	if d, err := p.Decide(f); err != nil || !d.Sure || d.Freeze == nil || d.Freeze.Name != "big" {
		t.Errorf("with the plan: %+v, %v", d, err)
	}
}

func TestAnApprovalThatNobodyCanGiveIsRefused(t *testing.T) {
	text := oneRule("true") + "    approvals: {count: 1, from: [owner], via: [slack], or: [{count: 2, from: [oncall]}, {count: 3, from: [owner, group:sre]}]}\n"
	p := load(t, text).Policy
	f := planned(t, prod)
	f.Owners, f.OnCall = nil, nil
	d, err := p.Decide(f)
	if err != nil || !d.Allow || d.Need.Count != 3 || len(d.Need.From) != 1 || len(d.Need.Or) != 0 || len(d.Need.Via) != 1 {
		t.Errorf("only the last alternative asks somebody: %+v, %v", d.Need, err)
	}
	p = load(t, oneRule("true")+"    approvals: {count: 1, from: [owner]}\n").Policy
	f.Owners = []string{ops.Nobody}
	d, err = p.Decide(f)
	if err != nil || d.Allow || !d.Sure || d.Rule != "only" || d.Why.En == "" || d.Why.Zh == "" {
		t.Errorf("nobody owns it: %+v, %v", d, err)
	}
	f.Plan = nil
	if d, err = p.Decide(f); err != nil || !d.Allow {
		t.Errorf("before the plan the owners may be unknown: %+v, %v", d, err)
	}
}

// TestDecideIsPure: the same facts give the same answer, at any time and however often, and stay as they were.
func TestDecideIsPure(t *testing.T) {
	p := load(t, string(readFile(t, "../deploy/config/policy.yaml"))).Policy
	f := planned(t, prod)
	f.Owners, f.OnCall = []string{"shop"}, []string{"bob"}
	before, _ := json.Marshal(f)
	first, err := p.Decide(f)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := json.Marshal(first)
	for range 20 {
		d, err := p.Decide(f)
		if got, _ := json.Marshal(d); err != nil || string(got) != string(want) {
			t.Fatalf("got %s, %v; before it was %s", got, err, want)
		}
	}
	if after, _ := json.Marshal(f); string(after) != string(before) {
		t.Errorf("the facts were changed:\n%s\n%s", before, after)
	}
}
