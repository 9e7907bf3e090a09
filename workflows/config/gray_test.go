package config_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

func gray(values ...string) ops.Request {
	return changetest.Ask("config.gray", append([]string{"target", "shop.cart.api:prod", "set", "timeout=60"}, values...)...)
}

// TestGrayIsPromotedStepByStep: one instance, then half of the four, then all.
func TestGrayIsPromotedStepByStep(t *testing.T) {
	w, c := world()
	l := changetest.New(t, w)
	r := gray("steps", "1,50%")
	for i := range 2 {
		l.At(time.Duration(i+1)*time.Hour, func() {
			if s := l.Now(); s.State != ops.Paused || !strings.Contains(s.Waiting.En, "gray release of PRO/shop.cart.api/application") || !maps.Equal(c.Published(), start()) {
				t.Errorf("step %d: %s (%s)", i+1, s.State, s.Waiting.En)
			}
			l.Act(ops.ActPromote, []ops.User{changetest.Bob, changetest.Chen}[i], "")
		})
	}
	s := l.Run(r)
	want := []string{"gray 10.0.1.1", "gray 10.0.1.1,10.0.1.2", "merge " + id(r)}
	if s.State != ops.Succeeded || !slices.Equal(w.Written(), want) || c.Published()["timeout"] != "60" {
		t.Fatalf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
	notes := []string{"第 1 步:1 实例,直到人工推进", "第 2 步:50% 实例,直到人工推进", "然后全部生效;取消则放弃"}
	for i, n := range s.Plan.Notes {
		if n.Zh != notes[i] || n.En == "" {
			t.Errorf("note %q", n)
		}
	}
	if s.Plan.Summary.En != "change 1 keys of PRO/shop.cart.api/application for some instances first" || len(s.Plan.Diffs) != 1 {
		t.Errorf("the plan is %+v", s.Plan)
	}
}

// TestGrayFollowsTheInstances that are replaced while it lasts.
func TestGrayFollowsTheInstances(t *testing.T) {
	for _, bake := range []string{"", "30m"} {
		w, _ := world()
		l := changetest.New(t, w)
		l.At(10*time.Minute, func() { w.Move(1) })
		l.At(25*time.Minute, func() {
			if bake == "" {
				l.Act(ops.ActPromote, changetest.Bob, "")
			}
		})
		r := gray("steps", "1", "bake", bake)
		s := l.Run(r)
		want := []string{"gray 10.0.1.1", "gray 10.0.1.2", "merge " + id(r)}
		if s.State != ops.Succeeded || !slices.Equal(w.Written(), want) {
			t.Errorf("bake %q: %s (%v), written %q", bake, s.State, s.Error, w.Written())
		}
	}
}

func TestGrayIsAbandoned(t *testing.T) {
	for _, bake := range []string{"", "30m"} {
		w, c := world()
		l := changetest.New(t, w)
		l.At(5*time.Minute, func() { l.Act(ops.ActCancel, changetest.Ann, "") })
		s := l.Run(gray("bake", bake))
		if s.State != ops.Cancelled || !slices.Equal(w.Written(), []string{"gray 10.0.1.1", "abandon"}) || !maps.Equal(c.Published(), start()) {
			t.Errorf("bake %q: %s (%v), written %q", bake, s.State, s.Error, w.Written())
		}
	}
}

// TestGrayThatCannotBeMerged: somebody else published meanwhile; the gray release goes and theirs stays.
func TestGrayThatCannotBeMerged(t *testing.T) {
	w, c := world()
	l := changetest.New(t, w)
	l.At(5*time.Minute, func() {
		w.Behind(func() {
			c.Values["greeting"] = "theirs"
			c.Release("theirs", c.Values)
		})
	})
	s := l.Run(gray("bake", "10m"))
	if s.Error == nil || s.Error.Code != ops.Conflict || c.Published()["greeting"] != "theirs" || c.Published()["timeout"] != "30" || c.Gray != nil {
		t.Errorf("%s (%v), published %v", s.State, s.Error, c.Published())
	}
}

func TestGrayLostMerge(t *testing.T) {
	w, c := world()
	lost := 0
	w.After = func(v string, _ ops.Target) error {
		if v != "config.gray.end" || lost > 0 {
			return nil
		}
		lost++
		return ops.Errorf(ops.Unavailable, "lost", "丢失")
	}
	s := changetest.New(t, w).Run(gray("bake", "10s"))
	if s.State != ops.Succeeded || lost != 1 || len(c.Releases) != 2 {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
	l := changetest.New(t, w)
	l.Record["config.gray-x"] = s
	s = l.Run(changetest.Ask("undo", "id", "config.gray-x"))
	if s.State != ops.Succeeded || c.Published()["timeout"] != "30" {
		t.Errorf("undone: %s (%v), published %v", s.State, s.Error, c.Published())
	}
}
