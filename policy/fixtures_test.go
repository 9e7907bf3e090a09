package policy

import (
	"context"
	"os"
	"testing"
	"time"

	"orderly.example/ops"
)

// operations are those of the program, as far as a policy looks at them.
var operations = []ops.Operation{
	{Name: "scale", Group: "scale", Risk: ops.Medium, Params: []ops.Param{
		{Name: "target", Kind: ops.KindTargets, Required: true},
		{Name: "replicas", Kind: ops.KindInt, Required: true},
		{Name: "hold", Kind: ops.KindDuration},
		{Name: "key", Kind: ops.KindSecret},
	}},
	{Name: "scale.schedule", Group: "scale", Risk: ops.Medium},
	{Name: "scale.fleet", Group: "scale", Risk: ops.High},
	{Name: "restart", Group: "incident", Risk: ops.Medium},
	{Name: "release", Group: "release", Risk: ops.Medium},
	{Name: "release.train", Group: "release", Risk: ops.Medium},
	{Name: "node.drain", Group: "provision", Risk: ops.High},
	{Name: "env.create", Group: "provision", Risk: ops.Medium},
	{Name: "env.extend", Group: "provision", Risk: ops.Low},
	{Name: "env.sleep", Group: "provision", Risk: ops.Low},
	{Name: "env.wake", Group: "provision", Risk: ops.Low},
	{Name: "env.delete", Group: "provision", Risk: ops.High},
	{Name: "access.grant", Group: "provision", Risk: ops.High},
	{Name: "database.grant", Group: "provision", Risk: ops.High},
	{Name: "topic.create", Group: "provision", Risk: ops.Medium},
	{Name: "rollback", Group: "release", Risk: ops.Low},
	{Name: "undo", Group: "change", Risk: ops.Low},
	{Name: "status", Group: "ask", Risk: ops.Read},
	{Name: "where", Group: "ask", Risk: ops.Read},
	{Name: "who", Group: "ask", Risk: ops.Read},
	{Name: "top", Group: "ask", Risk: ops.Read},
	{Name: "changes", Group: "ask", Risk: ops.Read},
	{Name: "schedule.list", Group: "schedule", Risk: ops.Read},
	{Name: "schedule.pause", Group: "schedule", Risk: ops.Low},
	{Name: "schedule.resume", Group: "schedule", Risk: ops.Low},
	{Name: "schedule.skip", Group: "schedule", Risk: ops.Low},
	{Name: "schedule.delete", Group: "schedule", Risk: ops.Low},
	{Name: "schedule.run", Group: "schedule", Risk: ops.Low},
}

func operation(t testing.TB, name string) ops.Operation {
	t.Helper()
	for _, op := range operations {
		if op.Name == name {
			return op
		}
	}
	t.Fatalf("no operation %s", name)
	return ops.Operation{}
}

func target(t testing.TB, s string) ops.Target {
	t.Helper()
	out, err := ops.ParseTarget(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// ledger is a directory that writes down what it was asked.
type ledger struct {
	owners, onCall []string
	err            error
	asked          [][]ops.Target
}

func (l *ledger) Owners(_ context.Context, targets []ops.Target) ([]string, []string, error) {
	l.asked = append(l.asked, targets)
	return l.owners, l.onCall, l.err
}

var noon = time.Date(2026, 1, 5, 4, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// oneRule is a policy with one rule that allows under a condition.
func oneRule(when string) string {
	return "rules:\n  - name: only\n    when: |-\n      " + when + "\n"
}

func load(t testing.TB, text string) *File {
	t.Helper()
	f, err := Load([]byte(text), "policy.yaml", operations...)
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	return f
}
