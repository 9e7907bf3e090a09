package kubernetes

import (
	"context"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	applyv2 "k8s.io/client-go/applyconfigurations/autoscaling/v2"

	"orderly.example/activities"
)

// autoscaler finds the HorizontalPodAutoscaler that sets the number of a workload's replicas; nil when there is none.
func (k *cluster) autoscaler(ctx context.Context, w workload) (*autoscalingv2.HorizontalPodAutoscaler, error) {
	list, err := k.api.AutoscalingV2().HorizontalPodAutoscalers(w.meta.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	for i, h := range list.Items {
		if r := h.Spec.ScaleTargetRef; r.Kind == w.kind && r.Name == w.meta.Name {
			return &list.Items[i], nil
		}
	}
	return nil, nil
}

// boundsOf are the bounds that an autoscaler has now; nil for none.
func boundsOf(h *autoscalingv2.HorizontalPodAutoscaler) *activities.Autoscaler {
	if h == nil {
		return nil
	}
	return &activities.Autoscaler{Name: h.Name, Min: count(h.Spec.MinReplicas), Max: int(h.Spec.MaxReplicas)}
}

// setBounds writes the two bounds and nothing else, and only over the version that was read.
func (k *cluster) setBounds(ctx context.Context, h *autoscalingv2.HorizontalPodAutoscaler, b activities.Autoscaler, dryRun []string) error {
	apply := applyv2.HorizontalPodAutoscaler(h.Name, h.Namespace).
		WithResourceVersion(h.ResourceVersion).
		WithSpec(applyv2.HorizontalPodAutoscalerSpec().WithMinReplicas(int32(b.Min)).WithMaxReplicas(int32(b.Max)))
	_, err := k.api.AutoscalingV2().HorizontalPodAutoscalers(h.Namespace).
		Apply(ctx, apply, metav1.ApplyOptions{FieldManager: k.manager, Force: true, DryRun: dryRun})
	return err
}
