package kubernetes

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/ops"
)

// room says whether the namespace's quotas leave room for more instances of a workload. A quota with scopes is left
// out, because whether it counts an instance cannot be told from here.
func (k *cluster) room(ctx context.Context, w workload, more int, object string) error {
	list, err := k.api.CoreV1().ResourceQuotas(w.meta.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for _, q := range list.Items {
		if len(q.Spec.Scopes) > 0 || q.Spec.ScopeSelector != nil {
			continue
		}
		if short := shortages(q, demand{work: w, more: more}); len(short) > 0 {
			return ops.Errorf(ops.Denied, "%s: %s", "%s:%s", object, quotaText(q.Name, short))
		}
	}
	return nil
}

// shortages says which resources of a quota would not do for all that is wanted.
func shortages(q corev1.ResourceQuota, all ...demand) []ops.Text {
	var out []ops.Text
	for _, name := range resourceNames(q.Spec.Hard) {
		limit, used := q.Spec.Hard[name], q.Status.Used[name]
		need, counted := resource.Quantity{}, false
		for _, d := range all {
			if one, ok := share(name, d.work.template.Spec); ok {
				need, counted = sum(need, times(one, d.more)), true
			}
		}
		if total := sum(used, need); counted && total.Cmp(limit) > 0 {
			out = append(out, shortage(string(name), used.String(), limit.String(), need.String()))
		}
	}
	return out
}

// share is how much of a quota's resource one pod takes, and false for what pods do not take or leave to defaults.
func share(name corev1.ResourceName, pod corev1.PodSpec) (resource.Quantity, bool) {
	var q resource.Quantity
	switch name {
	case corev1.ResourcePods, "count/pods":
		return *resource.NewQuantity(1, resource.DecimalSI), true
	case corev1.ResourceRequestsCPU, corev1.ResourceCPU:
		q = needs(pod, requestsOf)[corev1.ResourceCPU]
	case corev1.ResourceRequestsMemory, corev1.ResourceMemory:
		q = needs(pod, requestsOf)[corev1.ResourceMemory]
	case corev1.ResourceLimitsCPU:
		q = needs(pod, limitsOf)[corev1.ResourceCPU]
	case corev1.ResourceLimitsMemory:
		q = needs(pod, limitsOf)[corev1.ResourceMemory]
	}
	return q, !q.IsZero()
}

func resourceNames(l corev1.ResourceList) []corev1.ResourceName {
	out := make([]corev1.ResourceName, 0, len(l))
	for n := range l {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

func times(q resource.Quantity, n int) resource.Quantity {
	q = q.DeepCopy()
	q.Mul(int64(n))
	return q
}

func sum(a, b resource.Quantity) resource.Quantity {
	a = a.DeepCopy()
	a.Add(b)
	return a
}
