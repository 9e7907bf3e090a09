package change_test

import (
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

func TestApprovedByAnotherPersonItRuns(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	l := changetest.New(t, w)
	l.Decide = wants(1)
	l.At(time.Hour, func() {
		if s := l.Now(); s.State != ops.WaitingApproval || len(w.Written()) > 0 {
			t.Errorf("before the approval it is %s and wrote %v", s.State, w.Written())
		}
		l.Act(ops.ActApprove, bob, "")
	})
	s := l.Run(askScale())
	ends(t, s, ops.Succeeded)
	wrote(t, w, scaleTo6...)
	tells(t, s, ops.EventApproval, "bob", "approves plan "+s.Plan.Hash[:8])
	if n := l.Notices(); len(n) < 2 || n[0].Change != s.ID {
		t.Errorf("notices %+v", n)
	}
	if len(l.Unlocked) != 1 {
		t.Errorf("locks given back %d times", len(l.Unlocked))
	}
}

func TestVotesThatDoNotCount(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	l := changetest.New(t, w)
	l.Decide = func(f ops.Facts) (ops.Decision, error) {
		d, err := wants(1)(f)
		if d.Need != nil {
			d.Need.Via = []string{"room"}
		}
		return d, err
	}
	var own, ownReject, stranger, stale, noHash *changetest.Answer
	l.At(time.Minute, func() { own = l.Act(ops.ActApprove, ann, "") })
	l.At(2*time.Minute, func() { stranger = l.Act(ops.ActApprove, eve, "") })
	l.At(3*time.Minute, func() { stale = l.Act(ops.ActApprove, bob, strings.Repeat("0", 64)) })
	l.At(4*time.Minute, func() { ownReject = l.Act(ops.ActReject, ann, "") })
	l.At(5*time.Minute, func() { noHash = l.Act(ops.ActApprove, bob, "none") })
	l.At(6*time.Minute, func() { l.Act(ops.ActReject, chen, "") })
	s := l.Run(askScale())
	ends(t, s, ops.Refused)
	wrote(t, w)
	refused(t, s, own, ann, ops.Denied)
	refused(t, s, stranger, eve, ops.Denied)
	refused(t, s, stale, bob, ops.Conflict)
	refused(t, s, ownReject, ann, ops.Denied)
	refused(t, s, noHash, bob, ops.Conflict)
	tells(t, s, ops.EventApproval, "chen", "rejects plan")
}

func TestALateVoteIsRefusedAndRecorded(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	w.Workloads[cart].Stuck = ops.Plain("slow")
	w.OnStatus = nil
	l := changetest.New(t, w)
	l.Decide = wants(1)
	var late *changetest.Answer
	r := askScale()
	r.Hold = true
	w.Fail = failScale(ops.Denied)
	l.At(time.Minute, func() { l.Act(ops.ActApprove, bob, "") })
	l.At(2*time.Minute, func() { late = l.Act(ops.ActReject, chen, "") })
	l.At(3*time.Minute, func() { l.Act(ops.ActCancel, ann, "") })
	s := l.Run(r)
	ends(t, s, ops.Cancelled)
	refused(t, s, late, chen, ops.Conflict)
}

func TestHowManyAndWho(t *testing.T) {
	two := []ops.Need{{Count: 2, From: []string{"group:dev"}}}
	for _, tt := range []struct {
		name  string
		need  func(ops.Facts) (ops.Decision, error)
		votes []ops.User
		want  ops.State
	}{
		{"two of sre", wants(2), []ops.User{bob, chen}, ops.Succeeded},
		{"one of two is not enough", wants(2), []ops.User{bob}, ops.Expired},
		{"the same person twice is one", wants(2), []ops.User{bob, bob}, ops.Expired},
		{"an alternative", wants(1, two...), []ops.User{eve, {ID: "dora", Groups: []string{"dev"}}}, ops.Succeeded},
		{"half of an alternative", wants(2, two...), []ops.User{eve, bob}, ops.Expired},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := changetest.New(t, changetest.NewWorld(3, cart))
			l.Decide = tt.need
			for i, by := range tt.votes {
				l.At(time.Duration(i+1)*time.Minute, func() { l.Act(ops.ActApprove, by, "") })
			}
			ends(t, l.Run(askScale()), tt.want)
		})
	}
}

func TestTimeNeverApproves(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	l := changetest.New(t, w)
	l.Decide = func(f ops.Facts) (ops.Decision, error) {
		d, err := wants(1)(f)
		d.Need.Expiry = time.Hour
		return d, err
	}
	s := l.Run(askScale())
	ends(t, s, ops.Expired)
	wrote(t, w)
	if got := s.ClosedAt.Sub(changetest.Start); got < time.Hour || got > time.Hour+time.Minute {
		t.Errorf("it waited %s", got)
	}
}

func TestDriftVoidsTheApproval(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	l := changetest.New(t, w)
	l.Decide = wants(1)
	var first string
	l.At(time.Minute, func() {
		first = l.Now().Plan.Hash
		w.Set(cart, 4)
		l.Act(ops.ActApprove, bob, "")
	})
	l.At(2*time.Minute, func() {
		s := l.Now()
		if s.State != ops.WaitingApproval || s.Plan.Hash == first || len(s.Approvals) != 0 {
			t.Errorf("after the drift it is %s with plan %s and %d approvals", s.State, s.Plan.Hash, len(s.Approvals))
		}
		if a := l.Act(ops.ActApprove, chen, first); a.Done && a.Reply.Accepted {
			t.Error("an approval of the old plan counted")
		}
	})
	l.At(3*time.Minute, func() { l.Act(ops.ActApprove, bob, "") })
	s := l.Run(askScale())
	ends(t, s, ops.Succeeded)
	wrote(t, w, "scale "+cart+" 4->6")
	tells(t, s, ops.EventApproval, "bob", "is void")
}

func TestDriftToTheWishEndsWithoutWork(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	l := changetest.New(t, w)
	l.Decide = wants(1)
	l.At(time.Minute, func() { w.Set(cart, 6); l.Act(ops.ActApprove, bob, "") })
	ends(t, l.Run(askScale()), ops.Succeeded)
	wrote(t, w)
}

func TestAPolicyThatChangesItsMindEndsTheChange(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	l := changetest.New(t, w)
	asked := 0
	l.Decide = func(f ops.Facts) (ops.Decision, error) {
		if asked++; asked > 2 {
			return ops.Decision{Sure: true, Why: ops.Plain("no more")}, nil
		}
		return wants(1)(f)
	}
	l.At(time.Minute, func() { l.Act(ops.ActApprove, bob, "") })
	s := l.Run(askScale())
	ends(t, s, ops.Refused)
	wrote(t, w)
}
