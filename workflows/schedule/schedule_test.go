package schedule_test

import (
	"testing"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

func TestTurningASchedule(t *testing.T) {
	for _, word := range []string{"pause", "skip", "run", "delete"} {
		t.Run(word, func(t *testing.T) {
			l := changetest.New(t, changetest.NewWorld(1, "a.b.c@idc1/c1:prod"))
			s := l.Run(changetest.Ask("schedule."+word, "id", "schedule-scale-abc"))
			if s.State != ops.Succeeded || len(l.Made) != 1 || l.Made[0].Do != word {
				t.Fatalf("%s (%v), %+v", s.State, s.Error, l.Made)
			}
			if word == "skip" && l.Made[0].At.IsZero() {
				t.Error("it is not said which run is skipped")
			}
			if s.Undoable != (word == "pause") {
				t.Errorf("undoable: %v", s.Undoable)
			}
		})
	}
	t.Run("resume of one that runs is nothing to do", func(t *testing.T) {
		l := changetest.New(t, changetest.NewWorld(1, "a.b.c@idc1/c1:prod"))
		if s := l.Run(changetest.Ask("schedule.resume", "id", "schedule-scale-abc")); s.State != ops.Succeeded || len(l.Made) != 0 {
			t.Errorf("%s, %+v", s.State, l.Made)
		}
	})
	t.Run("one that is not there", func(t *testing.T) {
		l := changetest.New(t, changetest.NewWorld(1, "a.b.c@idc1/c1:prod"))
		if s := l.Run(changetest.Ask("schedule.pause", "id", "schedule-none")); s.State != ops.Failed || s.Error.Code != ops.NotFound {
			t.Errorf("%s, %v", s.State, s.Error)
		}
	})
}

func TestPauseIsUndoneByResume(t *testing.T) {
	l := changetest.New(t, changetest.NewWorld(1, "a.b.c@idc1/c1:prod"))
	first := l.Run(changetest.Ask("schedule.pause", "id", "schedule-scale-abc"))
	made := l.Made
	l = changetest.New(t, changetest.NewWorld(1, "a.b.c@idc1/c1:prod"))
	l.Made = made
	l.Record[first.ID] = first
	if s := l.Run(changetest.Ask("undo", "id", first.ID)); s.State != ops.Succeeded || l.Made[len(l.Made)-1].Do != "resume" {
		t.Errorf("%s (%v), %+v", s.State, s.Error, l.Made)
	}
}
