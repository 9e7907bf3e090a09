package kubernetes

import (
	"context"
	"encoding/json"

	"k8s.io/apimachinery/pkg/types"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Promote has a Rollout of Argo go on after a pause, or to its end.
func (c *Client) Promote(ctx context.Context, in activities.PromoteIn) (activities.Done, error) {
	k, api, err := c.at(in.Place)
	if err != nil {
		return activities.Done{}, err
	}
	r, ok := api.(rollouts)
	if !ok {
		return activities.Done{}, ops.Errorf(ops.Invalid, "%s is a %s, which has no pauses of its own; promote the change instead", "%s 是 %s,自身没有暂停步骤;请推进变更", nameOf(in.Place), in.Place.Kind)
	}
	var out activities.Done
	err = k.overLatest(ctx, nameOf(in.Place), func() error {
		var err error
		out.Changed, err = r.promoteOnce(ctx, in)
		return err
	})
	return out, err
}

// promoteOnce looks, decides and writes. It says whether it has written.
func (r rollouts) promoteOnce(ctx context.Context, in activities.PromoteIn) (bool, error) {
	o, err := r.read(ctx, in.Place.Namespace, in.Place.Name)
	if err != nil {
		return false, err
	}
	status := map[string]any{"pauseConditions": nil}
	switch {
	case in.All && (o.Status.PromoteFull || ofRollout(o).done()), !in.All && (in.Pause <= 0 || o.pause() != in.Pause):
		return false, nil
	case in.All:
		status = map[string]any{"promoteFull": true}
	}
	body, err := json.Marshal(map[string]any{"metadata": map[string]any{"resourceVersion": o.ResourceVersion}, "status": status})
	if err != nil {
		return false, err
	}
	q := r.at(r.api.CoreV1().RESTClient().Patch(types.MergePatchType), o.Namespace, o.Name, "status")
	err = r.write(ctx, q, body, string(types.MergePatchType), r.manager, nil)
	return err == nil, err
}
