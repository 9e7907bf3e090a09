package scale_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

const (
	cart = "shop.cart.api@idc1/c1:prod"
	web  = "shop.cart.web@idc1/c1:prod"
	test = "shop.cart.api@idc1/c1:test"
)

func run(t *testing.T, w *changetest.World, operation string, values ...string) ops.Status {
	t.Helper()
	return changetest.New(t, w).Run(changetest.Ask(operation, values...))
}

func expect(t *testing.T, w *changetest.World, s ops.Status, state ops.State, written ...string) {
	t.Helper()
	if s.State != state {
		t.Fatalf("state %s, want %s: %v\n%+v", s.State, state, s.Error, s.Events)
	}
	if got := w.Written(); !slices.Equal(got, written) {
		t.Errorf("written %v, want %v", got, written)
	}
}

func TestAmounts(t *testing.T) {
	for _, tt := range []struct {
		written string
		want    int
	}{{"6", 6}, {"+2", 5}, {"-1", 2}, {"x1.5", 5}, {"x2", 6}, {"×2", 6}, {"0", 0}, {"-3", 0}, {"x0.5", 2}, {"x0", 0}, {"1000", 1000}} {
		t.Run(tt.written, func(t *testing.T) {
			w := changetest.NewWorld(3, cart)
			s := run(t, w, "scale", "target", cart, "replicas", tt.written)
			if s.State != ops.Succeeded || w.Wanted(cart) != tt.want {
				t.Errorf("%s of 3 is %d (%s), want %d", tt.written, w.Wanted(cart), s.State, tt.want)
			}
		})
	}
	for _, written := range []string{"-4", "1001", "x400", "", "six", "x", "+", "1e3", "6 "} {
		t.Run("refused "+written, func(t *testing.T) {
			w := changetest.NewWorld(3, cart)
			if s := run(t, w, "scale", "target", cart, "replicas", written); written != "6 " && s.State != ops.Failed {
				t.Errorf("%q ended as %s", written, s.State)
			} else if written != "6 " && (len(w.Written()) > 0 || s.Error.Code != ops.Invalid) {
				t.Errorf("%q wrote %v: %v", written, w.Written(), s.Error)
			}
		})
	}
}

func TestAPatternScalesEachOfItsTargets(t *testing.T) {
	w := changetest.NewWorld(3, cart, web, test)
	s := run(t, w, "scale", "target", "shop.*@idc1:prod", "replicas", "+1")
	expect(t, w, s, ops.Succeeded, "scale "+cart+" 3->4", "scale "+web+" 3->4")
	if b := s.Plan.Blast; b.Targets != 2 || b.Delta != 2 || b.Instances != 2 || b.Percent != 33 || !slices.Equal(b.Envs, []string{"prod"}) {
		t.Errorf("blast radius %+v", b)
	}
}

func TestWhatIsAlreadySoIsLeftAlone(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	expect(t, w, run(t, w, "scale", "target", cart, "replicas", "3"), ops.Succeeded)
}

func TestAnAutoscalerIsMovedAndNotFought(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	w.Workloads[cart].Autoscaler = &activities.Autoscaler{Name: "api", Min: 2, Max: 5}
	s := run(t, w, "scale", "target", cart, "replicas", "8")
	expect(t, w, s, ops.Succeeded, "scale "+cart+" 3->8")
	if got := *w.Workloads[cart].Autoscaler; got.Min != 8 || got.Max != 8 {
		t.Errorf("bounds %+v", got)
	}
	if len(s.Plan.Notes) == 0 || !strings.Contains(s.Plan.Notes[0].En, "autoscaler api owns") || !strings.Contains(s.Plan.Notes[0].Zh, "自动伸缩") {
		t.Errorf("the plan does not say so: %+v", s.Plan.Notes)
	}
	l := changetest.New(t, w)
	l.Record[s.ID] = s
	l.Run(changetest.Ask("undo", "id", s.ID))
	if got := *w.Workloads[cart].Autoscaler; got.Min != 2 || got.Max != 5 || w.Wanted(cart) != 3 {
		t.Errorf("after the undo: bounds %+v, %d instances", got, w.Wanted(cart))
	}
}

