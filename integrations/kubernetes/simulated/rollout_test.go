package simulated_test

import (
	"strings"
	"testing"
	"time"
)

func TestPodsComeUpOneByOne(t *testing.T) {
	s := open(t, "", world(2), newClock())
	if w := s.status(); !w.Done() || w.Ready != 2 {
		t.Fatalf("the world begins ready: %+v", w)
	}
	s.scale(2, 5)
	for ready := 2; ready < 5; ready++ {
		if w := s.status(); w.Ready != ready || w.Wanted != 5 || w.Running != 5 || w.Done() {
			t.Fatalf("after %d: %+v", ready-2, w)
		}
		s.clock.pass(399 * time.Millisecond)
		if w := s.status(); w.Ready != ready {
			t.Fatalf("too early: %+v", w)
		}
		s.clock.pass(time.Millisecond)
	}
	if w := s.status(); !w.Done() || !w.Stuck.IsZero() {
		t.Fatalf("at the end: %+v", w)
	}
	s.scale(5, 1)
	if w := s.status(); !w.Done() || w.Ready != 1 {
		t.Fatalf("pods go at once: %+v", w)
	}
}

// TestARollingUpdateKeepsItsPromise: at every moment there are not more pods than the surge allows, and not fewer serve
// than may be missing.
func TestARollingUpdateKeepsItsPromise(t *testing.T) {
	s := open(t, "", world(8, "1"), newClock())
	s.release("registry.example/web:2")
	moments := 0
	for w := s.status(); !w.Done(); w = s.status() {
		if w.Running > 10 || w.Ready < 6 {
			t.Fatalf("%d run and %d serve: %+v", w.Running, w.Ready, w)
		}
		if moments++; moments > 100 {
			t.Fatalf("it does not end: %+v", w)
		}
		s.clock.pass(200 * time.Millisecond)
	}
	for _, p := range s.status().Pods {
		if p.Version != "2" {
			t.Errorf("%s is old", p.Name)
		}
	}
	if moments < 16 {
		t.Errorf("it took only %d moments of 200 ms", moments)
	}
}

func TestALongAbsenceIsPlayedEventByEvent(t *testing.T) {
	s := open(t, "", world(4, "1"), newClock())
	s.release("registry.example/web:2")
	s.clock.pass(24 * time.Hour)
	w := s.status()
	if !w.Done() || w.Version != "2" {
		t.Fatalf("got %+v", w)
	}
	began := s.clock.now().Add(-24 * time.Hour)
	for _, p := range w.Pods {
		if p.Started.Sub(began) > 10*time.Second {
			t.Errorf("%s started %s after the release", p.Name, p.Started.Sub(began))
		}
	}
}

func TestAFormerVersionGetsItsReplicaSetBack(t *testing.T) {
	s := open(t, "", world(2, "1", "2"), newClock())
	s.release("registry.example/web:1")
	s.clock.pass(time.Minute)
	if w := s.status(); !w.Done() || w.Version != "1" {
		t.Fatalf("got %+v", w)
	}
	revisions := map[string]string{}
	for _, r := range s.sets() {
		revisions[r.Spec.Template.Spec.Containers[0].Image] = r.Annotations["deployment.kubernetes.io/revision"]
	}
	if len(revisions) != 2 || revisions["registry.example/web:1"] != "3" || revisions["registry.example/web:2"] != "2" {
		t.Errorf("got %v", revisions)
	}
}

func TestABrokenImageAndTheDeadline(t *testing.T) {
	s := open(t, "", world(4, "1"), newClock())
	s.release("registry.example/web:broken")
	s.clock.pass(10 * time.Second)
	w := s.status()
	if w.Ready != 3 || !strings.Contains(w.Stuck.En, "web:broken") || strings.Contains(condition(s), "Exceeded") {
		t.Fatalf("after 10 s: %+v, %s", w, condition(s))
	}
	s.clock.pass(60 * time.Second)
	if s.status(); condition(s) != "ProgressDeadlineExceeded" {
		t.Fatalf("after 70 s: %s", condition(s))
	}
	s.release("registry.example/web:1")
	s.clock.pass(10 * time.Second)
	if w := s.status(); !w.Done() || condition(s) != "NewReplicaSetAvailable" {
		t.Fatalf("after the way back: %+v, %s", w, condition(s))
	}
	s.scale(4, 5)
	s.status()
	s.clock.pass(100 * time.Millisecond)
	if s.status(); condition(s) != "NewReplicaSetAvailable" {
		t.Errorf("scaling is no rollout: %s", condition(s))
	}
}
