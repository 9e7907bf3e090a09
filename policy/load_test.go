package policy

import (
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
)

func TestLoadReportsWhereAndWhat(t *testing.T) {
	deny := "\n    deny: {en: no, zh: 不行}\n"
	for name, c := range map[string]struct{ text, want string }{
		"unknown key":           {"rulez: []\n", `policy.yaml:1:1: unknown key "rulez"; did you mean rules?`},
		"unknown key in a rule": {"rules:\n  - name: a\n    wen: 'true'\n", `policy.yaml:3:5: unknown key "wen"; did you mean when?`},
		"no rules":              {"rules: []\n", "without a rule nothing is allowed"},
		"no YAML":               {"rules: [\n", "it is not YAML"},
		"two documents":         {"rules: []\n---\nrules: []\n", "must hold one document"},
		"empty":                 {"", "must hold one document"},
		"no mapping":            {"- a\n", "must be a mapping"},
		"list expected":         {"rules: 5\n", "policy.yaml:1:8: here must be a list"},
		"name twice":            {"rules:\n  - {name: a, when: 'true'}\n  - {name: a, when: 'true'}\n", `policy.yaml:3:12: the name "a" is there twice`},
		"name missing":          {"rules:\n  - when: 'true'\n", "name is missing"},
		"when missing":          {"rules:\n  - name: a\n", "when is missing"},
		"deny in one language":  {"rules:\n  - name: a\n    when: 'true'\n    deny: {en: no}\n", "zh is missing"},
		"deny with approvals":   {"rules:\n  - name: a\n    when: 'true'" + deny + "    approvals: {count: 1, from: [owner]}\n", "neither approvals nor run_expiry"},
		"count":                 {oneRule("true") + "    approvals: {count: 0, from: [owner]}\n", "count must be from 1 to 20"},
		"from missing":          {oneRule("true") + "    approvals: {count: 1}\n", "from is missing"},
		"selector":              {oneRule("true") + "    approvals: {count: 1, from: [ownr]}\n", `"ownr" selects nobody; did you mean owner?`},
		"everybody":             {oneRule("true") + "    approvals: {count: 1, from: ['*']}\n", `"*" selects nobody`},
		"via":                   {oneRule("true") + "    approvals: {count: 1, from: [owner], via: ['Big Slack']}\n", "not the name of a surface"},
		"or in or":              {oneRule("true") + "    approvals: {count: 1, from: [owner], or: [{count: 1, from: [owner], or: []}]}\n", `unknown key "or"`},
		"duration":              {oneRule("true") + "    run_expiry: soon\n", `"soon" is not a duration`},
		"misspelt variable":     {oneRule("persn.id == 'a'"), `policy.yaml:4:7: rule "only": there is no "persn"; did you mean person?`},
		"misspelt field":        {oneRule("person.id == 'a' ||\n      plan.delt > 1"), `policy.yaml:5:11: rule "only": there is no "delt"; did you mean delta?`},
		"no answer":             {oneRule("plan.delta"), "this is a int"},
		"types":                 {oneRule("plan.delta == 'a'"), "policy.yaml:4:18"},
		"syntax":                {oneRule("plan.delta >"), "Syntax error"},
		"regular expression":    {oneRule("person.id.matches('[')"), "policy.yaml:4:25"},
		"misspelt operation":    {oneRule("operation.name == 'scal'"), `policy.yaml:4:25: rule "only": there is no operation "scal"; did you mean scale`},
		"misspelt in list":      {oneRule("operation.name in ['scale', 'restrat']"), `there is no operation "restrat"; did you mean restart?`},
		"misspelt risk":         {oneRule("operation.risk == 'hihg'"), `there is no risk "hihg"; did you mean high?`},
		"misspelt parameter":    {oneRule("request.params.replcas > 3"), `there is no parameter "replcas"; did you mean replicas?`},
		"too dear":              {oneRule("targets.all(a, targets.all(b, targets.all(c, a.env == b.env && b.env == c.env)))"), "could take too long"},
		"freeze without why":    {oneRule("true") + "freezes:\n  - {name: z, from: 2026-01-01T00:00:00Z, to: 2026-01-02T00:00:00Z}\n", "why is missing"},
		"freeze backwards":      {oneRule("true") + "freezes:\n  - {name: z, why: {en: a, zh: 甲}, from: 2026-01-03T00:00:00Z, to: 2026-01-02T00:00:00Z}\n", "from and a later to"},
		"week day":              {oneRule("true") + "freezes:\n  - {name: z, why: {en: a, zh: 甲}, weekly: {from: 'Fry 18:00', to: 'Mon 08:00', timezone: UTC}}\n", `"Fry 18:00" is not a time of the week`},
		"time zone":             {oneRule("true") + "freezes:\n  - {name: z, why: {en: a, zh: 甲}, weekly: {from: 'Fri 18:00', to: 'Mon 08:00', timezone: Asia/Shangai}}\n", `there is no time zone "Asia/Shangai"`},
		"whole week":            {oneRule("true") + "freezes:\n  - {name: z, why: {en: a, zh: 甲}, weekly: {from: 'Fri 18:00', to: 'Fri 18:00', timezone: UTC}}\n", "would never end"},
		"both windows":          {oneRule("true") + "freezes:\n  - {name: z, why: {en: a, zh: 甲}, from: 2026-01-01T00:00:00Z, weekly: {from: 'Fri 18:00', to: 'Mon 08:00', timezone: UTC}}\n", "exclude weekly"},
		"expectation":           {oneRule("true") + "examples:\n  - {name: x, person: ann, operation: scale, expect: alow}\n", `not "alow"; did you mean allow?`},
		"target":                {oneRule("true") + "examples:\n  - {name: x, person: ann, operation: scale, expect: allow, target: 'A B'}\n", "is not a target"},
		"alias":                 {"rules: &r [{name: a, when: 'true'}]\nfreezes: *r\n", "here must be a list"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load([]byte(c.text), "policy.yaml", operations...)
			if err == nil || ops.CodeOf(err) != ops.Invalid {
				t.Fatalf("want Invalid, got %v", err)
			}
			if text := ops.TextOf(err); !strings.Contains(text.En, c.want) || text.Zh == "" || text.Zh == text.En {
				t.Errorf("want %q in\n%s\n%s", c.want, text.En, text.Zh)
			}
		})
	}
}