func TestTooManyTargetsAreSentToTheFleet(t *testing.T) {
	var names []string
	for _, c := range "abcdefghijklmnopqrstu" {
		names = append(names, "shop.x."+string(c)+"@idc1/c1:prod")
	}
	w := changetest.NewWorld(3, names...)
	s := run(t, w, "scale", "target", "shop.*:prod", "replicas", "4")
	expect(t, w, s, ops.Failed)
	if !strings.Contains(s.Error.Text.En, "scale.fleet") {
		t.Errorf("error %v", s.Error)
	}
	fleet := run(t, w, "scale.fleet", "targets", "shop.*:prod", "replicas", "4", "wave", "5", "pause", "1m")
	if fleet.State != ops.Succeeded || len(w.Written()) != len(names) {
		t.Fatalf("fleet %s (%v) wrote %d", fleet.State, fleet.Error, len(w.Written()))
	}
	if took := fleet.ClosedAt.Sub(fleet.CreatedAt); took < 4*time.Minute {
		t.Errorf("five waves with four pauses of a minute took %s", took)
	}
}

func TestAFleetStopsOnFailures(t *testing.T) {
	names := []string{"shop.x.a@idc1/c1:prod", "shop.x.b@idc1/c1:prod", "shop.x.c@idc1/c1:prod", "shop.x.d@idc1/c1:prod"}
	bad := func(w *changetest.World) {
		w.Fail = func(verb string, t ops.Target) error {
			if verb == "scale" && t.Service == "shop.x.b" {
				return ops.Errorf(ops.Unsafe, "quota", "配额")
			}
			return nil
		}
	}
	t.Run("and takes back what it did", func(t *testing.T) {
		w := changetest.NewWorld(3, names...)
		bad(w)
		s := run(t, w, "scale.fleet", "targets", "shop.*:prod", "replicas", "4", "wave", "2", "pause", "0s", "parallel", "1")
		expect(t, w, s, ops.RolledBack, "scale "+names[0]+" 3->4", "scale "+names[0]+" 4->3")
	})
	t.Run("or keeps it when asked to", func(t *testing.T) {
		w := changetest.NewWorld(3, names...)
		bad(w)
		s := run(t, w, "scale.fleet", "targets", "shop.*:prod", "replicas", "4", "wave", "2", "pause", "0s", "parallel", "1", "on_failure", "keep")
		expect(t, w, s, ops.Failed, "scale "+names[0]+" 3->4")
	})
	t.Run("unless it may go on", func(t *testing.T) {
		w := changetest.NewWorld(3, names...)
		bad(w)
		s := run(t, w, "scale.fleet", "targets", "shop.*:prod", "replicas", "4", "wave", "2", "pause", "0s", "parallel", "1", "stop_after", "2")
		expect(t, w, s, ops.Succeeded, "scale "+names[0]+" 3->4", "scale "+names[2]+" 3->4", "scale "+names[3]+" 3->4")
		if s.Answer == nil || !strings.Contains(s.Answer.Text.En, "3 of 4 targets scaled, 1 failed") {
			t.Errorf("answer %+v", s.Answer)
		}
	})
}

func TestAWindowGoesUpAndDown(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	w.Workloads[cart].Autoscaler = &activities.Autoscaler{Name: "api", Min: 2, Max: 5}
	s := run(t, w, "scale.schedule", "target", cart, "replicas", "6", "for", "1s")
	expect(t, w, s, ops.Succeeded, "scale "+cart+" 3->6", "scale "+cart+" 6->3")
	if got := *w.Workloads[cart].Autoscaler; got.Min != 2 || got.Max != 5 {
		t.Errorf("bounds afterwards %+v", got)
	}
	t.Run("to a number of its own", func(t *testing.T) {
		w := changetest.NewWorld(3, cart)
		s := run(t, w, "scale.schedule", "target", cart, "replicas", "6", "for", "1s", "after", "4")
		expect(t, w, s, ops.Succeeded, "scale "+cart+" 3->6", "scale "+cart+" 6->4")
	})
}
