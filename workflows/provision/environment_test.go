package provision_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

const (
	myCart = "shop.cart.api@idc1/c1:mine"
	myWeb  = "shop.cart.web@idc1/c1:mine"
	mine   = "idc1/c1/mine"
)

func envOf(extra ...string) ops.Request {
	return changetest.Ask("env.create", append([]string{"env", "mine", "from", "shop.*@idc1/c1:test", "owner", "shop", "ttl", "48h", "versions", "shop.cart.web=2.0"}, extra...)...)
}

// made is what the making of an environment writes.
var made = []string{"namespace.make " + mine, "copy " + myCart + " registry/shop.cart.api:1.0", "copy " + myWeb + " registry/shop.cart.web:2.0"}

func madeAnd(more ...string) []string { return append(slices.Clone(made), more...) }

func TestAnEnvironmentLivesForItsTime(t *testing.T) {
	for _, lost := range []string{"", "namespace.make", "copy", "namespace.drop"} {
		w := changetest.NewWorld(2, cart, web)
		losing(w, lost)
		l := changetest.New(t, w)
		l.At(time.Hour, func() {
			s := l.Now()
			if s.State != ops.Running || !strings.Contains(s.Waiting.En, "lives until") || w.Workloads[myWeb].Version != "2.0" || w.Workloads[myCart].Wanted != 1 {
				t.Errorf("after an hour: %s %s", s.State, s.Waiting)
			}
		})
		l.At(40*time.Hour, func() {
			if s := l.Now(); s.State != ops.Paused || !strings.Contains(s.Waiting.En, "env.extend mine idc1/c1 24h") {
				t.Errorf("before its end: %s %s", s.State, s.Waiting)
			}
		})
		s := l.Run(envOf())
		expect(t, w, s, ops.Succeeded, madeAnd("namespace.drop "+mine)...)
		if took := s.ClosedAt.Sub(s.CreatedAt); took < 48*time.Hour-time.Minute || took > 48*time.Hour+time.Minute {
			t.Errorf("it took %s", took)
		}
		if len(s.Plan.Targets) != 3 || s.Plan.Targets[0].String() != "namespace.mine@idc1/c1:mine" || s.Plan.Blast.Delta != 2 {
			t.Errorf("plan %+v", s.Plan)
		}
	}
}

func TestAnEnvironmentThatCannotBeMadeLeavesNothing(t *testing.T) {
	w := changetest.NewWorld(1, cart, web)
	w.Fail = func(verb string, target ops.Target) error {
		if verb == "copy" && target.Service == "shop.cart.web" {
			return ops.Errorf(ops.Denied, "no room", "没有空间")
		}
		return nil
	}
	expect(t, w, changetest.New(t, w).Run(envOf()), ops.RolledBack, made[0], made[1], "namespace.drop "+mine)
	if w.Workloads[myCart] != nil {
		t.Error("the copy is still there")
	}
}

func TestACancelDeletesTheEnvironment(t *testing.T) {
	for _, at := range []time.Duration{time.Hour, 47 * time.Hour} {
		w := changetest.NewWorld(1, cart, web)
		l := changetest.New(t, w)
		l.At(at, func() { l.Act(ops.ActCancel, changetest.Ann, "") })
		s := l.Run(envOf())
		expect(t, w, s, ops.Cancelled, madeAnd("namespace.drop "+mine)...)
		if took := s.ClosedAt.Sub(s.CreatedAt); took > at+time.Minute {
			t.Errorf("it took %s", took)
		}
	}
}

func TestAnEnvironmentThatIsDeletedBefore(t *testing.T) {
	w := changetest.NewWorld(1, cart, web)
	l := changetest.New(t, w)
	l.At(90*time.Minute, func() {
		if s := run(t, w, "env.delete", "env", "mine", "cluster", cluster); s.State != ops.Succeeded || s.Risk != ops.High {
			t.Errorf("%s (%v), risk %s", s.State, s.Error, s.Risk)
		}
	})
	s := l.Run(envOf())
	expect(t, w, s, ops.Succeeded, madeAnd("namespace.drop "+mine)...)
	if took := s.ClosedAt.Sub(s.CreatedAt); took > 3*time.Hour {
		t.Errorf("it took %s", took)
	}
	w = changetest.NewWorld(1, cart)
	refused(t, w, run(t, w, "env.delete", "env", "shop", "cluster", cluster), ops.NotFound, "shop")
}

