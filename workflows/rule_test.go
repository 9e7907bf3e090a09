package workflows_test

import (
	"testing"
	"time"

	"go.temporal.io/sdk/client"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

// TestARuleThatTheEngineEnds: what it did is not known any more, and the number that it found is set again.
func TestARuleThatTheEngineEnds(t *testing.T) {
	s := newStage(t, changetest.NewWorld(3, cart, pay))
	s.World.Values = func(string) ([]string, error) { return []string{"50"}, nil }
	id := s.start(s.rule("for", "1h", "cool_down", "1h"))
	s.when(id, "an act", func(ops.Status) bool { return s.World.Wanted(cart) == 4 })
	other := s.start(s.ask("scale", "target", pay, "replicas", "5"))
	s.until(other, ops.Succeeded)
	if err := s.temporal.TerminateWorkflow(t.Context(), id+"/rule", "", "by hand"); err != nil {
		t.Fatal(err)
	}
	if st := s.until(id, ops.RolledBack, ops.Failed); st.State != ops.RolledBack || s.World.Wanted(cart) != 3 {
		t.Errorf("%s (%v), written %q", st.State, st.Error, s.World.Written())
	}
}

// TestARuleLetsOthersIn: between two acts the target is free, and the rule goes on from what it finds.
func TestARuleLetsOthersIn(t *testing.T) {
	s := newStage(t, changetest.NewWorld(3, cart, pay))
	s.World.Values = func(string) ([]string, error) { return []string{"50"}, nil }
	id := s.start(s.rule("for", "1h", "cool_down", "1h"))
	s.when(id, "an act", func(ops.Status) bool { return s.World.Wanted(cart) == 4 })
	other := s.start(s.scale())
	s.until(other, ops.Succeeded)
	s.act(id, ops.ActCancel, ann, "")
	if st := s.until(id, ops.Cancelled); s.World.Wanted(cart) != 6 {
		t.Errorf("%s (%v): the rule took back what somebody else did: %q", st.State, st.Error, s.World.Written())
	}
}

// TestARuleGoesOnInANewHistory: it knows in the next one what it knew, and a cancel reaches it there.
func TestARuleGoesOnInANewHistory(t *testing.T) {
	s := newStage(t, changetest.NewWorld(3, cart, pay))
	s.World.Values = func(string) ([]string, error) { return []string{"50"}, nil }
	place := ops.Place{Target: target(t, cart), Provider: changetest.Provider}
	rule := map[string]any{"place": place, "query": "load", "goal": 5, "low": 4, "high": 6, "min": 2, "max": 3, "step": 1, "cool_down": 1, "budget": 5, "brake": 3, "every": 1, "looks": 1, "for": int64(time.Hour)}
	in := map[string]any{
		"change": "nobody", "name": cart, "operation": "scale.metric", "request": s.rule(), "decision": ops.Decision{Allow: true}, "plan": ops.Plan{Targets: []ops.Target{place.Target}},
		"in": map[string]any{"rule": rule, "end": time.Now().Add(time.Hour), "found": 3, "last": 3, "last_from": 3},
	}
	run, err := s.temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "rule-alone", TaskQueue: t.Name()}, "Part:scale.rule", in)
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; {
		d, err := s.temporal.DescribeWorkflowExecution(t.Context(), "rule-alone", "")
		if err != nil {
			t.Fatal(err)
		}
		if d.GetWorkflowExecutionInfo().GetExecution().GetRunId() != run.GetRunID() {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("it still has its first history, of %d events", d.GetWorkflowExecutionInfo().GetHistoryLength())
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err := s.temporal.CancelWorkflow(t.Context(), "rule-alone", ""); err != nil {
		t.Fatal(err)
	}
	var out struct {
		Cancelled bool
		Out       struct {
			Decided, Found int
			Decisions      []any
		}
	}
	if err := s.temporal.GetWorkflow(t.Context(), "rule-alone", "").Get(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	if !out.Cancelled || out.Out.Decided < 200 || out.Out.Found != 3 || len(out.Out.Decisions) != 20 || len(s.World.Written()) != 0 {
		t.Errorf("%+v, written %q", out, s.World.Written())
	}
}
