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
		claim := change.LockClaim{Owner: in.Owner, Reason: in.Reason, Until: in.Until, Targets: part}
		answers, err := e.books.ask(ctx, part[0].Product(), []change.LockClaim{claim}, nil)
		if err != nil {
			return activities.LockOut{}, ops.Errorf(ops.Unavailable, "the lock of %s does not answer; it is tried again", "%s 的锁暂无响应,将自动重试", part[0]).Because(err)
		}
		if a := answers[0]; !a.Granted {
			return activities.LockOut{WaitsFor: a.On, Holder: a.Holder, Reason: a.Reason, Ahead: a.Ahead}, nil
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

// Unlock gives locks back, also places in queues. An owner that ends holds nothing any more, whether its book knows or
// not, so nobody waits for the book to learn it.
func (e Engine) Unlock(ctx context.Context, in activities.LockIn) error {
	for _, part := range byProduct(in.Targets) {
		product := part[0].Product()
		if in.Over {
			e.books.ended(product, in.Owner)
			continue
		}
		if _, err := e.books.ask(ctx, product, nil, []string{in.Owner}); err != nil {
			return fromTemporal(err)
		}
	}
	return nil
}

// lockRound makes one call to a book, which is opened when there is none.
func (c *Client) lockRound(ctx context.Context, product string, r change.LockRound) ([]change.LockAnswer, error) {
	id := change.LocksID(product)
	round := client.UpdateWorkflowOptions{WorkflowID: id, UpdateName: change.UpdateLocks, Args: []any{r}, WaitForStage: client.WorkflowUpdateStageCompleted}
	h, err := c.temporal.UpdateWorkflow(ctx, round)
	if over(err) && len(r.Claims) == 0 {
		return nil, nil // no book, no locks
	}
	if over(err) {
		round.WorkflowID = ""
		h, err = c.temporal.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
			UpdateOptions: round,
			StartWorkflowOperation: c.temporal.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
				ID: id, TaskQueue: c.taskQueue, WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
			}, change.LocksName, []change.LockClaim(nil)),
		})
	}
	var answers []change.LockAnswer
	if err == nil {
		err = h.Get(ctx, &answers)
	}
	return answers, err
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