// TestAnEnvironmentIsExtended, also when it has been warned of already; and a look that fails deletes nothing.
func TestAnEnvironmentIsExtended(t *testing.T) {
	for _, at := range []time.Duration{time.Hour + time.Minute, 47*time.Hour + time.Minute} {
		w := changetest.NewWorld(1, cart, web)
		l := changetest.New(t, w)
		var extended ops.Status
		l.At(at, func() { extended = run(t, w, "env.extend", "env", "mine", "cluster", cluster, "by", "24h") })
		l.At(50*time.Hour+time.Minute, func() {
			w.Fail = func(verb string, _ ops.Target) error {
				if verb == "namespace" {
					return ops.Errorf(ops.Denied, "the token has expired", "令牌已过期")
				}
				return nil
			}
		})
		l.At(80*time.Hour, func() { w.Fail = nil })
		s := l.Run(envOf())
		if extended.State != ops.Succeeded || len(extended.Plan.Diffs) != 1 {
			t.Fatalf("%s (%v)", extended.State, extended.Error)
		}
		expect(t, w, s, ops.Succeeded, madeAnd("namespace.remember "+mine, "namespace.drop "+mine)...)
		if took := s.ClosedAt.Sub(s.CreatedAt); took < 80*time.Hour || took > 82*time.Hour {
			t.Errorf("it took %s", took)
		}
	}
}

// TestAnExtensionAtTheLastMoment: between the look that finds the time over and the deletion.
func TestAnExtensionAtTheLastMoment(t *testing.T) {
	w := changetest.NewWorld(1, cart, web)
	w.Fail = func(verb string, _ ops.Target) error {
		if n := w.Estate.Namespaces[mine]; verb == "namespace.drop" && n.Until.Before(changetest.Start.Add(49*time.Hour)) {
			n.Until = n.Until.Add(5 * time.Hour)
		}
		return nil
	}
	s := changetest.New(t, w).Run(envOf())
	expect(t, w, s, ops.Succeeded, madeAnd("namespace.drop "+mine)...)
	if took := s.ClosedAt.Sub(s.CreatedAt); took < 53*time.Hour-time.Minute || took > 53*time.Hour+time.Minute {
		t.Errorf("it took %s", took)
	}
	// A cancel deletes it all the same, however long it has been extended.
	l := changetest.New(t, w)
	l.At(50*time.Hour, func() { l.Act(ops.ActCancel, changetest.Ann, "") })
	if s := l.Run(envOf()); s.State != ops.Cancelled || w.Estate.Namespaces[mine] != nil {
		t.Errorf("%s (%v): %+v", s.State, s.Error, w.Estate.Namespaces[mine])
	}
}

func TestAnExtensionIsTakenBack(t *testing.T) {
	w := changetest.NewWorld(1, cart, web)
	l := changetest.New(t, w)
	l.At(time.Hour, func() {
		s := run(t, w, "env.extend", "env", "mine", "cluster", cluster, "by", "24h")
		if back := undo(t, w, s); back.State != ops.Succeeded {
			t.Errorf("%s (%v)", back.State, back.Error)
		}
		if s := run(t, w, "env.extend", "env", "mine", "cluster", cluster, "by", "720h"); s.State != ops.Succeeded {
			t.Errorf("%s (%v)", s.State, s.Error)
		}
		run(t, w, "env.extend", "env", "mine", "cluster", cluster, "by", "720h")
		if s := run(t, w, "env.extend", "env", "mine", "cluster", cluster, "by", "720h"); s.State != ops.Failed || !strings.Contains(s.Error.Text.En, "90 days") {
			t.Errorf("too long: %s (%v)", s.State, s.Error)
		}
		l.Act(ops.ActCancel, changetest.Ann, "")
	})
	if s := l.Run(envOf()); s.State != ops.Cancelled {
		t.Errorf("%s (%v)", s.State, s.Error)
	}
}

