package policy

import (
	"context"
	"strings"
	"testing"

	"orderly.example/ops"
)

func TestExamplesThatFailSayWhy(t *testing.T) {
	text := `
rules:
  - {name: mine, when: person.owns}
  - name: asks
    when: '"dev" in person.groups'
    approvals: {count: 2, from: [group:sre]}
freezes:
  - {name: z, why: {en: a, zh: 甲}, from: 2026-02-01T00:00:00Z, to: 2026-02-02T00:00:00Z}
examples:
  - {name: good, person: ann, groups: [shop], operation: scale, target: "shop.cart.api:prod", owners: [shop], expect: allow, rule: mine}
  - {name: from-the-world, person: ann, operation: scale, target: "shop.cart.api:prod", expect: allow, rule: mine}
  - {name: other-outcome, person: eve, groups: [dev], operation: scale, expect: allow}
  - {name: other-rule, person: ann, groups: [dev], operation: scale, expect: ask, rule: mine}
  - {name: other-count, person: ann, groups: [dev], operation: scale, expect: ask, approvals: 1}
  - {name: freeze-missing, person: ann, groups: [dev], operation: scale, expect: ask, freeze: z}
  - {name: freeze-there, person: ann, groups: [dev], operation: scale, expect: ask, at: 2026-02-01T12:00:00Z}
  - {name: no-operation, person: ann, groups: [dev], operation: scal, expect: ask}
  - {name: no-person, person: nobody, operation: scale, expect: ask}
`
	world := World{
		Operations: operations, Directory: &ledger{owners: []string{"shop"}},
		Person: func(id string) (ops.User, bool) { return ops.User{ID: id, Groups: []string{"shop"}}, id == "ann" },
	}
	want := map[string]string{
		"good": "", "from-the-world": "",
		"other-outcome": "expected allow, and the policy answers: ask", "other-rule": `expected rule "mine" to decide, and it was "asks"`,
		"other-count": "expected 1 approvals", "freeze-missing": `expected freeze "z", and it is ""`, "freeze-there": `expected freeze "", and it is "z"`,
		"no-operation": "did you mean scale", "no-person": `there is no person "nobody"`,
	}
	for _, r := range Test(context.Background(), load(t, text), world) {
		if w := want[r.Name]; r.Passed != (w == "") || !strings.Contains(r.Text.En, w) || r.Text.Zh == "" || r.Line == 0 {
			t.Errorf("%s: passed %v: %s", r.Name, r.Passed, r.Text.En)
		}
	}
}
