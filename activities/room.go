package activities

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"orderly.example/ops"
)

// RoomIn asks whether there is room for all of these at the same time.
type RoomIn struct {
	Items []ScaleIn `json:"items"`
}

// Object says how many.
func (in RoomIn) Object() string { return fmt.Sprintf("%d workloads", len(in.Items)) }

// RoomOut says what would not do, a line each; none when there is room.
type RoomOut struct {
	Short []ops.Text `json:"short,omitempty"`
}

// Roomer says whether there is room for many scalings together: in quotas that they share, and on the nodes.
type Roomer interface {
	Room(ctx context.Context, in RoomIn) (RoomOut, error)
}

// CheckRoom asks for the room of many scalings before the first of them. Of a provider that cannot say it for all together
// each is checked by itself, as TryScale does.
var CheckRoom = newStep("room", read, func(s Scaler, ctx context.Context, in RoomIn) (RoomOut, error) {
	if r, ok := s.(Roomer); ok {
		return r.Room(ctx, in)
	}
	short := make([]ops.Text, len(in.Items))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(surveyors)
	for i, item := range in.Items {
		group.Go(func() error {
			item.DryRun = true
			_, err := s.Scale(ctx, item)
			if err != nil && retried(ops.CodeOf(err)) {
				return err
			}
			if err != nil {
				short[i] = ops.Textf("%s: %s", "%s:%s", object(item.Place), ops.TextOf(err))
			}
			return nil
		})
	}
	err := group.Wait()
	var out RoomOut
	for _, s := range short {
		if !s.IsZero() {
			out.Short = append(out.Short, s)
		}
	}
	return out, err
})
