package kubernetes

import (
	"context"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"orderly.example/activities"
	"orderly.example/ops"
)

// evict takes one pod down if the disruption budgets allow it, and says whether it did.
func (k *cluster) evict(ctx context.Context, api kind, in activities.RestartIn) (bool, error) {
	w, err := api.get(ctx, in.Place.Namespace, in.Place.Name)
	if err != nil {
		return false, err
	}
	if in.UID == "" && w.kind == kindStatefulSet {
		return false, ops.Errorf(ops.Invalid, "the instance %s of %s keeps its name when it is replaced; name its UID too, so that a repeat does not take down its successor",
			"%[2]s 的实例 %[1]s 重建后名称不变;请同时指定 UID,以免重复请求影响新实例", in.Pod, nameOf(in.Place))
	}
	pods, err := api.pods(ctx, w)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(pods, func(p corev1.Pod) bool { return p.Name == in.Pod })
	if i < 0 {
		return false, k.stranger(ctx, w, in)
	}
	p := pods[i]
	if (in.UID != "" && string(p.UID) != in.UID) || p.DeletionTimestamp != nil {
		return false, nil
	}
	err = k.api.PolicyV1().Evictions(p.Namespace).Evict(ctx, &policyv1.Eviction{
		ObjectMeta:    metav1.ObjectMeta{Name: p.Name, Namespace: p.Namespace},
		DeleteOptions: &metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(p.UID))},
	})
	switch {
	case err == nil:
		return true, nil
	case apierrors.IsNotFound(err), apierrors.IsConflict(err):
		return false, nil // gone, or its name belongs to its successor by now
	case apierrors.IsTooManyRequests(err):
		return false, k.guarded(ctx, w, in, err)
	}
	return false, err
}

// stranger decides what it means that no pod of the workload has the name: gone, or the pod of somebody else.
func (k *cluster) stranger(ctx context.Context, w workload, in activities.RestartIn) error {
	p, err := k.api.CoreV1().Pods(w.meta.Namespace).Get(ctx, in.Pod, metav1.GetOptions{})
	if apierrors.IsNotFound(err) || (err == nil && in.UID != "" && p.UID != types.UID(in.UID)) {
		return nil
	}
	if err != nil {
		return err
	}
	return ops.Errorf(ops.Invalid, "the instance %s does not belong to %s; list its instances and name one of them",
		"实例 %s 不属于 %s;请先列出其实例再指定", in.Pod, nameOf(in.Place))
}

// guarded names the disruption budgets that keep a pod up.
func (k *cluster) guarded(ctx context.Context, w workload, in activities.RestartIn, cause error) error {
	budgets, err := k.budgets(ctx, w)
	if err != nil || len(budgets) == 0 {
		return cause
	}
	names := make([]string, len(budgets))
	for i, b := range budgets {
		names[i] = b.Name
	}
	return ops.Errorf(ops.Unavailable, "the disruption budget %s keeps %s up for now (%s); it is tried again, and goes on when enough others are ready",
		"中断预算 %s 暂不允许下线 %s(%s);将会重试,待足够的其他实例就绪后继续", strings.Join(names, ", "), in.Pod, budgetWords(budgets)).Because(cause)
}
