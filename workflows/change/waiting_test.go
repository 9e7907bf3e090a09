package change_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
	"orderly.example/workflows/changetest"
)

const anything = mock.Anything

func TestItWaitsForItsTime(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	r := askScale()
	r.At = changetest.Start.Add(5 * time.Hour)
	l := changetest.New(t, w)
	l.At(4*time.Hour, func() {
		if s := l.Now(); s.State != ops.WaitingWindow || len(w.Written()) > 0 {
			t.Errorf("an hour before its time it is %s and wrote %v", s.State, w.Written())
		}
	})
	s := l.Run(r)
	ends(t, s, ops.Succeeded)
	if s.ClosedAt.Before(r.At) {
		t.Errorf("it ran at %s", s.ClosedAt)
	}
}

// TestThePolicyIsAskedAgainAtItsTime: what was allowed when it was asked for, and is not when its time has come, does not
// run.
func TestThePolicyIsAskedAgainAtItsTime(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	r := askScale()
	r.At = changetest.Start.Add(5 * time.Hour)
	l := changetest.New(t, w)
	left := false
	l.Decide = func(ops.Facts) (ops.Decision, error) {
		return ops.Decision{Allow: !left, Sure: true, Rule: "lab", Why: ops.Text{En: "ann has left", Zh: "ann 已离职"}}, nil
	}
	l.At(4*time.Hour, func() { left = true })
	s := l.Run(r)
	ends(t, s, ops.Refused)
	wrote(t, w)
	if s.ClosedAt.Before(r.At) || s.Error.Code != ops.Denied {
		t.Errorf("it ended at %s with %v", s.ClosedAt, s.Error)
	}
	tells(t, s, ops.EventDecision, "", "ann has left")
}

// frozen is a policy with a freeze of three hours from the start.
func frozen(refuse bool) func(ops.Facts) (ops.Decision, error) {
	until := changetest.Start.Add(3 * time.Hour)
	asked := 0
	return func(f ops.Facts) (ops.Decision, error) {
		asked++
		d := ops.Decision{Allow: true, Sure: true, Rule: "lab"}
		if asked <= 2 {
			d.Freeze = &ops.FreezeHit{
				Name: "sale", Why: ops.Text{En: "big sale", Zh: "大促"}, Until: until, Refuse: refuse,
				Broken: f.Request.BreakGlass != "", Glass: []string{"group:sre"},
			}
		}
		return d, nil
	}
}

func TestFreezes(t *testing.T) {
	t.Run("wait", func(t *testing.T) {
		w := changetest.NewWorld(3, cart)
		l := changetest.New(t, w)
		l.Decide = frozen(false)
		s := l.Run(askScale())
		ends(t, s, ops.Succeeded)
		if got := s.ClosedAt.Sub(changetest.Start); got < 3*time.Hour {
			t.Errorf("it ran %s after the start, within the freeze", got)
		}
		if s.ReviewOwed {
			t.Error("a review is owed for nothing")
		}
	})
	t.Run("refuse", func(t *testing.T) {
		w := changetest.NewWorld(3, cart)
		l := changetest.New(t, w)
		l.Decide = frozen(true)
		s := l.Run(askScale())
		ends(t, s, ops.Refused)
		wrote(t, w)
		if s.Error.Code != ops.Frozen {
			t.Errorf("error %+v", s.Error)
		}
	})
	t.Run("break glass", func(t *testing.T) {
		w := changetest.NewWorld(3, cart)
		l := changetest.New(t, w)
		l.Decide = frozen(true)
		r := askScale()
		r.BreakGlass = "checkout is down"
		s := l.Run(r)
		ends(t, s, ops.Succeeded)
		if !s.ReviewOwed {
			t.Error("no review is owed")
		}
		tells(t, s, ops.EventAct, "ann", "broke the glass")
	})
}

func TestItQueuesForTheLock(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	l := changetest.New(t, w)
	free := false
	l.Lock = func(in activities.LockIn) (activities.LockOut, error) {
		if free {
			return activities.LockOut{Granted: true}, nil
		}
		return activities.LockOut{WaitsFor: in.Targets[0], Holder: "restart-abc", Reason: "restart"}, nil
	}
	l.At(time.Hour, func() {
		if s := l.Now(); s.State != ops.WaitingLock || len(w.Written()) > 0 {
			t.Errorf("it is %s and wrote %v", s.State, w.Written())
		}
		free = true
		l.Env.SignalWorkflow(activities.SignalLock, nil)
	})
	s := l.Run(askScale())
	ends(t, s, ops.Succeeded)
	tells(t, s, ops.EventLock, "", "restart-abc")
}

func TestCancelInTheQueueGivesThePlaceBack(t *testing.T) {
	l := changetest.New(t, changetest.NewWorld(3, cart))
	l.Lock = func(in activities.LockIn) (activities.LockOut, error) {
		return activities.LockOut{WaitsFor: in.Targets[0], Holder: "restart-abc"}, nil
	}
	l.At(time.Hour, func() { l.Act(ops.ActCancel, ann, "") })
	ends(t, l.Run(askScale()), ops.Cancelled)
	if len(l.Unlocked) != 1 {
		t.Errorf("unlocked %v", l.Unlocked)
	}
}

