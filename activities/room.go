package activities

import (
	"context"
	"fmt"
	"slices"

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

// Roomer says whether there is room for many scalings together, of which each by itself would do: in quotas that they
// share, and on the nodes.
type Roomer interface {
	Room(ctx context.Context, in RoomIn) (RoomOut, error)
}

// CheckRoom asks for the room of many scalings before the first of them: of each by itself, as TryScale does, then of all
// together where the provider can say it.
var CheckRoom = newStep("room", read, func(s Scaler, ctx context.Context, in RoomIn) (RoomOut, error) {
	out, err := eachAlone(ctx, s, in.Items)
	if r, ok := s.(Roomer); ok && err == nil && len(out.Short) == 0 {
		return r.Room(ctx, in)
	}
	return out, err
})

func eachAlone(ctx context.Context, s Scaler, items []ScaleIn) (RoomOut, error) {
	short := make([]ops.Text, len(items))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(surveyors)
	for i, item := range items {
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
	return RoomOut{Short: slices.DeleteFunc(short, ops.Text.IsZero)}, err
}
