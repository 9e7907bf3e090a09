package change

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
)

// lockSlack is how long a lock outlives the longest run of its owner, for the undo.
const lockSlack = time.Hour

// lockPlan takes the locks of all targets of the plan.
func (l *life) lockPlan(ctx workflow.Context) error {
	if l.def.ownLocks {
		return nil
	}
	return l.lock(ctx, l.status.Plan.Targets)
}

// Locked runs f while the change has the locks of the targets, for operations that take their locks themselves.
func Locked(ctx workflow.Context, targets []ops.Target, f func(workflow.Context) error) error {
	l := lifeOf(ctx)
	before := l.status.State
	if err := l.lock(ctx, targets); err != nil {
		return err
	}
	defer l.unlock(ctx, activities.LockIn{Targets: targets, Owner: l.owner()})
	l.turn(ctx, before, ops.Text{})
	return f(ctx)
}

// lock takes the locks in order, queueing where another change is first.
func (l *life) lock(ctx workflow.Context, targets []ops.Target) error {
	if len(targets) == 0 {
		return nil
	}
	in := activities.LockIn{
		Targets: targets, Owner: l.owner(), Reason: l.status.Plan.Summary.En, Until: workflow.Now(ctx).Add(l.runExpiry() + lockSlack),
	}
	l.locked = append(l.locked, targets...)
	for {
		seen := l.locks
		out, err := activities.Lock.Do(ctx, activities.Engine, in)
		if err != nil || out.Granted {
			return err
		}
		l.event(ops.EventLock, "", ops.Textf("queues for %s, which %s has: %s", "排队等待 %s,当前由 %s 占用:%s", out.WaitsFor, out.Holder, out.Reason))
		l.turn(ctx, ops.WaitingLock, ops.Textf("%s is being changed by %s; %d ahead", "%s 正被 %s 变更;前面还有 %d 个", out.WaitsFor, out.Holder, out.Ahead))
		if err := l.await(ctx, func() bool { return l.locks > seen }); err != nil {
			return err
		}
		in.Until = workflow.Now(ctx).Add(l.runExpiry() + lockSlack)
	}
}

func (l *life) unlock(ctx workflow.Context, in activities.LockIn) {
	if _, err := activities.Unlock.Do(disconnected(ctx), activities.Engine, in); err != nil {
		workflow.GetLogger(ctx).Error("locks not given back; they end by themselves", "error", err)
	}
}

// unlockAll gives back every lock and every place in a queue; over says that the change ends with that.
func (l *life) unlockAll(ctx workflow.Context, over bool) {
	if len(l.locked) > 0 {
		l.unlock(ctx, activities.LockIn{Targets: l.locked, Owner: l.owner(), Over: over})
		l.locked = nil
	}
}
