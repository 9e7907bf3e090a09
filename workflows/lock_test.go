package workflows_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows"
	"orderly.example/workflows/change"
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

func TestLockQueueAndExpiry(t *testing.T) {
	s := newStage(t, changetest.NewWorld(3, cart))
	e := workflows.Engine{Client: s.Client}
	all := []ops.Target{target(t, fmt.Sprintf("a.b.c@idc1/c1:%s", "locks")), target(t, "a.b.d@idc1/c1:locks")}
	claim := func(owner string, until time.Duration, targets ...ops.Target) activities.LockOut {
		t.Helper()
		out, err := e.Lock(t.Context(), activities.LockIn{Targets: targets, Owner: owner, Reason: "why " + owner, Until: time.Now().Add(until)})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if out := claim("first", 2*time.Second, all...); !out.Granted || out.Taken != 2 {
		t.Fatalf("first: %+v", out)
	}
	if out := claim("first", 2*time.Second, all...); !out.Granted {
		t.Fatalf("a repeat by the owner: %+v", out)
	}
	if out := claim("second", time.Hour, all...); out.Granted || out.Holder != "first" || out.Reason != "why first" || out.Ahead != 1 {
		t.Fatalf("second: %+v", out)
	}
	deadline := time.Now().Add(20 * time.Second)
	for !claim("second", time.Hour, all...).Granted { // the first owner never comes back
		if time.Now().After(deadline) {
			t.Fatal("the lock of a vanished owner was never taken away")
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err := e.Unlock(t.Context(), activities.LockIn{Targets: all, Owner: "second"}); err != nil {
		t.Fatal(err)
	}
	if err := e.Unlock(t.Context(), activities.LockIn{Targets: all, Owner: "second"}); err != nil {
		t.Errorf("a second unlock: %v", err)
	}
	run := s.temporal.GetWorkflow(t.Context(), change.LockID(all[0]), "")
	if err := run.Get(t.Context(), nil); err != nil {
		t.Errorf("a lock that nobody wants did not end: %v", err)
	}
}

func TestATerminatedChangeBlocksNobody(t *testing.T) {
	s := newStage(t, changetest.NewWorld(3, cart, pay))
	e := workflows.Engine{Client: s.Client}
	at := target(t, pay)
	if _, err := e.Lock(t.Context(), activities.LockIn{Targets: []ops.Target{at}, Owner: "gone", Until: time.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	id := s.start(s.ask("restart", "target", pay))
	s.until(id, ops.WaitingLock)
	// A queued change vanishes without a word: the one behind it must still get the lock.
	behind := s.start(s.ask("restart", "target", pay))
	s.until(behind, ops.WaitingLock)
	if err := s.temporal.TerminateWorkflow(t.Context(), id, "", "test"); err != nil {
		t.Fatal(err)
	}
	if err := s.temporal.SignalWorkflow(t.Context(), change.LockID(at), "", change.SignalUnlock, "gone"); err != nil {
		t.Fatal(err)
	}
	s.until(behind, ops.Succeeded)
	st, err := s.Status(t.Context(), id)
	if err != nil || st.State != ops.Failed || st.Error.Code != ops.Internal {
		t.Errorf("the terminated change is %s, %v, %v", st.State, st.Error, err)
	}
}
