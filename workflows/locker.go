package workflows

import (
	"context"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

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

// Lock takes locks in order, up to the first that somebody else has.
func (e Engine) Lock(ctx context.Context, in activities.LockIn) (activities.LockOut, error) {
	out := activities.LockOut{}
	for _, t := range in.Targets {
		answer, err := e.claim(ctx, t, change.LockClaim{Owner: in.Owner, Reason: in.Reason, Until: in.Until})
		if err != nil {
			return out, err
		}
		if !answer.Granted {
			out.WaitsFor, out.Holder, out.Reason, out.Ahead = t, answer.Holder.Owner, answer.Holder.Reason, answer.Ahead
			return out, nil
		}
		out.Taken++
	}
	out.Granted = true
	return out, nil
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
	for _, t := range in.Targets {
		err := e.temporal.SignalWorkflow(ctx, change.LockID(t), "", change.SignalUnlock, in.Owner)
		if err != nil && ops.CodeOf(fromTemporal(err)) != ops.NotFound {
			return fromTemporal(err)
		}
	}
	return nil
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
