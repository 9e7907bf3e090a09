package activities

import (
	"context"

	"go.temporal.io/sdk/activity"

	"orderly.example/ops"
)

// Notifier shows a change where its request came from: it edits its one message, and says something new only when
// somebody is needed. Twice is harmless.
type Notifier interface {
	Notify(ctx context.Context, n ops.Notice) (ops.Receipt, error)
}

// Notify shows a change on the surface that answers under the surface's name. It is a write although it changes nothing
// in the cloud: a platform that hangs must not hold up the change, which a local activity would.
var Notify = newStep("notify", write, func(n Notifier, ctx context.Context, notice ops.Notice) (ops.Receipt, error) {
	ctx, stop := untilTheWorkerStops(ctx)
	defer stop()
	notice.Again = notice.Again || activity.GetInfo(ctx).Attempt > 1
	return n.Notify(ctx, notice)
})

// untilTheWorkerStops is a context that ends with the worker: whoever shows a change reads it first, and a worker that
// stops does not answer. The next worker shows it.
func untilTheWorkerStops(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stopped := activity.GetWorkerStopChannel(ctx)
	go func() {
		select {
		case <-stopped:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}
