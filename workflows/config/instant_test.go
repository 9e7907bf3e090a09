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

// instant is a world whose centre publishes with the write, as Nacos, Consul and ConfigMaps do.
func instant() (*changetest.World, *changetest.Centre) {
	w := changetest.NewWorld(2, prod1, prod2)
	return w, changetest.NewInstant(w, start())
}

func TestWhatIsWrittenIsPublished(t *testing.T) {
	w, c := instant()
	s := changetest.New(t, w).Run(set("set", "timeout=60"))
	if s.State != ops.Succeeded || !slices.Equal(w.Written(), []string{`edit timeout "30"->"60"`}) || c.Published()["timeout"] != "60" {
		t.Fatalf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
	if !slices.ContainsFunc(s.Events, func(e ops.Event) bool { return strings.Contains(e.Text.En, "received by all 2 instances") }) {
		t.Error("nobody says who has received it")
	}
	l := changetest.New(t, w)
	l.Record["config.set-x"] = s
	if s = l.Run(changetest.Ask("undo", "id", "config.set-x")); s.State != ops.Succeeded || !maps.Equal(c.Published(), start()) {
		t.Errorf("undone: %s (%v), %v", s.State, s.Error, c.Published())
	}
	s = changetest.New(t, w).Run(changetest.Ask("config.publish", "target", "shop.cart.api:prod"))
	if s.State != ops.Succeeded || !s.Plan.Empty() {
		t.Errorf("there is something to publish: %s (%v)", s.State, s.Error)
	}
}

// TestInstantRollback goes back and forth: the present release is the one of its content.
func TestInstantRollback(t *testing.T) {
	w, c := instant()
	changetest.New(t, w).Run(set("set", "timeout=60", "remove", "greeting"))
	s := changetest.New(t, w).Run(changetest.Ask("config.rollback", "target", "shop.cart.api:prod"))
	if s.State != ops.Succeeded || !maps.Equal(c.Published(), start()) || len(s.Plan.Diffs) != 2 {
		t.Fatalf("%s (%v), published %v", s.State, s.Error, c.Published())
	}
	l := changetest.New(t, w)
	l.Record["config.rollback-x"] = s
	if s = l.Run(changetest.Ask("undo", "id", "config.rollback-x")); s.State != ops.Succeeded || c.Published()["timeout"] != "60" {
		t.Errorf("undone: %s (%v), published %v", s.State, s.Error, c.Published())
	}
}

// TestInstantLostAnswers: the effect is there, the answer is not, and nothing happens twice.
func TestInstantLostAnswers(t *testing.T) {
	for _, r := range []ops.Request{set("set", "timeout=90"), changetest.Ask("config.rollback", "target", "shop.cart.api:prod")} {
		w, c := instant()
		changetest.New(t, w).Run(set("set", "timeout=60"))
		lost := 0
		w.After = func(string, ops.Target) error {
			if lost++; lost > 1 {
				return nil
			}
			return ops.Errorf(ops.Unavailable, "lost", "丢失")
		}
		s := changetest.New(t, w).Run(r)
		if s.State != ops.Succeeded || lost != 1 || len(c.Releases) != 3 {
			t.Errorf("%s: %s (%v), written %q", r.Operation, s.State, s.Error, w.Written())
		}
	}
}

func TestInstantOtherHands(t *testing.T) {
	w, c := instant()
	w.Fail = func(v string, _ ops.Target) error {
		if v == "config.edit" {
			w.Fail = nil
			c.Values["greeting"] = "theirs"
			return ops.Errorf(ops.Unavailable, "try again", "重试")
		}
		return nil
	}
	s := changetest.New(t, w).Run(set("set", "timeout=60"))
	if s.Error == nil || s.Error.Code != ops.Conflict || c.Values["timeout"] != "30" || c.Values["greeting"] != "theirs" {
		t.Errorf("%s (%v), %v", s.State, s.Error, c.Values)
	}
}

// TestInstantGray: what was merged is taken back, what was not is only abandoned.
func TestInstantGray(t *testing.T) {
	w, c := instant()
	s := changetest.New(t, w).Run(gray("bake", "10s"))
	if s.State != ops.Succeeded || c.Published()["timeout"] != "60" {
		t.Fatalf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
	w, c = instant()
	c.Slow["10.0.0.2"] = true
	l := changetest.New(t, w)
	l.At(5*time.Minute, func() { l.Act(ops.ActPromote, changetest.Bob, "") })
	l.At(5*time.Minute+time.Second, func() { l.Act(ops.ActCancel, changetest.Ann, "") })
	s = l.Run(gray())
	if s.State != ops.Cancelled || !maps.Equal(c.Values, start()) || c.Gray != nil {
		t.Errorf("%s (%v), written %q, %v", s.State, s.Error, w.Written(), c.Values)
	}
	w, c = instant()
	l = changetest.New(t, w)
	l.At(5*time.Minute, func() { l.Act(ops.ActCancel, changetest.Ann, "") })
	s = l.Run(gray())
	if s.State != ops.Cancelled || !slices.Equal(w.Written(), []string{"gray 10.0.1.1", "abandon"}) || !maps.Equal(c.Values, start()) {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

// TestACentreThatKnowsNoInstances says so, and has no gray release.
func TestACentreThatKnowsNoInstances(t *testing.T) {
	w, c := instant()
	c.Blind = true
	s := changetest.New(t, w).Run(set("set", "timeout=60"))
	if s.State != ops.Succeeded || !slices.ContainsFunc(s.Plan.Notes, func(n ops.Text) bool {
		return strings.Contains(n.En, "cannot say which instance has received it") && strings.Contains(n.Zh, "无法获知")
	}) {
		t.Errorf("%s (%v), %v", s.State, s.Error, s.Plan.Notes)
	}
	s = changetest.New(t, w).Run(changetest.Ask("config.gray", "target", "shop.cart.api:prod", "set", "timeout=90"))
	if s.State != ops.Failed || s.Error.Code != ops.Invalid || !strings.Contains(s.Error.Text.En, "change it for all with config.set") || len(w.Written()) != 1 {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}
