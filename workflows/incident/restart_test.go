package incident_test

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

const cart = "shop.cart.api@idc1/c1:prod"

func TestRestart(t *testing.T) {
	t.Run("all, once, also when the answer is lost", func(t *testing.T) {
		w := changetest.NewWorld(3, cart)
		var n atomic.Int32
		w.After = func(string, ops.Target) error {
			if n.Add(1) == 1 {
				return ops.Errorf(ops.Unavailable, "lost", "丢失")
			}
			return nil
		}
		s := changetest.New(t, w).Run(changetest.Ask("restart", "target", cart))
		if s.State != ops.Succeeded || len(w.Written()) != 1 {
			t.Fatalf("%s (%v), written %v", s.State, s.Error, w.Written())
		}
		if s.Undoable || s.Plan.Blast.Instances != 3 || s.Plan.Blast.Percent != 100 {
			t.Errorf("plan %+v, undoable %v", s.Plan.Blast, s.Undoable)
		}
	})
	t.Run("one instance", func(t *testing.T) {
		w := changetest.NewWorld(3, cart)
		w.Workloads[cart].Budget = "api: at least 2"
		s := changetest.New(t, w).Run(changetest.Ask("restart", "target", cart, "pod", "pod-1"))
		if want := []string{"restart " + cart + " pod-1"}; s.State != ops.Succeeded || !slices.Equal(w.Written(), want) {
			t.Fatalf("%s (%v), written %v", s.State, s.Error, w.Written())
		}
		if s.Plan.Blast.Instances != 1 || len(s.Plan.Notes) != 1 || !strings.Contains(s.Plan.Notes[0].Zh, "中断预算") {
			t.Errorf("plan %+v", s.Plan)
		}
	})
	t.Run("an instance that is not there", func(t *testing.T) {
		w := changetest.NewWorld(3, cart)
		s := changetest.New(t, w).Run(changetest.Ask("restart", "target", cart, "pod", "pod-11"))
		if s.State != ops.Failed || s.Error.Code != ops.NotFound || len(w.Written()) != 0 {
			t.Fatalf("%s (%v), written %v", s.State, s.Error, w.Written())
		}
		if !strings.Contains(s.Error.Text.En, "did you mean pod-1") {
			t.Errorf("no suggestion: %s", s.Error.Text.En)
		}
	})
}
