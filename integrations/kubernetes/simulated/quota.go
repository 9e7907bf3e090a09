package simulated

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// takes is what a pod takes of a quota.
func takes(p *corev1.Pod) corev1.ResourceList {
	out := corev1.ResourceList{}
	one := *resource.NewQuantity(1, resource.DecimalSI)
	addUp(out, corev1.ResourceList{corev1.ResourcePods: one, "count/pods": one})
	for r, q := range requests(p) {
		addUp(out, corev1.ResourceList{r: q, "requests." + r: q})
	}
	for _, c := range p.Spec.Containers {
		for r, q := range c.Resources.Limits {
			addUp(out, corev1.ResourceList{"limits." + r: q})
		}
	}
	return out
}

// taken is what all pods of a namespace take.
func (l *life) taken(namespace string) corev1.ResourceList {
	out := corev1.ResourceList{}
	for _, p := range all[*corev1.Pod](l.store, "pods", namespace) {
		addUp(out, takes(p))
	}
	return out
}

// admit refuses a pod for which a quota has no room.
func (l *life) admit(p *corev1.Pod) error {
	quotas := all[*corev1.ResourceQuota](l.store, "resourcequotas", p.Namespace)
	if len(quotas) == 0 {
		return nil
	}
	used, more := l.taken(p.Namespace), takes(p)
	for _, q := range quotas {
		var requested, has, limited []string
		for _, r := range slices.Sorted(maps.Keys(q.Spec.Hard)) {
			add, ok := more[r]
			if !ok {
				continue
			}
			limit, now := q.Spec.Hard[r], used[r]
			if total := plus(now, add); total.Cmp(limit) > 0 {
				requested = append(requested, fmt.Sprintf("%s=%s", r, add.String()))
				has = append(has, fmt.Sprintf("%s=%s", r, now.String()))
				limited = append(limited, fmt.Sprintf("%s=%s", r, limit.String()))
			}
		}
		if len(requested) > 0 {
			return apierrors.NewForbidden(named("pods").qualified(), p.Name, fmt.Errorf("exceeded quota: %s, requested: %s, used: %s, limited: %s",
				q.Name, strings.Join(requested, ","), strings.Join(has, ","), strings.Join(limited, ",")))
		}
	}
	return nil
}

func plus(a, b resource.Quantity) resource.Quantity {
	a = a.DeepCopy()
	a.Add(b)
	return a
}

func (l *life) countQuota(q *corev1.ResourceQuota) {
	o := copyOf(q)
	o.Status.Hard, o.Status.Used = q.Spec.Hard.DeepCopy(), corev1.ResourceList{}
	used := l.taken(q.Namespace)
	for r := range q.Spec.Hard {
		o.Status.Used[r] = used[r]
	}
	l.keep("resourcequotas", q, o)
}

// countBudget keeps how many pods a disruption budget can spare.
func (l *life) countBudget(b *policyv1.PodDisruptionBudget) {
	s, err := metav1.LabelSelectorAsSelector(b.Spec.Selector)
	if err != nil {
		return
	}
	total, healthy := 0, 0
	for _, p := range all[*corev1.Pod](l.store, "pods", b.Namespace) {
		if s.Matches(labels.Set(p.Labels)) {
			total++
			if isReady(p) {
				healthy++
			}
		}
	}
	o := copyOf(b)
	desired := total
	if m := b.Spec.MinAvailable; m != nil {
		desired, _ = intstr.GetScaledValueFromIntOrPercent(m, total, true)
	} else if m := b.Spec.MaxUnavailable; m != nil {
		down, _ := intstr.GetScaledValueFromIntOrPercent(m, total, true)
		desired = total - down
	}
	o.Status.ObservedGeneration = b.Generation
	o.Status.ExpectedPods, o.Status.CurrentHealthy, o.Status.DesiredHealthy = int32(total), int32(healthy), int32(desired)
	o.Status.DisruptionsAllowed = int32(max(0, healthy-desired))
	l.keep("poddisruptionbudgets", b, o)
}
