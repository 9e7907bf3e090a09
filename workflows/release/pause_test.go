package release_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

// paused is a world whose first cluster of prod rolls out with two pauses of its own.
func paused(s *ops.Strategy) *changetest.World {
	w := world(s)
	w.Kinds, w.Pauses = map[string]string{prod1: "Rollout"}, map[string]int{prod1: 2}
	return w
}

var pausedOut = []string{whole[0], whole[3], "promote " + prod1 + " 1", "promote " + prod1 + " 2", whole[4]}

// TestPausesOfARollout are bakes of the wave: it is watched and its gates are measured, and then it is promoted. The way back
// does not wait.
func TestPausesOfARollout(t *testing.T) {
	w := paused(careful())
	s := changetest.New(t, w).Run(ask())
	if took := s.ClosedAt.Sub(s.CreatedAt); s.State != ops.Succeeded || !slices.Equal(w.Written(), pausedOut) || took < 50*time.Minute || took > 51*time.Minute {
		t.Fatalf("%s (%v) after %s, written %q", s.State, s.Error, took, w.Written())
	}
	l := changetest.New(t, w)
	l.Record[s.ID] = s
	back := l.Run(changetest.Ask("undo", "id", s.ID))
	if took := back.ClosedAt.Sub(back.CreatedAt); back.State != ops.Succeeded || took > time.Minute || !slices.Contains(w.Written()[len(pausedOut):], "promote "+prod1+" 1") || w.Workloads[prod1].Pause != 0 {
		t.Errorf("%s (%v) after %s, written %q", back.State, back.Error, took, w.Written())
	}
}

// TestAnAbortInAPauseOfARollout brings the stable version back, and so does a gate that fails there.
func TestAnAbortInAPauseOfARollout(t *testing.T) {
	want := []string{whole[0], whole[3], "promote " + prod1 + " 1", "deploy " + prod1 + " 2.0->1.0", "deploy " + test1 + " 2.0->1.0"}
	w := paused(careful())
	l := changetest.New(t, w)
	l.At(25*time.Minute, func() { l.Act(ops.ActCancel, changetest.Ann, "") })
	if s := l.Run(ask()); s.State != ops.Cancelled || !slices.Equal(w.Written(), want) || w.Workloads[prod1].Pause != 0 {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
	w = paused(gated())
	w.Values = func(string) ([]string, error) {
		return []string{map[bool]string{true: "1", false: "0"}[w.Workloads[prod1].Pause == 2]}, nil
	}
	if s := changetest.New(t, w).Run(ask()); s.State != ops.RolledBack || !slices.Equal(w.Written(), want) || !strings.Contains(s.Error.Text.En, "gate errors fails at prod idc1/c1") {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

// TestALostPromoteIsDoneOnce.
func TestALostPromoteIsDoneOnce(t *testing.T) {
	w := paused(nil)
	lost := 0
	w.After = func(verb string, _ ops.Target) error {
		if verb == "promote" {
			lost++
			return ops.Errorf(ops.Unavailable, "lost", "丢失")
		}
		return nil
	}
	if s := changetest.New(t, w).Run(ask()); s.State != ops.Succeeded || !slices.Equal(w.Written(), pausedOut) || lost != 2 {
		t.Errorf("%s (%v), written %q, lost %d", s.State, s.Error, w.Written(), lost)
	}
}
