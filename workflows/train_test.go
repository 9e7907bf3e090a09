package workflows_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

// fifty is a train of fifty services in ten chains of five.
func fifty(s *stage) ops.Request {
	var services, after []string
	for n := range 50 {
		name := fmt.Sprintf("train.service-%02d.api", n)
		s.World.Add(3, name+"@idc1/c1:prod")
		services = append(services, name+"=2.0")
		if n%5 > 0 {
			after = append(after, fmt.Sprintf("%s after train.service-%02d.api", name, n-1))
		}
	}
	return s.ask("release.train", "services", strings.Join(services, " "), "after", strings.Join(after, ","))
}

// TestATrainOfFiftyGoesSideBySide, and its histories stay small. The bakes are short here, so that what a busy machine takes
// for the rest counts much. That a train takes less than 1.3 times its slowest chain with bakes of minutes is proved in the
// lab, whose clock no load moves.
func TestATrainOfFiftyGoesSideBySide(t *testing.T) {
	t.Parallel()
	const bake = time.Second
	s := newStage(t, changetest.NewWorld(3, cart, pay))
	s.World.Add(3, "train.service-00.api@idc1/c1:prod") // so that the book of the product is closed
	s.World.Release = &ops.Strategy{Bake: bake}
	id := s.start(fifty(s))
	st := s.whenIn(2*time.Minute, id, "the end", func(st ops.Status) bool { return !st.ClosedAt.IsZero() })
	if st.State != ops.Succeeded || len(s.World.Written()) != 50 {
		t.Fatalf("%s (%v), written %d", st.State, st.Error, len(s.World.Written()))
	}
	if took := st.ClosedAt.Sub(st.CreatedAt); took > 50*bake/2 {
		t.Errorf("a slowest chain of %s took %s: one goes after the other", 5*bake, took)
	}
	h := s.history(id)
	bytes := 0
	for _, e := range h.Events {
		bytes += e.Size()
	}
	t.Logf("%d events, %d bytes; that of one service has %d events", len(h.Events), bytes, len(s.parts(id)[0].Events))
	if len(h.Events) > 5000 || bytes > 4<<20 {
		t.Errorf("%d events and %d bytes of history for 50 services", len(h.Events), bytes)
	}
	replay(t, h)
}

// TestATrainSurvivesWhatEndsIt: the worker ends in the middle, and the engine ends a service; the train goes on, or is
// taken back without any part of it left.
func TestATrainSurvivesWhatEndsIt(t *testing.T) {
	t.Parallel()
	s := newStage(t, changetest.NewWorld(3, cart, pay))
	s.World.Release = &ops.Strategy{Bake: time.Minute}
	id := s.start(s.ask("release.train", "services", "pay.gate.api=2.0 shop.cart.api=2.0", "after", "pay.gate.api after shop.cart.api"))
	s.when(id, "the first to be watched", func(st ops.Status) bool { return strings.HasPrefix(st.Waiting.En, "shop.cart.api: watching") })
	s.anotherWorker()
	s.act(id, ops.ActPromote, ann, "")
	s.when(id, "the second to be watched", func(st ops.Status) bool { return strings.HasPrefix(st.Waiting.En, "pay.gate.api: watching") })
	if err := s.temporal.TerminateWorkflow(t.Context(), id+"/pay.gate.api", "", "by hand"); err != nil {
		t.Fatal(err)
	}
	st := s.until(id, ops.RolledBack, ops.Failed)
	if st.State != ops.RolledBack || s.World.Workloads[cart].Version != "1.0" || s.World.Workloads[pay].Version != "1.0" {
		t.Errorf("%s (%v), written %q", st.State, st.Error, s.World.Written())
	}
}

// TestTheProgressOfAPartIsSeen with the status of its change.
func TestTheProgressOfAPartIsSeen(t *testing.T) {
	s := newStage(t, changetest.NewWorld(3, cart, pay))
	s.World.Release = &ops.Strategy{}
	s.World.Workloads[cart].Running = 7 // an old instance that does not go
	id := s.start(s.ask("release.train", "services", "shop.cart.api=2.0"))
	s.when(id, "the progress of the rollout", func(st ops.Status) bool {
		return len(st.Progress) == 1 && st.Progress[0].Object == cart && st.Progress[0].Total == 3
	})
	s.act(id, ops.ActCancel, ann, "")
	s.World.Set(cart, 3)
	s.until(id, ops.Cancelled)
}
