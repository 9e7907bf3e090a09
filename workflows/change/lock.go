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
	LockName     = "Lock"
	UpdateLock   = "lock"
	SignalUnlock = "unlock"
)

// LockID is the workflow ID of the lock of a target.
func LockID(t ops.Target) string { return "lock/" + t.String() }

// LockClaim asks for the lock of one target.
type LockClaim struct {
	Owner  string    `json:"owner"`
	Reason string    `json:"reason"`
	Until  time.Time `json:"until"`
}

// LockAnswer says who has the lock now.
type LockAnswer struct {
	Granted bool      `json:"granted"`
	Holder  LockClaim `json:"holder"`
	Ahead   int       `json:"ahead"` // of the asker, in the queue
}

// lockBook is the lock of one target: the first claim has it, the others queue.
type lockBook struct {
	claims []LockClaim
	used   bool // a first claim has arrived
}

// Lock is the lock of one target. It lives as long as somebody has it or queues for it. A holder that does not come
// back until its own time is up loses it, so that a terminated change cannot block a target for ever.
func Lock(ctx workflow.Context, claims []LockClaim) error {
	b := &lockBook{claims: claims, used: len(claims) > 0}
	if err := workflow.SetUpdateHandler(ctx, UpdateLock, b.claim); err != nil {
		return err
	}
	workflow.Go(ctx, func(ctx workflow.Context) {
		unlock := workflow.GetSignalChannel(ctx, SignalUnlock)
		for {
			var owner string
			unlock.Receive(ctx, &owner)
			b.release(ctx, owner)
		}
	})
	if err := workflow.Await(ctx, func() bool { return b.used }); err != nil {
		return err
	}
	for len(b.claims) > 0 {
		if err := b.expire(ctx); err != nil {
			return err
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() && workflow.AllHandlersFinished(ctx) {
			return workflow.NewContinueAsNewError(ctx, LockName, b.claims)
		}
	}
	return workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) })
}

// claim puts the owner into the queue, once, and says whether it has the lock.
func (b *lockBook) claim(_ workflow.Context, c LockClaim) (LockAnswer, error) {
	b.used = true
	i := slices.IndexFunc(b.claims, func(o LockClaim) bool { return o.Owner == c.Owner })
	if i < 0 {
		i = len(b.claims)
		b.claims = append(b.claims, c)
	}
	b.claims[i].Until = c.Until
	return LockAnswer{Granted: i == 0, Holder: b.claims[0], Ahead: i}, nil
}

// release takes the owner out and tells the next one, passing over those that have vanished.
func (b *lockBook) release(ctx workflow.Context, owner string) {
	for {
		i := slices.IndexFunc(b.claims, func(c LockClaim) bool { return c.Owner == owner })
		if i < 0 {
			return
		}
		b.claims = slices.Delete(b.claims, i, i+1)
		if i > 0 || len(b.claims) == 0 {
			return
		}
		next := b.claims[0].Owner
		if workflow.SignalExternalWorkflow(ctx, next, "", activities.SignalLock, nil).Get(ctx, nil) == nil {
			return
		}
		owner = next
	}
}

// expire waits until the holder changes, and takes the lock from a holder whose time is up.
func (b *lockBook) expire(ctx workflow.Context) error {
	holder := b.claims[0]
	changed, err := workflow.AwaitWithTimeout(ctx, holder.Until.Sub(workflow.Now(ctx)), func() bool {
		return len(b.claims) == 0 || b.claims[0] != holder
	})
	if err == nil && !changed {
		b.release(ctx, holder.Owner)
	}
	return err
}
