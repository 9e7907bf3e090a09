package policy

import (
	"context"
	"testing"
)

const examplePolicy = "../deploy/config/policy.yaml"

func TestTheExamplePolicyKeepsItsExamples(t *testing.T) {
	f, err := Load(readFile(t, examplePolicy), "policy.yaml", operations...)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Examples) < 12 {
		t.Errorf("only %d examples", len(f.Examples))
	}
	proven := map[string]bool{}
	for _, r := range Test(context.Background(), f, World{Operations: operations}) {
		if !r.Passed {
			t.Errorf("line %d, %s: %s", r.Line, r.Name, r.Text.En)
		}
		proven[r.Decision.Rule] = true
	}
	for _, r := range f.Policy.Rules {
		if !proven[r.Name] {
			t.Errorf("no example is decided by rule %s", r.Name)
		}
	}
}
