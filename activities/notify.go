package activities

import (
	"context"

	"orderly.example/ops"
)

// Notifier shows a status where its request came from: it edits its one message, latest wins. Twice is harmless.
type Notifier interface {
	Notify(ctx context.Context, notice ops.Notice) error
}

// Notify shows a status on the surface that answers under the surface's name.
var Notify = newStep("notify", read, func(n Notifier, ctx context.Context, notice ops.Notice) (struct{}, error) {
	return struct{}{}, n.Notify(ctx, notice)
})