func TestSleepAndWake(t *testing.T) {
	w := changetest.NewWorld(1, cart, web)
	l := changetest.New(t, w)
	l.At(time.Hour, func() {
		w.Set(myCart, 3)
		s := run(t, w, "env.sleep", "env", "mine", "cluster", cluster)
		if s.State != ops.Succeeded || w.Wanted(myCart)+w.Wanted(myWeb) != 0 || w.Estate.Namespaces[mine].Notes["asleep"] != "shop.cart.api=3,shop.cart.web=1" {
			t.Errorf("asleep: %s (%v), %+v", s.State, s.Error, w.Estate.Namespaces[mine])
		}
		if again := run(t, w, "env.sleep", "env", "mine", "cluster", cluster); again.State != ops.Succeeded || len(again.Plan.Diffs) != 0 {
			t.Errorf("asleep already: %s %+v", again.State, again.Plan)
		}
		woken := run(t, w, "env.wake", "env", "mine", "cluster", cluster)
		if woken.State != ops.Succeeded || w.Wanted(myCart) != 3 || w.Wanted(myWeb) != 1 || w.Estate.Namespaces[mine].Notes["asleep"] != "" {
			t.Errorf("awake: %s (%v), %+v", woken.State, woken.Error, w.Estate.Namespaces[mine])
		}
		if again := run(t, w, "env.wake", "env", "mine", "cluster", cluster); len(again.Plan.Diffs) != 0 {
			t.Errorf("awake already: %+v", again.Plan)
		}
		if back := undo(t, w, woken); back.State != ops.Succeeded || w.Wanted(myCart) != 0 || w.Estate.Namespaces[mine].Notes["asleep"] != "shop.cart.api=3,shop.cart.web=1" {
			t.Errorf("undone: %s (%v)", back.State, back.Error)
		}
		if back := undo(t, w, s); back.State != ops.Succeeded || w.Wanted(myCart) != 3 || w.Estate.Namespaces[mine].Notes["asleep"] != "" {
			t.Errorf("undone: %s (%v)", back.State, back.Error)
		}
		l.Act(ops.ActCancel, changetest.Ann, "")
	})
	if s := l.Run(envOf()); s.State != ops.Cancelled {
		t.Errorf("%s (%v)", s.State, s.Error)
	}
}

func TestAHalfSleepIsTakenBack(t *testing.T) {
	w := changetest.NewWorld(1, cart, web)
	l := changetest.New(t, w)
	l.At(time.Hour, func() {
		w.Fail = func(verb string, target ops.Target) error {
			if verb == "scale" && target.String() == myWeb {
				return ops.Errorf(ops.Denied, "no", "不")
			}
			return nil
		}
		if s := run(t, w, "env.sleep", "env", "mine", "cluster", cluster); s.State != ops.RolledBack || w.Wanted(myCart) != 1 || w.Estate.Namespaces[mine].Notes["asleep"] != "" {
			t.Errorf("%s (%v): %+v", s.State, s.Error, w.Estate.Namespaces[mine])
		}
		w.Fail = nil
		l.Act(ops.ActCancel, changetest.Ann, "")
	})
	l.Run(envOf())
}

func TestWhatCannotBeCopied(t *testing.T) {
	w := changetest.NewWorld(1, cart, web)
	refused(t, w, changetest.New(t, w).Run(envOf("versions", "shop.cart.wbe=2")), ops.NotFound, "shop.cart.wbe")
	refused(t, w, changetest.New(t, w).Run(envOf("env", "default")), ops.Invalid, "default")
	refused(t, w, changetest.New(t, w).Run(envOf("from", "shop.none@idc1/c1:test")), ops.NotFound)
	w = changetest.NewWorld(1, cart, "shop.cart.api@idc2/c1:test")
	refused(t, w, changetest.New(t, w).Run(envOf("from", "shop.*:test", "versions", "")), ops.Invalid, "idc1/c1", "idc2/c1")
	r := envOf()
	r.DryRun = true
	w = changetest.NewWorld(1, cart, web)
	expect(t, w, changetest.New(t, w).Run(r), ops.Planned)
	if got := changetest.New(t, w).Run(r).Plan.Summary.En; !strings.Contains(got, "2 services, for 48h") {
		t.Error(got)
	}
}
