package kubernetes

import (
	"context"
	"encoding/json"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"

	"orderly.example/ops"
)

// statefulSets speaks to StatefulSets.
type statefulSets struct{ *cluster }

func (s statefulSets) get(ctx context.Context, namespace, name string) (workload, error) {
	o, err := s.api.AppsV1().StatefulSets(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return workload{}, err
	}
	return ofStatefulSet(o), nil
}

func ofStatefulSet(o *appsv1.StatefulSet) workload {
	w := workload{
		kind: kindStatefulSet, meta: o.ObjectMeta, replicas: count(o.Spec.Replicas), template: o.Spec.Template,
		selector: o.Spec.Selector, observed: o.Status.ObservedGeneration, ready: int(o.Status.ReadyReplicas),
		updated: int(o.Status.UpdatedReplicas), running: int(o.Status.Replicas),
	}
	strategy := o.Spec.UpdateStrategy
	if strategy.Type == appsv1.OnDeleteStatefulSetStrategyType {
		w.held = ops.Textf("its update strategy is OnDelete, so pods become new only when they are deleted; restart them one by one",
			"其更新策略为 OnDelete,Pod 仅在被删除后才会更新;请逐个重启")
	}
	// The pods below a partition are meant to stay old, so they do not keep the rollout from being done.
	if r := strategy.RollingUpdate; r != nil && r.Partition != nil && w.updated >= w.replicas-int(*r.Partition) {
		w.updated = w.replicas
	}
	return w
}

func (s statefulSets) scale(ctx context.Context, scale *autoscalingv1.Scale, o metav1.UpdateOptions) error {
	_, err := s.api.AppsV1().StatefulSets(scale.Namespace).UpdateScale(ctx, scale.Name, scale, o)
	return err
}

func (s statefulSets) patch(ctx context.Context, namespace, name string, strategic []byte, o metav1.PatchOptions) error {
	_, err := s.api.AppsV1().StatefulSets(namespace).Patch(ctx, name, types.StrategicMergePatchType, strategic, o)
	return err
}

func (s statefulSets) pods(ctx context.Context, w workload) ([]corev1.Pod, error) {
	list, err := s.api.CoreV1().Pods(w.meta.Namespace).List(ctx, metav1.ListOptions{LabelSelector: metav1.FormatLabelSelector(w.selector)})
	if err != nil {
		return nil, err
	}
	return owned(list.Items, func(uid string) bool { return uid == string(w.meta.UID) }), nil
}

func (s statefulSets) revisions(ctx context.Context, w workload) ([]revision, error) {
	list, err := s.api.AppsV1().ControllerRevisions(w.meta.Namespace).List(ctx, metav1.ListOptions{LabelSelector: metav1.FormatLabelSelector(w.selector)})
	if err != nil {
		return nil, err
	}
	var out []revision
	for _, r := range list.Items {
		if metav1.IsControlledBy(&r, &w.meta) {
			out = append(out, revision{number: r.Revision, at: r.CreationTimestamp.Time, pod: revisionPod(r.Data.Raw)})
		}
	}
	return out, nil
}

// revisionPod reads the pod out of a StatefulSet's ControllerRevision, which holds the pod template.
func revisionPod(raw []byte) corev1.PodSpec {
	var data struct {
		Spec struct {
			Template corev1.PodTemplateSpec `json:"template"`
		} `json:"spec"`
	}
	_ = json.Unmarshal(raw, &data) // what cannot be read has no images
	return data.Spec.Template.Spec
}

// refusals are what the API server said when the controller tried to make pods. A StatefulSet has no condition for it;
// the controller reports it as an event.
func (s statefulSets) refusals(ctx context.Context, w workload) ([]string, error) {
	if w.running >= w.replicas {
		return nil, nil
	}
	list, err := s.api.CoreV1().Events(w.meta.Namespace).List(ctx, metav1.ListOptions{FieldSelector: fields.Set{
		"involvedObject.kind": kindStatefulSet, "involvedObject.uid": string(w.meta.UID), "reason": "FailedCreate",
	}.String()})
	if err != nil || len(list.Items) == 0 {
		return nil, err
	}
	last := list.Items[0]
	for _, e := range list.Items {
		if e.LastTimestamp.After(last.LastTimestamp.Time) {
			last = e
		}
	}
	return []string{last.Message}, nil
}
