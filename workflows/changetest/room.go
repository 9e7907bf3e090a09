package changetest

import (
	"context"

	"orderly.example/activities"
	"orderly.example/ops"
)

var _ activities.Roomer = (*World)(nil)

// Room knows how many instances a cluster has room for, where Capacity says so.
func (w *World) Room(_ context.Context, in activities.RoomIn) (activities.RoomOut, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out activities.RoomOut
	more := map[string]int{}
	for _, i := range in.Items {
		if err := w.fails("room", i.Place.Target); err != nil {
			return out, err
		}
		at := i.Place.Context
		limit, bounded := w.Capacity[at]
		before := more[at]
		if more[at] += i.Replicas - i.From; bounded && more[at] > limit && before <= limit {
			out.Short = append(out.Short, ops.Textf("the nodes of %s have room for %d more instances", "%s 的节点还可容纳 %d 个实例", at, limit))
		}
	}
	return out, nil
}
