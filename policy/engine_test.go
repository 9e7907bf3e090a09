package policy

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"orderly.example/ops"
)

func engine(t *testing.T, source Source, d Directory) *Engine {
	t.Helper()
	e, err := New(source, d, clock, operations...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestTheEngineFillsInWhatTheAskerCannotKnow(t *testing.T) {
	d := &ledger{owners: []string{"shop"}, onCall: []string{"bob"}}
	when := `now == timestamp("2026-01-05T04:00:00Z") && person.owns && request.params.replicas == 6`
	e := engine(t, FromText(oneRule(when)+"    approvals: {count: 1, from: [oncall]}\n", "p.yaml"), d)
	f := planned(t, prod)
	f.Now, f.Owners, f.Operation.Params = f.Now.AddDate(-2026, 0, 0), nil, nil // as a workflow asks
	f.Now = ops.Facts{}.Now
	got, err := e.Decide(context.Background(), f)
	if err != nil || !got.Allow || got.Need.From[0] != "person:bob" || got.Version == "" {
		t.Errorf("got %+v, %v", got, err)
	}
	if len(d.asked) != 1 || d.asked[0][0] != target(t, prod) {
		t.Errorf("the directory was asked %v", d.asked)
	}
	f.Targets = nil
	if _, err := e.Decide(context.Background(), f); err != nil || len(d.asked) != 1 {
		t.Errorf("without targets nobody is asked: %v, %v", d.asked, err)
	}
}

func TestWithoutTheDirectoryNothingIsAllowed(t *testing.T) {
	down := ops.Errorf(ops.Unavailable, "the inventory does not answer", "资产系统无响应")
	e := engine(t, FromText(oneRule("true"), "p.yaml"), &ledger{err: down})
	f := planned(t, prod)
	f.Owners = nil
	if d, err := e.Decide(context.Background(), f); !errors.Is(err, down) || d.Allow {
		t.Errorf("got %+v, %v", d, err)
	}
}

func TestABrokenEditIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "policy.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	allowed := func(e *Engine) bool {
		d, err := e.Decide(context.Background(), planned(t, prod))
		return err == nil && d.Allow
	}
	if _, err := New(FromFile(path), nil, clock); ops.CodeOf(err) != ops.Unavailable {
		t.Errorf("no file at the start: %v", err)
	}
	write("rules: [")
	if _, err := New(FromFile(path), nil, clock); ops.CodeOf(err) != ops.Invalid {
		t.Errorf("a broken file at the start: %v", err)
	}
	write(oneRule("true"))
	e := engine(t, FromFile(path), nil)
	first := e.File().Policy.Version
	if !allowed(e) || e.Err() != nil {
		t.Fatal("the first version allows")
	}
	write(oneRule("tru"))
	if !allowed(e) || e.Err() == nil || !strings.Contains(ops.TextOf(e.Err()).En, "policy.yaml:4:7") || e.File().Policy.Version != first {
		t.Errorf("the last good version must stay and the mistake be told: %v", e.Err())
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if !allowed(e) || ops.CodeOf(e.Err()) != ops.Unavailable {
		t.Errorf("a lost file closes nothing: %v", e.Err())
	}
	write(oneRule("false"))
	if allowed(e) || e.Err() != nil || e.File().Policy.Version == first {
		t.Errorf("the new version counts from the next question on: %v", e.Err())
	}
}

func TestManyMayAskAtOnce(t *testing.T) {
	texts := []string{oneRule("target.env == 'prod'"), oneRule("target.env == 'prod' && true"), "rules: ["}
	var mu sync.Mutex
	n := 0
	source := func() ([]byte, string, error) {
		mu.Lock()
		defer mu.Unlock()
		n++
		return []byte(texts[n/20%len(texts)]), "p.yaml", nil
	}
	e := engine(t, source, nil)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 50 {
				if d, err := e.Decide(context.Background(), planned(t, prod)); err != nil || !d.Allow {
					t.Errorf("got %+v, %v", d, err)
				}
			}
		})
	}
	wait.Wait()
}

func BenchmarkDecide(b *testing.B) {
	e, err := New(FromText(string(readFile(b, examplePolicy)), "policy.yaml"), nil, clock, operations...)
	if err != nil {
		b.Fatal(err)
	}
	f := planned(b, prod)
	for b.Loop() {
		if _, err := e.Decide(context.Background(), f); err != nil {
			b.Fatal(err)
		}
	}
}
