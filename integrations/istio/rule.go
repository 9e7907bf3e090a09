package istio

import (
	"context"

	networkingv1alpha3 "istio.io/api/networking/v1alpha3"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

// copyRule has the canary spoken to by the traffic policy of the host, if there is one. It says whether it has written.
func (k *cluster) copyRule(ctx context.Context, in activities.SteerIn, h host) (bool, error) {
	api := k.api.DestinationRules(h.namespace)
	list, err := api.List(ctx, metav1.ListOptions{})
	if err != nil {
		return false, err
	}
	for _, r := range list.Items {
		if !h.is(r.Spec.Host, h.namespace) || r.Spec.TrafficPolicy == nil {
			continue
		}
		copied := &networkingv1.DestinationRule{
			ObjectMeta: metav1.ObjectMeta{Name: canary(r.Name), Namespace: h.namespace, Annotations: map[string]string{keyTraffic: mark{Change: in.Owner, Host: h.String()}.String()}},
			Spec: networkingv1alpha3.DestinationRule{
				Host: canary(r.Spec.Host), TrafficPolicy: r.Spec.TrafficPolicy, ExportTo: r.Spec.ExportTo, WorkloadSelector: r.Spec.WorkloadSelector,
			},
		}
		_, err := api.Create(ctx, copied, metav1.CreateOptions{FieldManager: k.manager})
		if !apierrors.IsAlreadyExists(err) {
			return err == nil, err
		}
		for _, other := range list.Items {
			if other.Name != copied.Name {
				continue
			}
			if m, err := markOf(other.Name, other.Annotations); err != nil || m.Change == in.Owner {
				return false, err
			}
			return false, ops.Errorf(ops.Conflict, "there is a DestinationRule %s already, and the canary needs that name; wait for the change that it belongs to, or rename it", "已存在名为 %s 的 DestinationRule,灰度需要使用该名称;请等待其所属变更结束,或改名", other.Name)
		}
		return false, ops.Errorf(ops.Unavailable, "the DestinationRule %s was made at the same moment; it is tried again", "DestinationRule %s 刚被同时创建;将会重试", copied.Name)
	}
	return false, nil
}

// removeRule removes the DestinationRule of a canary.
func (k *cluster) removeRule(ctx context.Context, in activities.SteerIn, h host) (bool, error) {
	api := k.api.DestinationRules(h.namespace)
	list, err := api.List(ctx, metav1.ListOptions{})
	if err != nil {
		return false, err
	}
	changed := false
	for _, r := range list.Items {
		if m, err := markOf(r.Name, r.Annotations); err != nil || m.Change != in.Owner || m.Host != h.String() {
			continue
		}
		if !in.DryRun {
			if err := gone(api.Delete(ctx, r.Name, only(r.ResourceVersion))); err != nil {
				return changed, err
			}
		}
		changed = true
	}
	return changed, nil
}
