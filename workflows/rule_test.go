package workflows_test

import (
	"testing"

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
