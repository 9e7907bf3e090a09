package policy

import (
	"strings"
	"testing"

	"orderly.example/ops"
)

// planned are the facts of a change with a plan; unplanned those before.
func planned(t testing.TB, targets ...string) ops.Facts {
	f := unplanned(t, targets...)
	f.Plan = &ops.Plan{Blast: ops.Blast{Targets: len(targets), Instances: 3, Delta: 3, Percent: 100, Envs: []string{"prod"}, Clusters: []string{"c1"}}}
	return f
}

func unplanned(t testing.TB, targets ...string) ops.Facts {
	f := ops.Facts{
		Operation: operation(t, "scale"), Now: noon, Owners: []string{"shop"},
		Request: ops.Request{
			Operation: "scale", Reason: "sale", From: ops.Origin{Surface: "slack"}, By: ops.User{ID: "ann", Groups: []string{"shop", "dev"}, LinkedBy: "file", Lang: "en"},
			Params: map[string]string{"target": "shop.cart.api@idc1/c1:prod", "replicas": "6", "key": "env:TOKEN"},
		},
	}
	for _, s := range targets {
		f.Targets = append(f.Targets, target(t, s))
	}
	f.Changes = 1
	return f
}

// truth asks a condition: of a rule that allows, or of one that denies.
func truth(t testing.TB, when string, denies bool, f ops.Facts) (ops.Truth, error) {
	t.Helper()
	text := oneRule(when)
	if denies {
		text += "    deny: {en: no, zh: 不行}\n"
	}
	return load(t, text).Policy.Rules[0].When.Holds(f)
}

const prod, test = "shop.cart.api@idc1/c1:prod", "shop.cart.api@idc1/c1:test"

func TestConditions(t *testing.T) {
	for when, want := range map[string]ops.Truth{
		`true`: ops.Yes, `false`: ops.No,
		`operation.name == "scale" && operation.group == "scale" && operation.risk == "medium" && !operation.reads`: ops.Yes,
		`request.operation == "scale" && request.reason == "sale" && request.surface == "slack"`:                    ops.Yes,
		`request.dry_run || request.scheduled || request.break_glass`:                                               ops.No,
		`request.params.replicas > 5`:                      ops.Yes,
		`has(request.params.hold)`:                         ops.No,
		`request.params.key == "***"`:                      ops.Yes,
		`request.params.target[0].env == "prod"`:           ops.Yes,
		`person.id == "ann" && person.linked_by == "file"`: ops.Yes,
		`"dev" in person.groups && person.lang == "en"`:    ops.Yes,
		`person.owns`: ops.Yes,
		`target.service.startsWith("shop.") && target.idc == "idc1"`:  ops.Yes,
		`target.product == "shop" && target.cluster == "c1"`:          ops.Yes,
		`targets.all(t, t.env == "prod") && size(targets) == 1`:       ops.Yes,
		`plan.targets == 1 && plan.instances == 3`:                    ops.Yes,
		`math.abs(plan.delta) > 3 || plan.percent > 100`:              ops.No,
		`sets.contains(plan.envs, ["prod"]) && "c1" in plan.clusters`: ops.Yes,
		`plan.empty`:         ops.No,
		`owners == ["shop"]`: ops.Yes,
		`now.getHours("Asia/Shanghai") == 12 && now.getDayOfWeek() == 1`: ops.Yes,
		`now < timestamp("2026-01-05T04:00:01Z")`:                        ops.Yes,
	} {
		if got, err := truth(t, when, false, planned(t, prod)); got != want || err != nil {
			t.Errorf("%s: got %v, %v; want %v", when, got, err, want)
		}
	}
}

