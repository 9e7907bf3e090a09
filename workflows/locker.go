package workflows

import (
	"context"
	"slices"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// Engine answers the steps that are about Temporal itself: locks, the record, schedules.
type Engine struct {
	*Client
}

var (
	_ activities.Locker    = Engine{}
	_ activities.Recorder  = Engine{}
	_ activities.Scheduler = Engine{}
)

// lockers is how many locks are taken or given back at the same time.
const lockers = 16

// Lock takes locks in order, up to the first that somebody else has. It asks for a few at a time; those behind the
// first that it did not get are given back at once, so that nobody ever waits while holding a lock out of order.
func (e Engine) Lock(ctx context.Context, in activities.LockIn) (activities.LockOut, error) {
	out := activities.LockOut{}
	claim := change.LockClaim{Owner: in.Owner, Reason: in.Reason, Until: in.Until}
	for chunk := range slices.Chunk(in.Targets, lockers) {
		answers := make([]change.LockAnswer, len(chunk))
		if err := each(chunk, func(i int, t ops.Target) (err error) {
			answers[i], err = e.claim(ctx, t, claim)
			return err
		}); err != nil {
			return out, err
		}
		held := slices.IndexFunc(answers, func(a change.LockAnswer) bool { return !a.Granted })
		if held < 0 {
			out.Taken += len(chunk)
			continue
		}
		out.Taken += held
		a := answers[held]
		out.WaitsFor, out.Holder, out.Reason, out.Ahead = chunk[held], a.Holder.Owner, a.Holder.Reason, a.Ahead
		return out, e.Unlock(ctx, activities.LockIn{Targets: chunk[held+1:], Owner: in.Owner})
	}
	out.Granted = true
	return out, nil
}

// each does something for every target, a few at a time, and returns the first error.
func each(targets []ops.Target, do func(i int, t ops.Target) error) error {
	var group errgroup.Group
	group.SetLimit(lockers)
	for i, t := range targets {
		group.Go(func() error { return do(i, t) })
	}
	return group.Wait()
}

func (e Engine) claim(ctx context.Context, t ops.Target, claim change.LockClaim) (change.LockAnswer, error) {
	var answer change.LockAnswer
	start := e.temporal.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
		ID: change.LockID(t), TaskQueue: e.taskQueue, WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
	}, change.LockName, []change.LockClaim(nil))
	h, err := e.temporal.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: start,
		UpdateOptions: client.UpdateWorkflowOptions{
			UpdateName: change.UpdateLock, Args: []any{claim}, WaitForStage: client.WorkflowUpdateStageCompleted,
		},
	})
	if err == nil {
		err = h.Get(ctx, &answer)
	}
	if err != nil {
		return answer, ops.Errorf(ops.Unavailable, "the lock of %s does not answer; it is tried again", "%s 的锁暂无响应,将自动重试", t).Because(err)
	}
	return answer, nil
}

// Unlock gives locks back, also places in queues.
func (e Engine) Unlock(ctx context.Context, in activities.LockIn) error {
	return each(in.Targets, func(_ int, t ops.Target) error {
		err := fromTemporal(e.temporal.SignalWorkflow(ctx, change.LockID(t), "", change.SignalUnlock, in.Owner))
		if ops.CodeOf(err) == ops.NotFound {
			return nil
		}
		return err
	})
}

// Recall reads one change.
func (e Engine) Recall(ctx context.Context, in activities.RecallIn) (ops.Status, error) {
	return e.Status(ctx, in.ID)
}

// Recent lists the newest changes of a target's service.
func (e Engine) Recent(ctx context.Context, in activities.RecentIn) ([]ops.Summary, error) {
	page, err := e.List(ctx, ops.Filter{Service: in.Target.Service, Env: in.Target.Env, IDC: in.Target.IDC, Limit: in.Limit})
	return page.Changes, err
}
