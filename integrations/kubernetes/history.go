package kubernetes

import (
	"context"
	"slices"

	"orderly.example/activities"
)

// History reads who changed a workload out of its managedFields, which hold the last write of every tool, and when its
// pod template changed out of its revisions; the newest first, and at the end what has no time (see touches).
func (c *Client) History(ctx context.Context, in activities.HistoryIn) ([]activities.Touch, error) {
	k, api, err := c.at(in.Place)
	if err != nil {
		return nil, err
	}
	w, err := api.get(ctx, in.Place.Namespace, in.Place.Name)
	if err != nil {
		return nil, k.explain(err, nameOf(in.Place))
	}
	revisions, err := api.revisions(ctx, w)
	if err != nil {
		return nil, k.explain(err, nameOf(in.Place))
	}
	out := touches(w.meta.ManagedFields)
	for _, r := range revisions {
		out = append(out, r.touch())
	}
	slices.SortStableFunc(out, func(a, b activities.Touch) int { return b.At.Compare(a.At) })
	return out, nil
}
