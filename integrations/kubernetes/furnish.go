package kubernetes

import (
	"context"
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"orderly.example/activities"
	"orderly.example/ops"
)

// furniture is the name of what Orderly puts into a namespace.
const furniture = "orderly"

// MakeNamespace makes a namespace and puts into it what belongs there.
func (c *Client) MakeNamespace(ctx context.Context, in activities.MakeNamespaceIn) (activities.Done, error) {
	k, err := c.cluster(in.Context)
	if err != nil {
		return activities.Done{}, err
	}
	f, err := furnishing(in)
	if err != nil {
		return activities.Done{}, err
	}
	made, err := k.found(ctx, in)
	if err != nil || in.DryRun {
		return activities.Done{Changed: made}, k.explain(err, in.Object())
	}
	for _, create := range f {
		new, err := create(ctx, k)
		if err != nil {
			return activities.Done{}, k.explain(err, in.Object())
		}
		made = made || new
	}
	return activities.Done{Changed: made}, nil
}

// found makes the namespace itself, and says whether it did.
func (k *cluster) found(ctx context.Context, in activities.MakeNamespaceIn) (bool, error) {
	n := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: in.Name, Labels: maps.Clone(in.Labels), Annotations: map[string]string{keyOwner: in.Change}}}
	if n.Labels == nil {
		n.Labels = map[string]string{}
	}
	n.Labels[LabelOwner] = in.Owner
	if !in.Until.IsZero() {
		n.Annotations[keyUntil] = in.Until.UTC().Format(time.RFC3339)
	}
	o := metav1.CreateOptions{FieldManager: k.manager}
	if in.DryRun {
		o.DryRun = []string{metav1.DryRunAll}
	}
	_, err := k.api.CoreV1().Namespaces().Create(ctx, n, o)
	if !apierrors.IsAlreadyExists(err) {
		return err == nil, err
	}
	old, err := k.api.CoreV1().Namespaces().Get(ctx, in.Name, metav1.GetOptions{})
	switch {
	case err != nil:
		return false, err
	case old.DeletionTimestamp != nil:
		return false, ops.Errorf(ops.Conflict, "namespace %s is being deleted; ask again when it is gone", "命名空间 %s 正在删除;请待其删除完成后重新申请", in.Object())
	case old.Annotations[keyOwner] != in.Change:
		return false, ops.Errorf(ops.Conflict, "there is a namespace %s already, of %s; choose another name", "命名空间 %s 已存在,属于 %s;请更换名称", in.Object(), orUnknown(old.Annotations[keyOwner]))
	}
	return false, nil
}

// piece makes one thing in a namespace and says whether it did. The namespace is the change's own, so what has the name
// already was made by an earlier attempt.
type piece func(ctx context.Context, k *cluster) (bool, error)

// furnishing is what belongs into a namespace.
func furnishing(in activities.MakeNamespaceIn) ([]piece, error) {
	meta := metav1.ObjectMeta{Name: furniture, Namespace: in.Name, Annotations: map[string]string{keyOwner: in.Change}}
	var out []piece
	hard, err := amounts(in.Quota)
	if err != nil {
		return nil, err
	}
	if len(hard) > 0 {
		q := &corev1.ResourceQuota{ObjectMeta: meta, Spec: corev1.ResourceQuotaSpec{Hard: hard}}
		out = append(out, func(ctx context.Context, k *cluster) (bool, error) {
			return fresh(k.api.CoreV1().ResourceQuotas(in.Name).Create(ctx, q, metav1.CreateOptions{FieldManager: k.manager}))
		})
	}
	each := corev1.LimitRangeItem{Type: corev1.LimitTypeContainer}
	if each.DefaultRequest, err = amounts(in.Default); err != nil {
		return nil, err
	}
	if each.Default, err = amounts(in.Limit); err != nil {
		return nil, err
	}
	if len(each.DefaultRequest)+len(each.Default) > 0 {
		l := &corev1.LimitRange{ObjectMeta: meta, Spec: corev1.LimitRangeSpec{Limits: []corev1.LimitRangeItem{each}}}
		out = append(out, func(ctx context.Context, k *cluster) (bool, error) {
			return fresh(k.api.CoreV1().LimitRanges(in.Name).Create(ctx, l, metav1.CreateOptions{FieldManager: k.manager}))
		})
	}
	if in.Traffic == activities.TrafficInside || in.Traffic == activities.TrafficNone {
		p := &networkingv1.NetworkPolicy{ObjectMeta: meta, Spec: traffic(in.Traffic)}
		out = append(out, func(ctx context.Context, k *cluster) (bool, error) {
			return fresh(k.api.NetworkingV1().NetworkPolicies(in.Name).Create(ctx, p, metav1.CreateOptions{FieldManager: k.manager}))
		})
	}
	if in.Account != "" {
		out = append(out, account(in, meta)...)
	}
	return out, nil
}

// account is a service account that may look at its own namespace, and at no secrets.
func account(in activities.MakeNamespaceIn, meta metav1.ObjectMeta) []piece {
	a := &corev1.ServiceAccount{ObjectMeta: meta}
	a.Name = in.Account
	b := &rbacv1.RoleBinding{
		ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: roleView},
		Subjects: []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Name: in.Account, Namespace: in.Name}},
	}
	return []piece{
		func(ctx context.Context, k *cluster) (bool, error) {
			return fresh(k.api.CoreV1().ServiceAccounts(in.Name).Create(ctx, a, metav1.CreateOptions{FieldManager: k.manager}))
		},
		func(ctx context.Context, k *cluster) (bool, error) {
			return fresh(k.api.RbacV1().RoleBindings(in.Name).Create(ctx, b, metav1.CreateOptions{FieldManager: k.manager}))
		},
	}
}

// fresh says whether something was made now, and takes what was there for made before.
func fresh[T any](_ T, err error) (bool, error) {
	if apierrors.IsAlreadyExists(err) {
		return false, nil
	}
	return err == nil, err
}

// amounts reads quantities by resource.
func amounts(written map[string]string) (corev1.ResourceList, error) {
	out := corev1.ResourceList{}
	for _, name := range slices.Sorted(maps.Keys(written)) {
		q, err := resource.ParseQuantity(written[name])
		if err != nil || q.Sign() < 0 {
			return nil, ops.Errorf(ops.Invalid, "%s is %q, which is no amount; write it like 4, 500m or 8Gi", "%s 的取值 %q 不是有效数量;请写成 4、500m 或 8Gi", name, written[name])
		}
		out[corev1.ResourceName(name)] = q
	}
	return out, nil
}

// traffic is the network policy of a kind of traffic. Instances that may speak inside may also ask the name service.
func traffic(t activities.Traffic) networkingv1.NetworkPolicySpec {
	out := networkingv1.NetworkPolicySpec{PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress}}
	if t == activities.TrafficNone {
		return out
	}
	peers := []networkingv1.NetworkPolicyPeer{{PodSelector: &metav1.LabelSelector{}}}
	udp, tcp, dns := corev1.ProtocolUDP, corev1.ProtocolTCP, intstr.FromInt32(53)
	system := networkingv1.NetworkPolicyPeer{NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelMetadataName: metav1.NamespaceSystem}}}
	out.Ingress = []networkingv1.NetworkPolicyIngressRule{{From: peers}}
	out.Egress = []networkingv1.NetworkPolicyEgressRule{{To: peers}, {
		To: []networkingv1.NetworkPolicyPeer{system}, Ports: []networkingv1.NetworkPolicyPort{{Protocol: &udp, Port: &dns}, {Protocol: &tcp, Port: &dns}},
	}}
	return out
}
