package change

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/ops"
)

// wakeUp is the signal that ends a rest.
const wakeUp = "wake"

// Wake has another change look again, if it rests. One that has ended takes no notice.
func Wake(ctx workflow.Context, id string) {
	err := workflow.SignalExternalWorkflow(ctx, id, "", wakeUp, nil).Get(ctx, nil)
	if err != nil {
		workflow.GetLogger(ctx).Debug("the other change has ended", "id", id, "error", err)
	}
}

// Rest waits until a time by a durable timer, or until another change wakes it, and shows what for. A cancel ends it with
// an error.
func Rest(ctx workflow.Context, until time.Time, what ops.Text) error {
	return lifeOf(ctx).rest(ctx, ops.Running, until, what)
}

// Warn is a Rest that calls people to look.
func Warn(ctx workflow.Context, until time.Time, what ops.Text) error {
	l := lifeOf(ctx)
	since := workflow.Now(ctx)
	err := l.rest(ctx, ops.Paused, until, what)
	l.held += workflow.Now(ctx).Sub(since)
	return err
}

func (l *life) rest(ctx workflow.Context, s ops.State, until time.Time, what ops.Text) error {
	l.turn(ctx, s, what)
	timing, stop := workflow.WithCancel(ctx)
	defer stop()
	workflow.NewSelector(ctx).
		AddFuture(workflow.NewTimer(timing, until.Sub(workflow.Now(ctx))), func(workflow.Future) {}).
		AddReceive(workflow.GetSignalChannel(ctx, wakeUp), func(c workflow.ReceiveChannel, _ bool) { c.Receive(ctx, nil) }).
		Select(ctx)
	if err := ctx.Err(); err != nil {
		return err
	}
	return l.stopped()
}
