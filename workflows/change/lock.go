package change

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Names under which the lock workflow and its handlers are known to clients.
const (
	LocksName   = "Locks"
	UpdateLocks = "locks"
)

// How often a book looks for claims that have outlived their owners: hasty while somebody waits for one of them. A book
// that nobody has used between two sweeps ends.
const (
	sweepEvery = 10 * time.Minute
	sweepHasty = 30 * time.Second
)

// LocksID is the workflow ID of the book that keeps the locks of a product's targets.
func LocksID(product string) string { return "locks/" + product }

// LockClaim asks for the locks of some targets of one product. They are granted together.
type LockClaim struct {
	Owner   string       `json:"owner"` // the change
	Reason  string       `json:"reason"`
	Until   time.Time    `json:"until"` // the claim ends then, if its owner has not come back
	Targets []ops.Target `json:"targets"`
	Doubted bool         `json:"doubted,omitempty"` // since the last sweep it was asked whether the owner still lives
}

// LockRound is one call to a book: whose claims go, and then who claims what.
type LockRound struct {
	Over   []string    `json:"over,omitempty"` // owners that give back what they have, or have ended
	Claims []LockClaim `json:"claims,omitempty"`
}

// overlaps says whether both claims want a target, and which.
func (c LockClaim) overlaps(o LockClaim) (ops.Target, bool) {
	for _, t := range c.Targets {
		if slices.Contains(o.Targets, t) {
			return t, true
		}
	}
	return ops.Target{}, false
}

// LockAnswer says whether a claim is granted, and if not, who is first.
type LockAnswer struct {
	Granted bool       `json:"granted"`
	On      ops.Target `json:"on,omitzero"`
	Holder  string     `json:"holder,omitempty"`
	Reason  string     `json:"reason,omitempty"`
	Ahead   int        `json:"ahead,omitempty"` // claims before it that want one of its targets
}

// lockBook is the list of claims in the order of their arrival. A claim is granted when no earlier one wants any of its
// targets: nobody is overtaken, and nobody waits in a circle.
type lockBook struct {
	claims []LockClaim
	used   bool     // since the last sweep
	doubts []string // owners whom somebody waits for, to be asked whether they still live
	hasty  bool     // the next sweep is a hasty one
	hurry  bool     // somebody has begun to wait, and the next sweep is not a hasty one
}

// Locks is the workflow of one book. It lives while it is used, and survives what its owners survive.
func Locks(ctx workflow.Context, claims []LockClaim) error {
	b := &lockBook{claims: claims}
	if err := workflow.SetUpdateHandler(ctx, UpdateLocks, b.round); err != nil {
		return err
	}
	sweep := b.newSweep(ctx)
	for {
		if err := workflow.Await(ctx, func() bool { return len(b.doubts) > 0 || b.hurry || sweep.IsReady() }); err != nil {
			return err
		}
		b.ask(ctx)
		if sweep.IsReady() {
			if b.idle() {
				return workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) })
			}
			b.sweep(ctx)
			sweep = b.newSweep(ctx)
		}
		if b.hurry {
			sweep = b.newSweep(ctx)
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() && workflow.AllHandlersFinished(ctx) {
			return workflow.NewContinueAsNewError(ctx, LocksName, b.claims)
		}
	}
}

// round takes claims out and in, and answers those that came in.
func (b *lockBook) round(_ workflow.Context, r LockRound) ([]LockAnswer, error) {
	b.used = true
	for _, owner := range r.Over {
		b.doubts = append(b.doubts, b.remove(owner)...)
	}
	answers := make([]LockAnswer, len(r.Claims))
	for i, c := range r.Claims {
		answers[i] = b.claim(c)
	}
	return answers, nil
}

// claim takes a claim in, once per owner, and says whether it is granted. Other targets than before are a new claim.
func (b *lockBook) claim(c LockClaim) LockAnswer {
	i := b.index(c.Owner)
	if i >= 0 && !slices.Equal(b.claims[i].Targets, c.Targets) {
		b.doubts = append(b.doubts, b.remove(c.Owner)...)
		i = -1
	}
	if i < 0 {
		i = len(b.claims)
		b.claims = append(b.claims, c)
	}
	b.claims[i].Until = c.Until
	return b.answer(i)
}

// answer says whether the i-th claim is granted. When it is not, those who are granted what it wants come into doubt.
func (b *lockBook) answer(i int) LockAnswer {
	a := LockAnswer{Granted: true}
	for j := range b.claims[:i] {
		first := &b.claims[j]
		on, overlaps := b.claims[i].overlaps(*first)
		if !overlaps {
			continue
		}
		if a.Granted {
			a = LockAnswer{On: on, Holder: first.Owner, Reason: first.Reason}
		}
		a.Ahead++
		b.hurry = !b.hasty
		if !first.Doubted {
			first.Doubted = true
			b.doubts = append(b.doubts, first.Owner)
		}
	}
	return a
}

func (b *lockBook) granted(i int) bool {
	return !slices.ContainsFunc(b.claims[:i], func(o LockClaim) bool { _, overlaps := b.claims[i].overlaps(o); return overlaps })
}

func (b *lockBook) index(owner string) int {
	return slices.IndexFunc(b.claims, func(c LockClaim) bool { return c.Owner == owner })
}

// remove takes an owner's claim out and returns who is granted theirs by that.
func (b *lockBook) remove(owner string) []string {
	i := b.index(owner)
	if i < 0 {
		return nil
	}
	var waited []string
	for j := i + 1; j < len(b.claims); j++ {
		if !b.granted(j) {
			waited = append(waited, b.claims[j].Owner)
		}
	}
	b.claims = slices.Delete(b.claims, i, i+1)
	return slices.DeleteFunc(waited, func(o string) bool { return !b.granted(b.index(o)) })
}

// ask signals those in doubt: one who waits looks again whether it is granted, one who holds does not mind, and the
// claim of one who has vanished goes.
func (b *lockBook) ask(ctx workflow.Context) {
	for len(b.doubts) > 0 {
		owner := b.doubts[0]
		b.doubts = b.doubts[1:]
		if workflow.SignalExternalWorkflow(ctx, owner, "", activities.SignalLock, nil).Get(ctx, nil) != nil {
			b.doubts = append(b.doubts, b.remove(owner)...)
		}
	}
}

// newSweep is the timer of the next sweep.
func (b *lockBook) newSweep(ctx workflow.Context) workflow.Future {
	b.hasty, b.hurry = b.hurry || b.waited(), false
	if b.hasty {
		return workflow.NewTimer(ctx, sweepHasty)
	}
	return workflow.NewTimer(ctx, sweepEvery)
}

// waited says whether somebody waits for a claim of somebody else.
func (b *lockBook) waited() bool {
	for i := range b.claims {
		if !b.granted(i) {
			return true
		}
	}
	return false
}

func (b *lockBook) idle() bool { return !b.used && len(b.claims) == 0 }

// sweep takes out the claims whose time is up and lets everybody be doubted anew.
func (b *lockBook) sweep(ctx workflow.Context) {
	b.used = false
	now := workflow.Now(ctx)
	var over []string
	for i := range b.claims {
		b.claims[i].Doubted = false
		if now.After(b.claims[i].Until) {
			over = append(over, b.claims[i].Owner)
		}
	}
	for _, owner := range over {
		b.doubts = append(b.doubts, b.remove(owner)...)
	}
	for i := range b.claims {
		b.answer(i)
	}
}
