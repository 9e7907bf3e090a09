package change

import (
	"slices"
	"strings"
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
	life   *life
	ctx    workflow.Context // of the last turn, for the clock
	notice ops.Notice       // with what the surface answered the last time
	renew  time.Time
	dirty  bool
	busy   bool
	stop   bool
	failed int // tries in a row that the surface did not take
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
	from := t.life.status.Request.From
	t.notice = ops.Notice{Change: t.life.status.ID, From: from, Ref: from.Ref}
	ctx = disconnected(ctx)
	workflow.Go(ctx, func(ctx workflow.Context) {
		for t.news(ctx) {
			t.say(ctx)
		}
	})
}

// news waits until there is something to say, or something that was not taken to say again, and is false at the end.
func (t *teller) news(ctx workflow.Context) bool {
	for {
		fresh := func() bool { return t.dirty || t.stop }
		wait, bounded := t.patience()
		if !bounded {
			return workflow.Await(ctx, fresh) == nil && !t.stop
		}
		changed, err := workflow.AwaitWithTimeout(ctx, wait, fresh)
		if err != nil || t.stop {
			return false
		}
		if _, due := t.patience(); changed || due {
			return true
		}
	}
}

// patience is how long to wait for news before the message is shown again without any.
func (t *teller) patience() (time.Duration, bool) {
	if t.failed > 0 {
		return min(5*time.Second<<min(t.failed, 6), 5*time.Minute), true
	}
	waits := slices.Contains([]ops.State{ops.WaitingApproval, ops.WaitingWindow, ops.Held, ops.Paused}, t.life.status.State)
	return max(time.Second, t.renew.Sub(t.now())), waits && !t.renew.IsZero()
}

func (t *teller) say(ctx workflow.Context) {
	t.busy, t.dirty, t.notice.Again = true, false, t.failed > 0
	receipt, err := notify(ctx, t.notice, workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second, ScheduleToCloseTimeout: 20 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, MaximumAttempts: 3},
	})
	if t.failed++; err == nil {
		t.failed, t.notice.Ref, t.renew = 0, receipt.Ref, receipt.Renew
	}
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
	if t.failed == 0 {
		t.say(ctx)
	}
	if t.failed == 0 {
		return
	}
	child := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID: t.life.status.ID + "/deliver", ParentClosePolicy: enums.PARENT_CLOSE_POLICY_ABANDON,
	}), DeliverName, again(t.notice))
	if err := child.GetChildWorkflowExecution().Get(ctx, nil); err != nil {
		workflow.GetLogger(ctx).Warn("the last message could not be handed on", "error", err)
	}
}

func again(n ops.Notice) ops.Notice {
	n.Again = true
	return n
}

// Tells says whether an activity only tells a surface of a change.
func Tells(activity string) bool { return strings.HasSuffix(activity, "."+activities.Notify.Name()) }

// notify has the surface show the change. The message is no step of the change and not in its record.
func notify(ctx workflow.Context, n ops.Notice, o workflow.ActivityOptions) (ops.Receipt, error) {
	var out ops.Receipt
	ctx = workflow.WithActivityOptions(ctx, o)
	err := workflow.ExecuteActivity(ctx, n.From.Surface+"."+activities.Notify.Name(), n).Get(ctx, &out)
	return out, err
}

// Deliver carries the last message of a change to its surface, trying for a day.
func Deliver(ctx workflow.Context, n ops.Notice) error {
	_, err := notify(ctx, n, workflow.ActivityOptions{
		StartToCloseTimeout: 30 * time.Second, ScheduleToCloseTimeout: 24 * time.Hour,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 5 * time.Second, MaximumInterval: 5 * time.Minute},
	})
	return err
}
