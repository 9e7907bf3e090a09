package kubernetes

import (
	"context"
	"maps"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

const (
	// keyTrack is the label that tells the instances of a canary from the others.
	keyTrack = "orderly.example/track"
	// keyOwner is the annotation that names the change to which a canary belongs.
	keyOwner = "orderly.example/change"
)

// trackCanary is the value of keyTrack that instances of a canary have.
const trackCanary = "canary"

// Canary keeps a second Deployment beside the first: the same pods with another image and one more label, so that every
// Service which selects the first selects these as well. Aside, no Service does: see putAside. Of a StatefulSet the last
// instances are the canary: see partitionOnce.
func (c *Client) Canary(ctx context.Context, in activities.CanaryIn) (activities.CanaryOut, error) {
	k, api, err := c.at(in.Place)
	if err != nil {
		return activities.CanaryOut{}, err
	}
	out := activities.CanaryOut{Place: in.Place}
	once := k.canaryOnce
	switch api.(type) {
	case statefulSets:
		once = k.partitionOnce
	case rollouts:
		return out, ops.Errorf(ops.Invalid, "%s is a Rollout, which has the steps of its own canary; take the canary out of its strategy here", "%s 是 Rollout,自带灰度步骤;请从此处的策略中去掉灰度", nameOf(in.Place))
	default:
		out.Place.Name += activities.CanarySuffix
	}
	err = k.overLatest(ctx, nameOf(in.Place), func() error {
		changed, err := once(ctx, in)
		out.Changed = out.Changed || changed
		return err
	})
	return out, err
}

// canaryOnce looks, decides and writes. It says whether it has written.
func (k *cluster) canaryOnce(ctx context.Context, in activities.CanaryIn) (bool, error) {
	old, err := k.canaryOf(ctx, in.Place, in.Owner)
	if in.Replicas == 0 && ops.CodeOf(err) == ops.Conflict {
		return false, nil // there is none of this change
	}
	if err != nil {
		return false, err
	}
	if in.Replicas == 0 {
		return k.endCanary(ctx, in, old)
	}
	if old != nil {
		return k.changeCanary(ctx, in, old)
	}
	api := k.api.AppsV1().Deployments(in.Place.Namespace)
	base, err := api.Get(ctx, in.Place.Name, metav1.GetOptions{})
	if err != nil {
		return false, err
	}
	wanted, err := newCanary(base, in)
	if err != nil {
		return false, err
	}
	if in.Aside {
		if err := k.putAside(ctx, wanted, base.Spec.Template.Labels); err != nil {
			return false, err
		}
	}
	made, err := api.Create(ctx, wanted, metav1.CreateOptions{FieldManager: k.manager})
	if err != nil || !in.Aside {
		return err == nil, err
	}
	_, err = k.twinServices(ctx, in, base, made)
	return true, err
}

// canaryOf is the canary of a place, and nil when there is none. One that is of another change is a conflict.
func (k *cluster) canaryOf(ctx context.Context, at ops.Place, owner string) (*appsv1.Deployment, error) {
	name := at.Name + activities.CanarySuffix
	old, err := k.api.AppsV1().Deployments(at.Namespace).Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err == nil && old.Annotations[keyOwner] != owner {
		return nil, ops.Errorf(ops.Conflict, "there is a canary %s of %s already; wait for it, or remove it by hand", "已存在属于 %[2]s 的灰度 %[1]s;请等待其结束或手工删除", name, orUnknown(old.Annotations[keyOwner]))
	}
	return old, err
}

// changeCanary brings a canary that is there to its image, its size and its Services.
func (k *cluster) changeCanary(ctx context.Context, in activities.CanaryIn, old *appsv1.Deployment) (bool, error) {
	has, err := containerOf(old.Spec.Template.Spec, in.Container, in.Place)
	if err != nil {
		return false, err
	}
	changed := false
	if has.Image != in.Image || count(old.Spec.Replicas) != in.Replicas {
		wanted := old.DeepCopy()
		setImage(&wanted.Spec.Template.Spec, has.Name, in.Image)
		wanted.Spec.Replicas = new(int32(in.Replicas))
		if old, err = k.api.AppsV1().Deployments(in.Place.Namespace).Update(ctx, wanted, metav1.UpdateOptions{FieldManager: k.manager}); err != nil {
			return false, err
		}
		changed = true
	}
	if !in.Aside {
		return changed, nil
	}
	base, err := k.api.AppsV1().Deployments(in.Place.Namespace).Get(ctx, in.Place.Name, metav1.GetOptions{})
	if err != nil {
		return changed, err
	}
	made, err := k.twinServices(ctx, in, base, old)
	return changed || made, err
}

// endCanary removes a canary, with the Services that are its own. One that stands aside and is led to has been given the
// traffic of the workload: it has to give that back before.
func (k *cluster) endCanary(ctx context.Context, in activities.CanaryIn, old *appsv1.Deployment) (bool, error) {
	if old == nil {
		return false, nil
	}
	if in.Aside {
		list, err := k.api.CoreV1().Services(old.Namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return false, err
		}
		for _, s := range list.Items {
			if selects(s.Spec.Selector, old.Spec.Template.Labels) && !metav1.IsControlledBy(&s, old) {
				return false, ops.Errorf(ops.Conflict, "the Service %s leads to the canary %s, which therefore stays; lead it to %s again, then remove the canary", "Service %s 仍指向灰度 %s,因此保留灰度;请先将其指回 %s,再删除灰度", s.Name, old.Name, in.Place.Name)
			}
		}
	}
	err := k.api.AppsV1().Deployments(old.Namespace).Delete(ctx, old.Name, metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(old.UID))})
	return err == nil, err
}

// newCanary is the canary of a Deployment.
func newCanary(base *appsv1.Deployment, in activities.CanaryIn) (*appsv1.Deployment, error) {
	spec := *base.Spec.DeepCopy()
	has, err := containerOf(spec.Template.Spec, in.Container, in.Place)
	if err != nil {
		return nil, err
	}
	setImage(&spec.Template.Spec, has.Name, in.Image)
	spec.Replicas, spec.Paused = new(int32(in.Replicas)), false
	if spec.Selector.MatchLabels == nil {
		spec.Selector.MatchLabels = map[string]string{}
	}
	spec.Selector.MatchLabels[keyTrack] = trackCanary
	spec.Template.Labels = maps.Clone(spec.Template.Labels)
	spec.Template.Labels[keyTrack] = trackCanary
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{
			Name: base.Name + activities.CanarySuffix, Namespace: base.Namespace, Labels: map[string]string{keyTrack: trackCanary}, Annotations: map[string]string{keyOwner: in.Owner},
			// When the Deployment goes, so does its canary.
			OwnerReferences: []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: kindDeployment, Name: base.Name, UID: base.UID}},
		},
		Spec: spec,
	}, nil
}

// setImage sets the image of the container of that name.
func setImage(pod *corev1.PodSpec, container, image string) {
	for i := range pod.Containers {
		if c := &pod.Containers[i]; c.Name == container {
			c.Image = image
		}
	}
}

func orUnknown(owner string) string {
	if owner == "" {
		return "?"
	}
	return owner
}