func TestLoadReportsAllMistakesAtOnce(t *testing.T) {
	_, err := Load([]byte("rules:\n  - {name: a, wen: 'true'}\n  - name: b\n    when: plan.x && plan.y\n"), "p.yaml")
	lines := strings.Split(ops.TextOf(err).En, "\n")
	if len(lines) != 4 {
		t.Errorf("want 4 mistakes (unknown key, missing when, two fields), got %d:\n%s", len(lines), ops.TextOf(err).En)
	}
}

func TestLoadFindsThePlaceInEveryStyleOfText(t *testing.T) {
	for name, c := range map[string]struct{ when, want string }{
		"plain":   {"when: person.idd == 'a'", "3:17"},
		"single":  {"when: 'person.idd == \"a\"'", "3:18"},
		"double":  {"when: \"person.idd == 'a'\"", "3:18"},
		"literal": {"when: |\n      true &&\n        person.idd == 'a'", "5:15"},
		"folded":  {"when: >-\n      true &&\n      person.idd == 'a'", "5:13"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load([]byte("rules:\n  - name: a\n    "+c.when+"\n"), "p.yaml")
			if err == nil || !strings.HasPrefix(ops.TextOf(err).En, "p.yaml:"+c.want+":") {
				t.Errorf("want the place %s, got %v", c.want, err)
			}
		})
	}
}

func TestLoadReadsEverything(t *testing.T) {
	f := load(t, `
rules:
  - name: a
    when: "true"
    run_expiry: 30m
    approvals:
      count: 2
      from: [owner, oncall, group:sre, person:bob]
      or: [{count: 3, from: [group:dev]}, {count: 1, from: person:ann}]
      expiry: 4h
      via: [slack, portal]
freezes:
  - {name: z, why: {en: sale, zh: 大促}, from: 2026-11-10T00:00:00+08:00, to: 2026-11-12T00:00:00+08:00, refuse: true, break_glass: [group:sre]}
`)
	r, z := f.Policy.Rules[0], f.Policy.Freezes[0]
	n := r.Approvals
	if r.RunExpiry != 30*time.Minute || n.Count != 2 || len(n.From) != 4 || len(n.Or) != 2 || n.Or[0].From[0] != "group:dev" || n.Or[1].From[0] != "person:ann" || n.Expiry != 4*time.Hour || len(n.Via) != 2 {
		t.Errorf("rule: %+v, need: %+v", r, n)
	}
	if !z.Refuse || z.Why.Zh != "大促" || z.BreakGlass[0] != "group:sre" || z.When != nil {
		t.Errorf("freeze: %+v", z)
	}
	if other := load(t, oneRule("true")); other.Policy.Version == f.Policy.Version || len(f.Policy.Version) != 12 {
		t.Errorf("the version must name the text: %q and %q", f.Policy.Version, other.Policy.Version)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(string(readFile(f, examplePolicy)))
	f.Add(oneRule("person.id == 'a'"))
	f.Add("rules:\n- {name: a, when: 'true', approvals: {count: 1, from: [group:a]}}\n")
	f.Add("rules: &a [*a]\n")
	f.Add("freezes: [{weekly: {from: Fri 18:00, to: Mon 08:00, timezone: UTC}}]")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Load([]byte(text), "p.yaml", operations...)
		if err == nil && file == nil {
			t.Fatal("neither a file nor an error")
		}
		if e := ops.AsError(err); err != nil && (e == nil || e.Text.En == "" || e.Text.Zh == "") {
			t.Fatalf("an error without words: %v", err)
		}
	})
}
