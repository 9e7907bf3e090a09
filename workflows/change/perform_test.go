package change_test

import (
	"sync/atomic"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

// failScale fails every scaling with the code.
func failScale(code ops.Code) func(string, ops.Target) error {
	return func(verb string, t ops.Target) error {
		if verb == "scale" {
			return ops.Errorf(code, "scaling %s: no", "扩缩容 %s:不行", t)
		}
		return nil
	}
}

func TestFailureTakesBackWhatWasDone(t *testing.T) {
	w := changetest.NewWorld(3, pay, cart)
	w.Fail = func(verb string, t ops.Target) error {
		if verb == "scale" && t.Service == "shop.cart.api" {
			return ops.Errorf(ops.Unsafe, "quota is used up", "配额已用完")
		}
		return nil
	}
	l := changetest.New(t, w)
	s := l.Run(changetest.Ask("scale", "target", "*@idc1:prod", "replicas", "6"))
	ends(t, s, ops.RolledBack)
	wrote(t, w, "scale "+pay+" 3->6", "scale "+pay+" 6->3")
	tells(t, s, ops.EventUndo, "", "taken back: "+pay+" from 6 to 3")
	if s.Error == nil || s.Error.Code != ops.Unsafe {
		t.Errorf("error %v", s.Error)
	}
}

// failAfterWrite fails every read once something was written, after doing whatever else happens then.
func failAfterWrite(w *changetest.World, then func()) func(string, ops.Target) error {
	return func(verb string, _ ops.Target) error {
		if verb == "status" && len(w.Ledger) == 1 {
			then()
			return ops.Errorf(ops.Unsafe, "stuck at 3 of 6", "停在 3/6")
		}
		return nil
	}
}

func TestAHungRolloutIsTakenBack(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	w.Fail = failAfterWrite(w, func() {})
	s := changetest.New(t, w).Run(askScale())
	ends(t, s, ops.RolledBack)
	wrote(t, w, "scale "+cart+" 3->6", "scale "+cart+" 6->3")
	if s.Error == nil || s.Error.Code != ops.Unsafe {
		t.Errorf("error %+v", s.Error)
	}
}

func TestAnUndoThatFailsIsSaid(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	w.Fail = failAfterWrite(w, func() { w.Workloads[cart].Wanted = 9 }) // somebody else, in the meantime
	s := changetest.New(t, w).Run(askScale())
	ends(t, s, ops.Failed)
	tells(t, s, ops.EventUndo, "", "not taken back")
	if w.Wanted(cart) != 9 {
		t.Errorf("the undo overwrote what somebody else had set: %d", w.Wanted(cart))
	}
}

func TestALostAnswerDoublesNothing(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	var lost atomic.Int32
	w.After = func(string, ops.Target) error {
		if lost.Add(1) == 1 {
			return ops.Errorf(ops.Unavailable, "connection lost", "连接中断")
		}
		return nil
	}
	ends(t, changetest.New(t, w).Run(askScale()), ops.Succeeded)
	wrote(t, w, scaleTo6...)
}

func TestAnAwayServerIsWaitedFor(t *testing.T) {
	for _, verb := range []string{"status", "scale.try", "scale"} {
		t.Run(verb, func(t *testing.T) {
			w := changetest.NewWorld(3, cart)
			var n atomic.Int32
			w.Fail = func(v string, _ ops.Target) error {
				if v == verb && n.Add(1) <= 4 {
					return ops.Errorf(ops.Unavailable, "connection refused", "连接被拒绝")
				}
				return nil
			}
			ends(t, changetest.New(t, w).Run(askScale()), ops.Succeeded)
			wrote(t, w, scaleTo6...)
		})
	}
}

func TestWhatEndsAChangeBeforeItRuns(t *testing.T) {
	deny := func(ops.Facts) (ops.Decision, error) {
		return ops.Decision{Sure: true, Why: ops.Text{En: "not you", Zh: "您不行"}}, nil
	}
	broken := func(ops.Facts) (ops.Decision, error) {
		return ops.Decision{}, ops.Errorf(ops.Invalid, "rule r: no such field", "规则 r:没有该字段")
	}
	for _, tt := range []struct {
		name   string
		decide func(ops.Facts) (ops.Decision, error)
		ask    ops.Request
		want   ops.State
		code   ops.Code
	}{
		{"the policy says no", deny, askScale(), ops.Refused, ops.Denied},
		{"the policy is broken", broken, askScale(), ops.Failed, ops.Invalid},
		{"the target is gone", nil, changetest.Ask("scale", "target", "no.such.thing:prod", "replicas", "6"), ops.Failed, ops.NotFound},
		{"more than there may be", nil, changetest.Ask("scale", "target", cart, "replicas", "x99"), ops.Failed, ""},
		{"less than none", nil, changetest.Ask("scale", "target", cart, "replicas", "-9"), ops.Failed, ops.Invalid},
		{"no such operation", nil, changetest.Ask("explode"), ops.Failed, ops.NotFound},
		{"broken values", nil, changetest.Ask("scale", "target", "!!", "replicas", "6"), ops.Failed, ops.Invalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := changetest.NewWorld(3, cart)
			if tt.code == "" {
				tt.want = ops.Succeeded // x99 of 3 is 297: allowed by the operation, for the policy to judge
			}
			l := changetest.New(t, w)
			l.Decide = tt.decide
			s := l.Run(tt.ask)
			ends(t, s, tt.want)
			if tt.code == "" {
				return
			}
			wrote(t, w)
			if s.Error == nil || s.Error.Code != tt.code || s.Error.Text.Zh == "" {
				t.Errorf("error %+v, want code %s in both languages", s.Error, tt.code)
			}
		})
	}
}

