package change

import (
	"go.temporal.io/sdk/workflow"

	"orderly.example/ops"
)

// Parallel does n pieces of work at the same time and waits for all of them. It returns the first error in their order.
func Parallel(ctx workflow.Context, n int, do func(ctx workflow.Context, i int) error) error {
	errs := make([]error, n)
	group := workflow.NewWaitGroup(ctx)
	for i := range n {
		group.Add(1)
		workflow.Go(ctx, func(ctx workflow.Context) {
			defer group.Done()
			errs[i] = do(ctx, i)
		})
	}
	group.Wait(disconnected(ctx))
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Answer leaves an answer in the status of the running change.
func Answer(ctx workflow.Context, a ops.Answer) {
	l := lifeOf(ctx)
	l.status.Answer = &a
	l.tell.dirty = true
	if l.part != nil {
		l.tellChange(ctx)
	}
}
