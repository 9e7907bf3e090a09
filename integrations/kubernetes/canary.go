package kubernetes

import (
	"context"
	"maps"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

const (
	// canarySuffix is what the name of a canary ends with.
	canarySuffix = "-canary"
	// keyTrack is the label that tells the instances of a canary from the others.
	keyTrack = "orderly.example/track"
	// keyOwner is the annotation that names the change to which a canary belongs.
	keyOwner = "orderly.example/change"
)

// Canary keeps a second Deployment beside the first: the same pods with another image and one more label, so that every
// Service which selects the first selects these as well.
func (c *Client) Canary(ctx context.Context, in activities.CanaryIn) (activities.CanaryOut, error) {
	k, api, err := c.at(in.Place)
	if err != nil {
		return activities.CanaryOut{}, err
	}
	if _, ok := api.(deployments); !ok {
		return activities.CanaryOut{}, ops.Errorf(ops.Invalid, "%s is a %s, and only a Deployment can have a canary; leave the canary out of its strategy", "%s 是 %s,只有 Deployment 支持灰度;请从策略中去掉灰度", nameOf(in.Place), in.Place.Kind)
	}
	out := activities.CanaryOut{Place: in.Place}
	out.Place.Name += canarySuffix
	err = k.overLatest(ctx, nameOf(in.Place), func() error {
		var err error
		out.Changed, err = k.canaryOnce(ctx, in, out.Place.Name)
		return err
	})
	return out, err
}

// canaryOnce looks, decides and writes. It says whether it has written.
func (k *cluster) canaryOnce(ctx context.Context, in activities.CanaryIn, name string) (bool, error) {
	api := k.api.AppsV1().Deployments(in.Place.Namespace)
	old, err := api.Get(ctx, name, metav1.GetOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		return false, err
	}
	there := err == nil
	if there && old.Annotations[keyOwner] != in.Owner {
		return false, ops.Errorf(ops.Conflict, "there is a canary %s of %s already; wait for it, or remove it by hand", "已存在属于 %[2]s 的灰度 %[1]s;请等待其结束或手工删除", name, orUnknown(old.Annotations[keyOwner]))
	}
	if in.Replicas == 0 {
		if !there {
			return false, nil
		}
		return true, api.Delete(ctx, name, metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(old.UID))})
	}
	base, err := api.Get(ctx, in.Place.Name, metav1.GetOptions{})
	if err != nil {
		return false, err
	}
	wanted, err := canaryOf(base, in, name)
	if err != nil {
		return false, err
	}
	if !there {
		_, err := api.Create(ctx, wanted, metav1.CreateOptions{FieldManager: k.manager})
		return err == nil, err
	}
	has, err := containerOf(old.Spec.Template.Spec, in.Container, in.Place)
	if err != nil || has.Image == in.Image && count(old.Spec.Replicas) == in.Replicas {
		return false, err
	}
	wanted.ResourceVersion = old.ResourceVersion
	_, err = api.Update(ctx, wanted, metav1.UpdateOptions{FieldManager: k.manager})
	return err == nil, err
}

// canaryOf is the canary of a Deployment.
func canaryOf(base *appsv1.Deployment, in activities.CanaryIn, name string) (*appsv1.Deployment, error) {
	spec := *base.Spec.DeepCopy()
	has, err := containerOf(spec.Template.Spec, in.Container, in.Place)
	if err != nil {
		return nil, err
	}
	for i := range spec.Template.Spec.Containers {
		if c := &spec.Template.Spec.Containers[i]; c.Name == has.Name {
			c.Image = in.Image
		}
	}
	spec.Replicas, spec.Paused = new(int32(in.Replicas)), false
	if spec.Selector.MatchLabels == nil {
		spec.Selector.MatchLabels = map[string]string{}
	}
	spec.Selector.MatchLabels[keyTrack] = "canary"
	spec.Template.Labels = maps.Clone(spec.Template.Labels)
	spec.Template.Labels[keyTrack] = "canary"
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: base.Namespace, Labels: map[string]string{keyTrack: "canary"}, Annotations: map[string]string{keyOwner: in.Owner},
			// When the Deployment goes, so does its canary.
			OwnerReferences: []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: kindDeployment, Name: base.Name, UID: base.UID}},
		},
		Spec: spec,
	}, nil
}

func orUnknown(owner string) string {
	if owner == "" {
		return "?"
	}
	return owner
}