func TestADryRunStopsAtThePlan(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	l := changetest.New(t, w)
	l.Decide = wants(1)
	r := askScale()
	r.DryRun = true
	s := l.Run(r)
	ends(t, s, ops.Planned)
	wrote(t, w)
	if s.Plan == nil || len(s.Plan.Diffs) != 1 || s.Decision.Need == nil {
		t.Errorf("plan %+v, decision %+v", s.Plan, s.Decision)
	}
	if len(s.CanContinue) > 0 {
		t.Errorf("it is over, and one may still %v", s.CanContinue)
	}
}

func TestCancel(t *testing.T) {
	for _, tt := range []struct {
		name string
		by   ops.User
		ok   bool
	}{{"by the requester", ann, true}, {"by one whom the policy lets", bob, true}, {"by a stranger", eve, false}} {
		t.Run("while it waits, "+tt.name, func(t *testing.T) {
			w := changetest.NewWorld(3, cart)
			l := changetest.New(t, w)
			l.Decide = wants(1)
			var a *changetest.Answer
			l.At(time.Minute, func() { a = l.Act(ops.ActCancel, tt.by, "") })
			s := l.Run(askScale())
			wrote(t, w)
			if tt.ok {
				ends(t, s, ops.Cancelled)
				tells(t, s, ops.EventAct, tt.by.ID, "cancelled by")
				return
			}
			ends(t, s, ops.Expired)
			refused(t, s, a, tt.by, ops.Denied)
		})
	}
	t.Run("while it runs, everything is taken back", func(t *testing.T) {
		w := changetest.NewWorld(3, cart)
		l := changetest.New(t, w)
		l.Env.OnActivity(changetest.Provider+".rollout", anything, anything).After(time.Hour).Return(activities.Workload{}, nil)
		l.At(time.Minute, func() { l.Act(ops.ActCancel, ann, "") })
		s := l.Run(askScale())
		ends(t, s, ops.Cancelled)
		wrote(t, w, "scale "+cart+" 3->6", "scale "+cart+" 6->3")
	})
	t.Run("by the engine's own cancel", func(t *testing.T) {
		w := changetest.NewWorld(3, cart)
		l := changetest.New(t, w)
		l.Decide = wants(1)
		l.At(time.Minute, func() { l.Env.CancelWorkflow() })
		ends(t, l.Run(askScale()), ops.Cancelled)
	})
}

func TestARunThatTakesTooLongIsStopped(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	l := changetest.New(t, w)
	l.Decide = func(ops.Facts) (ops.Decision, error) {
		return ops.Decision{Allow: true, Sure: true, RunExpiry: 10 * time.Minute}, nil
	}
	l.Env.OnActivity(changetest.Provider+".rollout", anything, anything).After(time.Hour).Return(activities.Workload{}, nil)
	s := l.Run(askScale())
	ends(t, s, ops.Expired)
	wrote(t, w, "scale "+cart+" 3->6", "scale "+cart+" 6->3")
}

func TestHoldWaitsForAPersonAfterAFailedStep(t *testing.T) {
	r := askScale()
	r.Hold = true
	t.Run("who has it tried again", func(t *testing.T) {
		w := changetest.NewWorld(3, cart)
		w.Fail = failScale(ops.Unsafe)
		l := changetest.New(t, w)
		l.Decide = wants(0)
		l.At(time.Minute, func() {
			if s := l.Now(); s.State != ops.Held {
				t.Errorf("it is %s", s.State)
			}
			w.Fail = nil
			l.Act(ops.ActRetry, bob, "")
		})
		s := l.Run(r)
		ends(t, s, ops.Succeeded)
		wrote(t, w, scaleTo6...)
		tells(t, s, ops.EventAct, "bob", "tried again")
	})
	t.Run("who never comes", func(t *testing.T) {
		w := changetest.NewWorld(3, cart)
		w.Fail = failScale(ops.Unsafe)
		s := changetest.New(t, w).Run(r)
		if s.State != ops.RolledBack && s.State != ops.Failed {
			t.Errorf("it is %s", s.State)
		}
		wrote(t, w)
	})
}
