package simulated

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// replicasOf and templateOf are what Deployments and StatefulSets have in common; nil for everything else.
func replicasOf(o object) *int32 {
	switch o := o.(type) {
	case *appsv1.Deployment:
		return o.Spec.Replicas
	case *appsv1.StatefulSet:
		return o.Spec.Replicas
	}
	return nil
}

func templateOf(o object) *corev1.PodTemplateSpec {
	switch o := o.(type) {
	case *appsv1.Deployment:
		return &o.Spec.Template
	case *appsv1.StatefulSet:
		return &o.Spec.Template
	}
	return nil
}

func (c *cluster) readScale(r served, q request) (any, error) {
	o, err := c.get(r, q)
	if err != nil {
		return nil, err
	}
	return scaleOf(o)
}

func scaleOf(o object) (any, error) {
	n := replicasOf(o)
	if n == nil {
		return nil, apierrors.NewGenericServerResponse(404, "get", named("deployments").qualified(), "", "the server could not find the requested resource", 0, true)
	}
	return &autoscalingv1.Scale{
		TypeMeta: metav1.TypeMeta{Kind: "Scale", APIVersion: "autoscaling/v1"},
		ObjectMeta: metav1.ObjectMeta{
			Name: o.GetName(), Namespace: o.GetNamespace(), UID: o.GetUID(), ResourceVersion: o.GetResourceVersion(), CreationTimestamp: o.GetCreationTimestamp(),
		},
		Spec: autoscalingv1.ScaleSpec{Replicas: *n},
	}, nil
}

func (w write) updateScale() (any, *Entry, error) {
	old, err := w.live()
	if err != nil {
		return nil, nil, err
	}
	s, err := read(w.body, &autoscalingv1.Scale{})
	if err != nil {
		return nil, nil, err
	}
	o := copyOf(old)
	n := replicasOf(o)
	if n == nil {
		return nil, nil, apierrors.NewMethodNotSupported(w.resource.qualified(), w.verb)
	}
	if s.Spec.Replicas < 0 {
		return nil, nil, apierrors.NewBadRequest(fmt.Sprintf("spec.replicas: Invalid value: %d: must be greater than or equal to 0", s.Spec.Replicas))
	}
	*n = s.Spec.Replicas
	o.SetResourceVersion(s.ResourceVersion)
	kept, entry, err := w.replace(old, o, w.manager())
	if err != nil {
		return nil, nil, err
	}
	out, err := scaleOf(kept.(object))
	return out, entry, err
}