func TestConditionsBeforeThePlan(t *testing.T) {
	for _, c := range []struct {
		when    string
		targets []string
		want    ops.Truth
	}{
		{`plan.delta > 5`, []string{prod}, ops.Unknown},
		{`plan.delta > 5 || true`, []string{prod}, ops.Yes},
		{`plan.delta > 5 && person.id == "bob"`, []string{prod}, ops.No},
		{`target.env == "prod"`, []string{prod}, ops.Yes},
		{`target.env == "prod"`, []string{"shop.cart.api"}, ops.Unknown},
		{`target.env == "prod"`, []string{"shop.cart.api@idc1:*"}, ops.Unknown},
		{`target.product == "shop"`, []string{"shop.*:prod"}, ops.Yes},
		{`target.service == "shop.cart.api"`, []string{"shop.*:prod"}, ops.Unknown},
		{`target.cluster == "c1"`, []string{"shop.cart.api:prod"}, ops.Unknown},
		{`target.env == "prod"`, nil, ops.Unknown},
		{`targets.exists(t, t.env == "prod")`, []string{prod}, ops.Yes},
		{`targets.exists(t, t.env == "prod")`, []string{"shop.cart.api"}, ops.Unknown},
		{`targets.exists(t, t.env == "prod")`, nil, ops.Unknown},
		{`person.owns`, []string{"shop.cart.api"}, ops.Yes},
		{`person.owns`, []string{"shop.*"}, ops.Unknown},
		{`"shop" in owners`, nil, ops.Unknown},
		{`request.params.replicas == 6`, nil, ops.Yes},
		{`request.params.hold > duration("1h")`, nil, ops.Unknown},
	} {
		if got, err := truth(t, c.when, false, unplanned(t, c.targets...)); got != c.want || err != nil {
			t.Errorf("%s with %v: got %v, %v; want %v", c.when, c.targets, got, err, c.want)
		}
	}
}

func TestTargetIsEveryTargetInTurn(t *testing.T) {
	const when = `target.env == "test"`
	for _, c := range []struct {
		targets        []string
		allows, denies ops.Truth
	}{
		{[]string{test}, ops.Yes, ops.Yes},
		{[]string{prod}, ops.No, ops.No},
		{[]string{test, prod}, ops.No, ops.Yes}, // the second must not slip through behind the first
		{[]string{prod, test}, ops.No, ops.Yes},
		{nil, ops.No, ops.No},
	} {
		for denies, want := range map[bool]ops.Truth{false: c.allows, true: c.denies} {
			if got, err := truth(t, when, denies, planned(t, c.targets...)); got != want || err != nil {
				t.Errorf("denies=%v %v: got %v, %v; want %v", denies, c.targets, got, err, want)
			}
		}
	}
	if got, _ := truth(t, when, false, unplanned(t, test, "shop.cart.api")); got != ops.Unknown {
		t.Errorf("one target is not known yet: got %v", got)
	}
}

func TestAConditionWithoutAnAnswerAllowsNothing(t *testing.T) {
	f := planned(t, prod)
	for _, when := range []string{`request.params.hold > duration("1h")`, `owners[7] == "x"`, `1 / (plan.delta - 3) == 0`} {
		p := load(t, oneRule(when)).Policy
		d, err := p.Decide(f)
		if ops.CodeOf(err) != ops.Unsafe || d.Allow {
			t.Errorf("%s: got %+v, %v", when, d, err)
		}
		if text := ops.TextOf(err); !strings.Contains(text.En, `rule "only" (policy.yaml:3)`) || text.Zh == "" {
			t.Errorf("%s: the error must name the rule and its place: %s", when, text.En)
		}
	}
}

func TestAConditionMayNotTakeForEver(t *testing.T) {
	f := planned(t, prod)
	f.Request.Reason = strings.Repeat("a", 500000)
	f.Request.Params["note"] = f.Request.Reason
	p := load(t, oneRule(`targets.all(t, request.reason.contains("b") || t.env == "prod")`)).Policy
	f.Targets = nil
	for range 2000 {
		f.Targets = append(f.Targets, target(t, prod))
	}
	if d, err := p.Decide(f); err == nil || d.Allow {
		t.Errorf("the cost limit did not stop it: %+v, %v", d, err)
	}
}

func FuzzCondition(f *testing.F) {
	for _, s := range []string{`person.id == "a"`, `targets.all(t, t.env in plan.envs)`, `request.params.replicas > 5`, `owners[0] == person.id`, `"a" + "b" == target.env`, `{`, `now - now == duration("0s")`} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, when string, known bool) {
		file, err := Load([]byte("rules:\n  - name: a\n    when: |-\n"+indent(when)), "p.yaml", operations...)
		if err != nil {
			return
		}
		facts := unplanned(t, prod)
		if known {
			facts = planned(t, prod)
		}
		d, err := file.Policy.Decide(facts)
		if err != nil && d.Allow {
			t.Fatal("an error must allow nothing")
		}
		if known && err == nil && !d.Sure {
			t.Fatal("with a plan nothing is unknown")
		}
	})
}

func indent(s string) string {
	return "      " + strings.ReplaceAll(s, "\n", "\n      ") + "\n"
}
