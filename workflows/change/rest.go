package change

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/ops"
)

// Rest waits until a time by a durable timer, and shows what for. A cancel ends it with an error.
func Rest(ctx workflow.Context, until time.Time, what ops.Text) error {
	l := lifeOf(ctx)
	l.turn(ctx, ops.Running, what)
	if err := workflow.Sleep(ctx, until.Sub(workflow.Now(ctx))); err != nil {
		return err
	}
	return l.stopped()
}
