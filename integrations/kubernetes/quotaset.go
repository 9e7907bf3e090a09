package kubernetes

import (
	"context"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Quotas reads the quotas of a namespace, sorted by name.
func (c *Client) Quotas(ctx context.Context, in activities.Room) ([]activities.Quota, error) {
	k, err := c.cluster(in.Context)
	if err != nil {
		return nil, err
	}
	list, err := k.api.CoreV1().ResourceQuotas(in.Name).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, k.explain(err, in.Object())
	}
	out := make([]activities.Quota, 0, len(list.Items))
	for _, q := range list.Items {
		out = append(out, activities.Quota{Name: q.Name, Hard: written(q.Spec.Hard), Used: written(q.Status.Used)})
	}
	slices.SortFunc(out, func(a, b activities.Quota) int { return slices.Compare([]string{a.Name}, []string{b.Name}) })
	return out, nil
}

// written is the inverse of amounts.
func written(l corev1.ResourceList) map[string]string {
	out := map[string]string{}
	for name, q := range l {
		out[string(name)] = q.String()
	}
	return out
}

// SetQuota sets limits of a quota, none below what is used.
func (c *Client) SetQuota(ctx context.Context, in activities.QuotaIn) (activities.Done, error) {
	return c.settle(ctx, in.Context, in.Object(), func(k *cluster) (bool, error) { return k.setQuota(ctx, in) })
}

func (k *cluster) setQuota(ctx context.Context, in activities.QuotaIn) (bool, error) {
	list, err := k.api.CoreV1().ResourceQuotas(in.Name).List(ctx, metav1.ListOptions{})
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(list.Items, func(q corev1.ResourceQuota) bool { return q.Name == in.Quota })
	if i < 0 {
		return false, apierrors.NewNotFound(corev1.Resource("resourcequotas"), in.Quota)
	}
	q := list.Items[i].DeepCopy()
	changed := false
	for _, name := range slices.Sorted(maps.Keys(in.Hard)) {
		new, err := limitOnce(q, in, name)
		if err != nil {
			return false, err
		}
		changed = changed || new
	}
	if !changed {
		return false, nil
	}
	if q.Annotations == nil {
		q.Annotations = map[string]string{}
	}
	q.Annotations[keyOwner] = in.Change
	o := metav1.UpdateOptions{FieldManager: k.manager}
	if in.DryRun {
		o.DryRun = []string{metav1.DryRunAll}
	}
	_, err = k.api.CoreV1().ResourceQuotas(in.Name).Update(ctx, q, o)
	return err == nil, err
}

// limitOnce sets one limit in a quota and says whether that changed it.
func limitOnce(q *corev1.ResourceQuota, in activities.QuotaIn, name string) (bool, error) {
	r := corev1.ResourceName(name)
	has, limited := q.Spec.Hard[r]
	if in.Hard[name] == "" {
		err := unlessMoved(q, in, name, limited && in.From[name] != has.String())
		delete(q.Spec.Hard, r)
		return limited, err
	}
	read, err := amounts(map[string]string{name: in.Hard[name]})
	if err != nil {
		return false, err
	}
	want := read[r]
	if limited && has.Cmp(want) == 0 {
		return false, nil
	}
	was, err := amounts(map[string]string{name: orZero(in.From[name])})
	if err != nil {
		return false, err
	}
	from := was[r]
	if err := unlessMoved(q, in, name, limited != (in.From[name] != "") || limited && has.Cmp(from) != 0); err != nil {
		return false, err
	}
	if used := q.Status.Used[r]; want.Cmp(used) < 0 {
		return false, ops.Errorf(ops.Unsafe, "%s of %s is in use by %s, and %s would be less; free something first, or ask for at least that", "%[2]s 的 %[1]s 已使用 %[3]s,不能低于此值(申请 %[4]s);请先释放资源或提高申请值",
			name, in.Object(), used.String(), want.String())
	}
	if q.Spec.Hard == nil {
		q.Spec.Hard = corev1.ResourceList{}
	}
	q.Spec.Hard[r] = want
	return true, nil
}

func unlessMoved(q *corev1.ResourceQuota, in activities.QuotaIn, name string, moved bool) error {
	if !moved {
		return nil
	}
	has := "-"
	if limit, ok := q.Spec.Hard[corev1.ResourceName(name)]; ok {
		has = limit.String()
	}
	return ops.Errorf(ops.Conflict, "%s of %s is %s by now and was %s when the plan was made; look at it and ask again", "%[2]s 的 %[1]s 现为 %[3]s,制定预案时为 %[4]s;请查看后重新申请",
		name, in.Object(), has, orZero(in.From[name]))
}

func orZero(s string) string {
	if s == "" {
		return "0"
	}
	return s
}
