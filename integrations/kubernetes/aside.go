package kubernetes

import (
	"context"
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"orderly.example/activities"
	"orderly.example/ops"
)

// maxLabel is how long the value of a label may be.
const maxLabel = 63

// selects says whether a Service with the selector leads to pods with the labels.
func selects(selector, pod map[string]string) bool {
	return len(selector) > 0 && labels.SelectorFromSet(selector).Matches(labels.Set(pod))
}

// leading are the Services of a namespace that lead to pods with the labels when nothing steers them elsewhere, by name.
func (k *cluster) leading(ctx context.Context, namespace string, pod map[string]string) ([]corev1.Service, error) {
	list, err := k.api.CoreV1().Services(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	var out []corev1.Service
	for _, s := range list.Items {
		if m, err := markOf(s); err == nil && selects(m.former(s), pod) {
			out = append(out, s)
		}
	}
	return out, nil
}

// putAside gives a canary labels that no Service of its workload selects. A Service can only say which labels it wants,
// and not which it does not want, so one label of each such Service gets another value.
func (k *cluster) putAside(ctx context.Context, canary *appsv1.Deployment, pod map[string]string) error {
	services, err := k.leading(ctx, canary.Namespace, pod)
	if err != nil {
		return err
	}
	if len(services) == 0 {
		return ops.Errorf(ops.Invalid, "no Service leads to %s in namespace %s, so there is no traffic to divide; take traffic out of its strategy", "命名空间 %[2]s 中没有指向 %[1]s 的 Service,没有流量可划分;请从策略中去掉 traffic", canary.OwnerReferences[0].Name, canary.Namespace)
	}
	mine := canary.Spec.Template.Labels
	for _, s := range services {
		m, err := markOf(s)
		if err != nil {
			return err
		}
		if wanted := m.former(s); selects(wanted, mine) {
			key := slices.Sorted(maps.Keys(wanted))[0]
			mine[key] = mine[key][:min(len(mine[key]), maxLabel-len(activities.CanarySuffix))] + activities.CanarySuffix
		}
	}
	canary.Spec.Selector = &metav1.LabelSelector{MatchLabels: maps.Clone(mine)}
	return nil
}

// toCanary is the selector of a Service that leads to the canary in place of the workload: the same labels as the canary
// has them, and its own.
func toCanary(selector, canary map[string]string) map[string]string {
	out := map[string]string{keyTrack: trackCanary}
	for key := range selector {
		out[key] = canary[key]
	}
	return out
}

// twinServices makes, for each Service that leads to a workload, one that leads to its canary alone. They go with the
// canary. It says whether it has made any.
func (k *cluster) twinServices(ctx context.Context, in activities.CanaryIn, base, canary *appsv1.Deployment) (bool, error) {
	services, err := k.leading(ctx, base.Namespace, base.Spec.Template.Labels)
	if err != nil {
		return false, err
	}
	made := false
	for _, s := range services {
		m, err := markOf(s)
		if err != nil {
			return made, err
		}
		twin := &corev1.Service{
			ObjectMeta: metav1.ObjectMeta{
				Name: s.Name + activities.CanarySuffix, Namespace: s.Namespace, Labels: s.Labels, Annotations: map[string]string{keyOwner: in.Owner},
				OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(canary, appsv1.SchemeGroupVersion.WithKind(kindDeployment))},
			},
			Spec: corev1.ServiceSpec{
				Selector: toCanary(m.former(s), canary.Spec.Template.Labels), Ports: slices.Clone(s.Spec.Ports), PublishNotReadyAddresses: s.Spec.PublishNotReadyAddresses,
			},
		}
		for i := range twin.Spec.Ports {
			twin.Spec.Ports[i].NodePort = 0
		}
		if s.Spec.ClusterIP == corev1.ClusterIPNone {
			twin.Spec.ClusterIP = corev1.ClusterIPNone
		}
		new, err := k.ownService(ctx, twin)
		if err != nil {
			return made, err
		}
		made = made || new
	}
	return made, nil
}

// ownService makes a Service of a change, unless it is there. Conflict when that name is somebody else's; one of a canary
// before this one is waited for, because it goes by itself.
func (k *cluster) ownService(ctx context.Context, wanted *corev1.Service) (bool, error) {
	api := k.api.CoreV1().Services(wanted.Namespace)
	made, err := fresh(api.Create(ctx, wanted, metav1.CreateOptions{FieldManager: k.manager}))
	if made || err != nil {
		return made, err
	}
	list, err := api.List(ctx, metav1.ListOptions{FieldSelector: "metadata.name=" + wanted.Name})
	if err != nil {
		return false, err
	}
	for _, s := range list.Items {
		owner := metav1.GetControllerOf(&s)
		switch {
		case s.Annotations[keyOwner] == "" || owner == nil:
			return false, ops.Errorf(ops.Conflict, "there is a Service %s already, and the canary needs that name; rename it, or take traffic out of the strategy", "已存在名为 %s 的 Service,灰度需要使用该名称;请改名,或从策略中去掉 traffic", s.Name)
		case owner.UID != wanted.OwnerReferences[0].UID:
			return false, ops.Errorf(ops.Unavailable, "the Service %s of a former canary is still there; it is waited for", "前一个灰度的 Service %s 尚未清除;将等待", s.Name)
		}
	}
	return false, nil
}
