package kubernetes

import (
	"cmp"
	"context"
	"encoding/json"
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

// Node reads a node and the pods on it.
func (c *Client) Node(ctx context.Context, in activities.Machine) (activities.Node, error) {
	k, err := c.cluster(in.Context)
	if err != nil {
		return activities.Node{}, err
	}
	n, err := k.api.CoreV1().Nodes().Get(ctx, in.Name, metav1.GetOptions{})
	if err != nil {
		return activities.Node{}, k.explain(err, in.Object())
	}
	pods, err := k.on(ctx, in.Name)
	if err != nil {
		return activities.Node{}, k.explain(err, in.Object())
	}
	out := activities.Node{Machine: in, Cordoned: n.Spec.Unschedulable, Change: n.Annotations[keyOwner]}
	for _, c := range n.Status.Conditions {
		if c.Type == corev1.NodeReady {
			out.Ready = c.Status == corev1.ConditionTrue
		}
	}
	for _, p := range pods {
		out.Tenants = append(out.Tenants, tenantOf(p))
	}
	return out, nil
}

// on are the pods on a node, sorted.
func (k *cluster) on(ctx context.Context, node string) ([]corev1.Pod, error) {
	list, err := k.api.CoreV1().Pods("").List(ctx, metav1.ListOptions{FieldSelector: "spec.nodeName=" + node})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list.Items, func(a, b corev1.Pod) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return list.Items, nil
}

// tenantOf says what a drain does to a pod.
func tenantOf(p corev1.Pod) activities.Tenant {
	out := activities.Tenant{Namespace: p.Namespace, Name: p.Name, Fate: activities.FateMoves}
	for _, v := range p.Spec.Volumes {
		out.Data = out.Data || v.EmptyDir != nil
	}
	owner := metav1.GetControllerOf(&p)
	_, mirror := p.Annotations[corev1.MirrorPodAnnotationKey]
	over := p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed
	if owner != nil {
		out.Of = owner.Kind + "/" + owner.Name
		if hash := p.Labels["pod-template-hash"]; owner.Kind == "ReplicaSet" && hash != "" {
			out.Of = kindDeployment + "/" + strings.TrimSuffix(owner.Name, "-"+hash)
		}
	}
	switch {
	case mirror, over, owner != nil && owner.Kind == "DaemonSet":
		out.Fate = activities.FateStays
	case owner == nil:
		out.Fate = activities.FateLost
	}
	return out
}

// Cordon sets whether a node takes new pods.
func (c *Client) Cordon(ctx context.Context, in activities.CordonIn) (activities.Done, error) {
	return c.settle(ctx, in.Context, in.Object(), func(k *cluster) (bool, error) { return k.cordon(ctx, in) })
}

func (k *cluster) cordon(ctx context.Context, in activities.CordonIn) (bool, error) {
	n, err := k.api.CoreV1().Nodes().Get(ctx, in.Name, metav1.GetOptions{})
	if in.Own && apierrors.IsNotFound(err) {
		return false, nil // nothing is left to be uncordoned
	}
	if err != nil {
		return false, err
	}
	if n.Spec.Unschedulable == in.Cordoned || in.Own && n.Annotations[keyOwner] != in.Change {
		return false, nil
	}
	var owner any // taken away with the cordon
	if in.Cordoned && in.Change != "" {
		owner = in.Change
	}
	body, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"resourceVersion": n.ResourceVersion, "annotations": map[string]any{keyOwner: owner}},
		"spec":     map[string]any{"unschedulable": in.Cordoned},
	})
	if err != nil {
		return false, err
	}
	o := metav1.PatchOptions{FieldManager: k.manager}
	if in.DryRun {
		o.DryRun = []string{metav1.DryRunAll}
	}
	_, err = k.api.CoreV1().Nodes().Patch(ctx, in.Name, types.MergePatchType, body, o)
	return err == nil, err
}

// Evict asks every pod on a node once to leave, apart from those that stay, and says which are still there.
func (c *Client) Evict(ctx context.Context, in activities.DrainIn) (activities.Drained, error) {
	k, err := c.cluster(in.Context)
	if err != nil {
		return activities.Drained{}, err
	}
	out, err := k.evictAll(ctx, in)
	return out, k.explain(err, in.Object())
}

func (k *cluster) evictAll(ctx context.Context, in activities.DrainIn) (activities.Drained, error) {
	pods, err := k.on(ctx, in.Name)
	if err != nil {
		return activities.Drained{}, err
	}
	pods = slices.DeleteFunc(pods, func(p corev1.Pod) bool { return tenantOf(p).Fate == activities.FateStays })
	for _, p := range pods {
		if tenantOf(p).Fate == activities.FateLost && !in.Unmanaged && p.DeletionTimestamp == nil {
			return activities.Drained{}, ops.Errorf(ops.Unsafe, "%s on %s belongs to no workload, and nobody would make it anew; ask with --unmanaged yes, or remove it by hand", "%[2]s 上的 %[1]s 不属于任何工作负载,下线后不会重建;请加 --unmanaged yes,或手工处理",
				p.Namespace+"/"+p.Name, in.Object())
		}
	}
	var out activities.Drained
	for _, p := range pods {
		why, err := k.ask(ctx, p)
		if err != nil {
			return out, err
		}
		if !why.IsZero() {
			out.Left = append(out.Left, activities.Leaving{Tenant: tenantOf(p), Why: why})
		}
	}
	return out, nil
}

// ask asks one pod to leave, and says why it is still there; empty when it is gone.
func (k *cluster) ask(ctx context.Context, p corev1.Pod) (ops.Text, error) {
	going := ops.Textf("it is shutting down", "正在停止")
	if p.DeletionTimestamp != nil {
		return going, nil
	}
	err := k.api.PolicyV1().Evictions(p.Namespace).Evict(ctx, &policyv1.Eviction{
		ObjectMeta:    metav1.ObjectMeta{Name: p.Name, Namespace: p.Namespace},
		DeleteOptions: &metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(p.UID))},
	})
	switch {
	case err == nil:
		return going, nil
	case apierrors.IsNotFound(err):
		return ops.Text{}, nil
	case apierrors.IsConflict(err):
		return ops.Textf("another has its name by now; it is looked at again", "同名实例已更替;将重新检查"), nil
	}
	if err = k.explain(err, p.Name); ops.CodeOf(err) == ops.Unavailable {
		return ops.TextOf(err), nil // the others may go nevertheless
	}
	return ops.Text{}, err
}
