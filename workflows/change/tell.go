package change

import (
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
)

// teller keeps the one message at the origin up to date, beside the change and never in its way: the latest status
// wins, and a surface that does not answer costs the change nothing.
type teller struct {
	life      *life
	ctx       workflow.Context // of the last turn, for the clock
	dirty     bool
	attention bool
	busy      bool
	stop      bool
	failed    bool
}

// DeliverName is the workflow that carries a last message to a surface that did not answer.
const DeliverName = "Deliver"

func (t *teller) now() time.Time { return workflow.Now(t.ctx) }

// silent says that there is no message to keep: the request came from a place that looks for itself.
func (t *teller) silent() bool { return t.life.status.Request.From.Channel == "" }

func (t *teller) start(ctx workflow.Context) {
	if t.silent() {
		return
	}
	ctx = disconnected(ctx)
	workflow.Go(ctx, func(ctx workflow.Context) {
		for !t.stop {
			if workflow.Await(ctx, func() bool { return t.dirty || t.stop }) != nil {
				return
			}
			if t.dirty && !t.stop {
				t.say(ctx)
			}
		}
	})
}

func (t *teller) say(ctx workflow.Context) {
	t.busy, t.dirty = true, false
	n := ops.Notice{Status: t.life.status, Attention: t.attention}
	t.attention = false
	t.failed = notify(ctx, n) != nil
	t.busy = false
}

// finish says the last word. When the surface does not take it, a workflow of its own goes on trying for a day, so
// that the change can end now.
func (t *teller) finish(ctx workflow.Context) {
	if t.silent() {
		return
	}
	if workflow.Await(ctx, func() bool { return !t.busy }) != nil {
		return
	}
	t.stop = true
	t.say(ctx)
	if !t.failed {
		return
	}
	child := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID: t.life.status.ID + "/deliver", ParentClosePolicy: enums.PARENT_CLOSE_POLICY_ABANDON,
	}), DeliverName, ops.Notice{Status: t.life.status})
	if err := child.GetChildWorkflowExecution().Get(ctx, nil); err != nil {
		workflow.GetLogger(ctx).Warn("the last message could not be handed on", "error", err)
	}
}

// notify hands one notice to the surface, with few and quick tries.
func notify(ctx workflow.Context, n ops.Notice) error {
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout: 5 * time.Second, ScheduleToCloseTimeout: 15 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 200 * time.Millisecond, MaximumAttempts: 3},
	})
	return workflow.ExecuteLocalActivity(ctx, n.Status.Request.From.Surface+"."+activities.Notify.Name(), n).Get(ctx, nil)
}

// Deliver carries the last message of a change to its surface, trying for a day.
func Deliver(ctx workflow.Context, n ops.Notice) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 30 * time.Second, ScheduleToCloseTimeout: 24 * time.Hour,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 5 * time.Second, MaximumInterval: 5 * time.Minute},
	})
	return workflow.ExecuteActivity(ctx, n.Status.Request.From.Surface+"."+activities.Notify.Name(), n).Get(ctx, nil)
}
