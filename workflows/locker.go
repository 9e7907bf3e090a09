package workflows

import (
	"context"
	"maps"
	"slices"

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

// Lock takes locks product by product in order, up to the first product where somebody else is first.
func (e Engine) Lock(ctx context.Context, in activities.LockIn) (activities.LockOut, error) {
	for _, part := range byProduct(in.Targets) {
		a, err := e.claim(ctx, change.LockClaim{Owner: in.Owner, Reason: in.Reason, Until: in.Until, Targets: part})
		if err != nil || !a.Granted {
			return activities.LockOut{WaitsFor: a.On, Holder: a.Holder, Reason: a.Reason, Ahead: a.Ahead}, err
		}
	}
	return activities.LockOut{Granted: true}, nil
}

// byProduct splits targets by product, in the order of the products: everybody takes locks in the same order.
func byProduct(targets []ops.Target) [][]ops.Target {
	parts := map[string][]ops.Target{}
	for _, t := range targets {
		parts[t.Product()] = append(parts[t.Product()], t)
	}
	var out [][]ops.Target
	for _, product := range slices.Sorted(maps.Keys(parts)) {
		out = append(out, parts[product])
	}
	return out
}

// claim asks the product's book, which is opened when there is none.
func (e Engine) claim(ctx context.Context, c change.LockClaim) (change.LockAnswer, error) {
	var answer change.LockAnswer
	id := change.LocksID(c.Targets[0].Product())
	ask := client.UpdateWorkflowOptions{
		WorkflowID: id, UpdateName: change.UpdateLock, Args: []any{c}, WaitForStage: client.WorkflowUpdateStageCompleted,
	}
	h, err := e.temporal.UpdateWorkflow(ctx, ask)
	if over(err) {
		ask.WorkflowID = ""
		h, err = e.temporal.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
			UpdateOptions: ask,
			StartWorkflowOperation: e.temporal.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
				ID: id, TaskQueue: e.taskQueue, WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
			}, change.LocksName, []change.LockClaim(nil)),
		})
	}
	if err == nil {
		err = h.Get(ctx, &answer)
	}
	if err != nil {
		return answer, ops.Errorf(ops.Unavailable, "the lock of %s does not answer; it is tried again", "%s 的锁暂无响应,将自动重试", c.Targets[0]).Because(err)
	}
	return answer, nil
}

// Unlock gives locks back, also places in queues.
func (e Engine) Unlock(ctx context.Context, in activities.LockIn) error {
	for _, part := range byProduct(in.Targets) {
		err := fromTemporal(e.temporal.SignalWorkflow(ctx, change.LocksID(part[0].Product()), "", change.SignalUnlock, in.Owner))
		if err != nil && ops.CodeOf(err) != ops.NotFound {
			return err
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
