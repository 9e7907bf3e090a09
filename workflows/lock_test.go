package workflows_test

import (
	"sync"
	"testing"
	"time"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

func target(t *testing.T, s string) ops.Target {
	t.Helper()
	p, err := ops.ParseTarget(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestOneChangePerTargetAtATime(t *testing.T) {
	s := newStage(t, changetest.NewWorld(3, cart))
	var mu sync.Mutex
	running, most := 0, 0
	s.World.OnStatus = nil
	s.World.Fail = func(verb string, _ ops.Target) error {
		mu.Lock()
		defer mu.Unlock()
		if verb == "restart" {
			running++
			most = max(most, running)
			go func() { time.Sleep(20 * time.Millisecond); mu.Lock(); running--; mu.Unlock() }()
		}
		return nil
	}
	var ids []string
	for range 8 {
		ids = append(ids, s.start(s.ask("restart", "target", cart)))
	}
	for _, id := range ids {
		s.until(id, ops.Succeeded)
	}
	if len(s.World.Written()) != 8 {
		t.Errorf("written %v", s.World.Written())
	}
}

func TestClaimsQueueInOrder(t *testing.T) {
	s := newStage(t, changetest.NewWorld(3, cart, pay))
	first, second, third := s.waiting(), s.waiting(), s.waiting()
	for range 2 { // a repeat changes nothing
		if out := s.claim(first, cart, pay); !out.Granted {
			t.Fatalf("first: %+v", out)
		}
		if out := s.claim(second, cart, pay); out.Granted || out.Holder != first || out.Reason != "why "+first || out.Ahead != 1 || out.WaitsFor.String() != pay {
			t.Fatalf("second: %+v", out)
		}
	}
	if out := s.claim(third, pay); out.Granted || out.Ahead != 2 || out.Holder != first {
		t.Fatalf("third: %+v", out)
	}
	s.free(first, cart, pay)
	s.free(first, cart, pay) // twice is harmless
	if out := s.claim(second, cart, pay); !out.Granted {
		t.Errorf("second is not next: %+v", out)
	}
	if out := s.claim(third, pay); out.Granted || out.Holder != second {
		t.Errorf("third overtook second: %+v", out)
	}
	s.free(second, cart, pay)
	if out := s.claim(third, pay); !out.Granted {
		t.Errorf("third: %+v", out)
	}
}

func TestAVanishedOwnerBlocksNobody(t *testing.T) {
	s := newStage(t, changetest.NewWorld(3, cart, pay))
	s.claim("gone", pay)
	s.until(s.start(s.ask("restart", "target", pay)), ops.Succeeded)

	// A change in the queue vanishes without a word: the one behind it must still get the lock.
	holder := s.waiting()
	s.claim(holder, pay)
	id := s.start(s.ask("restart", "target", pay))
	s.until(id, ops.WaitingLock)
	behind := s.start(s.ask("restart", "target", pay))
	s.until(behind, ops.WaitingLock)
	if err := s.temporal.TerminateWorkflow(t.Context(), id, "", "test"); err != nil {
		t.Fatal(err)
	}
	s.free(holder, pay)
	s.until(behind, ops.Succeeded)
	st, err := s.Status(t.Context(), id)
	if err != nil || st.State != ops.Failed || st.Error.Code != ops.Internal {
		t.Errorf("the terminated change is %s, %v, %v", st.State, st.Error, err)
	}
}