func TestUndoIsAChangeOfItsOwn(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	first := changetest.New(t, w).Run(askScale())
	ends(t, first, ops.Succeeded)
	l := changetest.New(t, w)
	l.Record[first.ID] = first
	s := l.Run(changetest.Ask("undo", "id", first.ID))
	ends(t, s, ops.Succeeded)
	wrote(t, w, "scale "+cart+" 3->6", "scale "+cart+" 6->3")
	if len(s.Plan.Targets) != 1 || s.Plan.Targets[0].String() != cart {
		t.Errorf("the undo does not know its targets: %v", s.Plan.Targets)
	}
	t.Run("of a change that failed is refused", func(t *testing.T) {
		l := changetest.New(t, w)
		first.State = ops.Failed
		l.Record[first.ID] = first
		s := l.Run(changetest.Ask("undo", "id", first.ID))
		ends(t, s, ops.Failed)
		if s.Error.Code != ops.Conflict {
			t.Errorf("error %+v", s.Error)
		}
	})
}

func TestACronLineMakesASchedule(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	l := changetest.New(t, w)
	l.Decide = wants(1)
	l.At(time.Minute, func() { l.Act(ops.ActApprove, bob, "") })
	r := askScale()
	r.Cron, r.TimeZone = "0 8 * * 1-5", "Asia/Shanghai"
	s := l.Run(r)
	ends(t, s, ops.Succeeded)
	wrote(t, w)
	if len(l.Made) != 1 || l.Made[0].Cron != r.Cron || l.Made[0].Request.Cron != "" || len(l.Made[0].Request.Standing) != 1 {
		t.Fatalf("made %+v", l.Made)
	}
	t.Run("whose runs stand on its approvals", func(t *testing.T) {
		run := changetest.New(t, w)
		run.Decide = wants(1)
		s := run.Run(l.Made[0].Request)
		ends(t, s, ops.Succeeded)
		wrote(t, w, scaleTo6...)
		tells(t, s, ops.EventApproval, "bob", "when schedule")
	})
}

func TestASilentSurfaceNeverFailsAChange(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	l := changetest.New(t, w)
	l.Deaf = errors.New("chat is down")
	delivered := ""
	l.Env.SetOnChildWorkflowStartedListener(func(info *workflow.Info, _ workflow.Context, args converter.EncodedValues) {
		var n ops.Notice
		if err := args.Get(&n); err != nil {
			t.Error(err)
		}
		delivered = info.WorkflowType.Name + " " + n.Change
		l.Deaf = nil
	})
	s := l.Run(askScale())
	ends(t, s, ops.Succeeded)
	wrote(t, w, scaleTo6...)
	if want := change.DeliverName + " " + s.ID; delivered != want {
		t.Errorf("handed on: %q, want %q", delivered, want)
	}
}

func TestTheRoomGetsBackWhatItAnswered(t *testing.T) {
	l := changetest.New(t, changetest.NewWorld(3, cart))
	l.Decide = wants(1)
	l.Receipt = ops.Receipt{Ref: "message 1"}
	l.At(time.Hour, func() { l.Act(ops.ActApprove, bob, "") })
	r := askScale()
	r.From.Ref = "message 0"
	ends(t, l.Run(r), ops.Succeeded)
	n := l.Notices()
	if n[0].Ref != "message 0" || n[0].From != r.From || n[len(n)-1].Ref != "message 1" {
		t.Errorf("notices %+v", n)
	}
}

// TestAWaitingMessageIsShownAnew: before the platform stops taking answers on it, and not after the wait is over.
func TestAWaitingMessageIsShownAnew(t *testing.T) {
	l := changetest.New(t, changetest.NewWorld(3, cart))
	l.Decide = func(ops.Facts) (ops.Decision, error) {
		return ops.Decision{Allow: true, Sure: true, Rule: "r", Need: &ops.Need{Count: 1, From: []string{"group:sre"}, Expiry: 30 * 24 * time.Hour}}, nil
	}
	l.Receipt = ops.Receipt{Ref: "m", Renew: changetest.Start.Add(12 * 24 * time.Hour)}
	before := 0
	l.At(11*24*time.Hour, func() { before = len(l.Notices()) })
	l.At(12*24*time.Hour+time.Minute, func() {
		if got := len(l.Notices()); got <= before {
			t.Errorf("%d notices, as before", got)
		}
		l.Receipt = ops.Receipt{Ref: "m"}
	})
	l.At(13*24*time.Hour, func() { l.Act(ops.ActApprove, bob, "") })
	ends(t, l.Run(askScale()), ops.Succeeded)
}

// TestAMessageThatWasNotTakenIsSaidAgain: while the change waits, and without new turns.
func TestAMessageThatWasNotTakenIsSaidAgain(t *testing.T) {
	l := changetest.New(t, changetest.NewWorld(3, cart))
	l.Decide, l.Deaf = wants(1), errors.New("chat is down")
	l.At(time.Minute, func() { l.Deaf = nil })
	taken := 0
	l.At(2*time.Minute, func() { taken = len(l.Notices()) })
	l.At(time.Hour, func() {
		if got := len(l.Notices()); taken < 4 || got != taken {
			t.Errorf("%d notices after two minutes, %d after an hour", taken, got)
		}
		l.Act(ops.ActApprove, bob, "")
	})
	ends(t, l.Run(askScale()), ops.Succeeded)
}

func TestMalformedActsLeaveNoTrace(t *testing.T) {
	l := changetest.New(t, changetest.NewWorld(3, cart))
	l.Decide = wants(1)
	var a *changetest.Answer
	l.At(time.Minute, func() { a = l.Act("explode", bob, "") })
	s := l.Run(askScale())
	ends(t, s, ops.Expired)
	if a.Rejected == nil {
		t.Error("the validator let it through")
	}
	for _, e := range s.Events {
		if e.By == "bob" {
			t.Errorf("recorded: %+v", e)
		}
	}
}
