package kubernetes

import (
	"cmp"
	"context"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
)

// quotaLine is how far one resource of a quota is used up.
type quotaLine struct {
	usage activities.Usage
	part  float64 // used, of the limit
}

// topQuota says of every resource of a namespace's quotas how much of its limit is used, the fullest first.
func (k *cluster) topQuota(ctx context.Context, namespace string) ([]activities.Usage, error) {
	list, err := k.api.CoreV1().ResourceQuotas(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	var lines []quotaLine
	for _, q := range list.Items {
		for _, name := range resourceNames(q.Spec.Hard) {
			lines = append(lines, lineOf(q.Name, name, q.Status.Used[name], q.Spec.Hard[name]))
		}
	}
	slices.SortStableFunc(lines, func(a, b quotaLine) int {
		return cmp.Or(cmp.Compare(b.part, a.part), strings.Compare(a.usage.Name, b.usage.Name))
	})
	out := make([]activities.Usage, len(lines))
	for i, l := range lines {
		out[i] = l.usage
	}
	return out, nil
}

func lineOf(quota string, name corev1.ResourceName, used, limit resource.Quantity) quotaLine {
	l := quotaLine{usage: activities.Usage{Name: quota + " " + string(name), Used: used.String() + " of " + limit.String()}}
	switch {
	case strings.HasSuffix(string(name), "cpu"):
		l.usage.CPU = used.MilliValue()
	case strings.HasSuffix(string(name), "memory"):
		l.usage.Memory = used.Value()
	case strings.HasSuffix(string(name), "pods"):
		l.usage.Pods = int(used.Value())
	}
	if f := limit.AsApproximateFloat64(); f > 0 {
		l.part = used.AsApproximateFloat64() / f
	}
	return l
}
