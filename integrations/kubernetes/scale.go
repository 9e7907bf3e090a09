package kubernetes

import (
	"context"
	"time"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

// looks is how often a write is tried over a world that moved between looking and writing. During a rollout the
// controller writes the status several times a second.
const looks = 10

// Scale sets the number of instances, and the autoscaler's bounds when they are given.
func (c *Client) Scale(ctx context.Context, in activities.ScaleIn) (activities.ScaleOut, error) {
	k, api, err := c.at(in.Place)
	if err != nil {
		return activities.ScaleOut{}, err
	}
	var out activities.ScaleOut
	err = k.overLatest(ctx, nameOf(in.Place), func() error {
		changed, err := k.scaleOnce(ctx, api, in, out.Changed)
		out.Changed = out.Changed || changed
		return err
	})
	return out, err
}

// overLatest calls again while what was read is not the latest any more.
func (k *cluster) overLatest(ctx context.Context, object string, call func() error) error {
	for look := range looks {
		err := call()
		if ops.AsError(err) != nil || !apierrors.IsConflict(err) {
			return k.explain(err, object)
		}
		select {
		case <-ctx.Done():
			return k.explain(ctx.Err(), object)
		case <-time.After(time.Duration(look+1) * 10 * time.Millisecond):
		}
	}
	return ops.Errorf(ops.Unavailable, "%s is being changed by others all the time; it is tried again", "%s 正被频繁修改;将会重试", object)
}

// settle writes a wanted state over the latest one of a cluster; write looks, decides and says whether it has written.
func (c *Client) settle(ctx context.Context, name, object string, write func(*cluster) (bool, error)) (activities.Done, error) {
	k, err := c.cluster(name)
	if err != nil {
		return activities.Done{}, err
	}
	var out activities.Done
	err = k.overLatest(ctx, object, func() error {
		var err error
		out.Changed, err = write(k)
		return err
	})
	return out, err
}

// scaleOnce looks, decides and writes; begun says that this call has moved the bounds already. It says whether it has
// written.
func (k *cluster) scaleOnce(ctx context.Context, api kind, in activities.ScaleIn, begun bool) (bool, error) {
	w, err := api.get(ctx, in.Place.Namespace, in.Place.Name)
	if err != nil {
		return false, err
	}
	if begun {
		in.From = w.replicas // the autoscaler was faster
	}
	var h *autoscalingv2.HorizontalPodAutoscaler
	if in.Bounds != nil || w.replicas != in.Replicas {
		if h, err = k.autoscaler(ctx, w); err != nil {
			return false, err
		}
	}
	m, err := moveTo(in, w, h)
	if err != nil {
		return false, err
	}
	if m.setReplicas && m.replicas > w.replicas {
		if err := k.room(ctx, w, m.replicas-w.replicas, nameOf(in.Place)); err != nil {
			return false, err
		}
	}
	var dryRun []string
	if in.DryRun {
		dryRun = []string{metav1.DryRunAll}
	}
	if m.setBounds {
		if err := k.setBounds(ctx, h, *in.Bounds, dryRun); err != nil {
			return false, err
		}
	}
	if !m.setReplicas {
		return m.setBounds, nil
	}
	err = api.scale(ctx, &autoscalingv1.Scale{
		ObjectMeta: metav1.ObjectMeta{Name: w.meta.Name, Namespace: w.meta.Namespace, ResourceVersion: w.meta.ResourceVersion},
		Spec:       autoscalingv1.ScaleSpec{Replicas: int32(m.replicas)},
	}, metav1.UpdateOptions{FieldManager: k.manager, DryRun: dryRun})
	return m.setBounds || err == nil, err
}
