package simulated

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// setDefaults fills in what the API server would, as far as somebody looks at it.
func setDefaults(o object) {
	switch o := o.(type) {
	case *appsv1.Deployment:
		s := &o.Spec
		orElse(&s.Replicas, 1)
		orElse(&s.ProgressDeadlineSeconds, 600)
		orElse(&s.RevisionHistoryLimit, 10)
		if s.Strategy.Type == "" {
			s.Strategy.Type = appsv1.RollingUpdateDeploymentStrategyType
		}
		if s.Strategy.Type == appsv1.RollingUpdateDeploymentStrategyType && s.Strategy.RollingUpdate == nil {
			s.Strategy.RollingUpdate = &appsv1.RollingUpdateDeployment{}
		}
		if r := s.Strategy.RollingUpdate; r != nil {
			orElse(&r.MaxSurge, intstr.FromString("25%"))
			orElse(&r.MaxUnavailable, intstr.FromString("25%"))
		}
	case *appsv1.StatefulSet:
		s := &o.Spec
		orElse(&s.Replicas, 1)
		orElse(&s.RevisionHistoryLimit, 10)
		if s.PodManagementPolicy == "" {
			s.PodManagementPolicy = appsv1.OrderedReadyPodManagement
		}
		if s.UpdateStrategy.Type == "" {
			s.UpdateStrategy.Type = appsv1.RollingUpdateStatefulSetStrategyType
		}
	case *autoscalingv2.HorizontalPodAutoscaler:
		orElse(&o.Spec.MinReplicas, 1)
	case *corev1.Pod:
		o.Status = corev1.PodStatus{}
	}
}

func orElse[T any](p **T, fallback T) {
	if *p == nil {
		*p = &fallback
	}
}

// validate refuses what the API server would refuse, as far as somebody tries it.
func validate(r served, o object) error {
	switch o := o.(type) {
	case *appsv1.Deployment, *appsv1.StatefulSet:
		if n := *replicasOf(o); n < 0 {
			return invalid(r, o, "spec.replicas", n, "must be greater than or equal to 0")
		}
	case *autoscalingv2.HorizontalPodAutoscaler:
		if *o.Spec.MinReplicas < 1 {
			return invalid(r, o, "spec.minReplicas", *o.Spec.MinReplicas, "must be greater than or equal to 1")
		}
		if o.Spec.MaxReplicas < *o.Spec.MinReplicas {
			return invalid(r, o, "spec.maxReplicas", o.Spec.MaxReplicas, fmt.Sprintf("must be greater than or equal to `minReplicas`, %d", *o.Spec.MinReplicas))
		}
	}
	return nil
}

func invalid(r served, o object, path string, value int32, detail string) error {
	return apierrors.NewInvalid(r.kind.GroupKind(), o.GetName(), field.ErrorList{field.Invalid(field.NewPath(path), value, detail)})
}
