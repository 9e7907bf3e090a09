package change

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/ops"
)

// Rest waits until a time by a durable timer, and shows what for. A cancel ends it with an error.
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
	if err := workflow.Sleep(ctx, until.Sub(workflow.Now(ctx))); err != nil {
		return err
	}
	return l.stopped()
}
