package kubernetes

import (
	"cmp"
	"context"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"

	"orderly.example/activities"
	"orderly.example/ops"
)

// What one can ask the top of.
const (
	ofNode      = "node"
	ofNamespace = "namespace"
	ofQuota     = "quota"
)

// Top says who uses up a node or a namespace (workloads, by what they request), or how far the quotas of a namespace
// are used up; the largest first.
func (c *Client) Top(ctx context.Context, in activities.TopIn) ([]activities.Usage, error) {
	k, err := c.cluster(in.Context)
	if err != nil {
		return nil, err
	}
	var out []activities.Usage
	switch in.Of {
	case ofNode:
		out, err = k.topNode(ctx, in.Name)
	case ofNamespace:
		out, err = k.topNamespace(ctx, in.Name)
	case ofQuota:
		out, err = k.topQuota(ctx, in.Name)
	default:
		return nil, ops.Errorf(ops.Invalid, "one can ask for the top of a node, a namespace or a quota, not of %q%s",
			"可以查询 node、namespace 或 quota 的资源占用,不支持 %q%s", in.Of, ops.DidYouMean(in.Of, []string{ofNode, ofNamespace, ofQuota}))
	}
	return out, k.explain(err, in.Object())
}

func (k *cluster) topNode(ctx context.Context, node string) ([]activities.Usage, error) {
	if _, err := k.api.CoreV1().Nodes().Get(ctx, node, metav1.GetOptions{}); err != nil {
		return nil, err
	}
	list, err := k.api.CoreV1().Pods("").List(ctx, metav1.ListOptions{FieldSelector: fields.OneTermEqualSelector("spec.nodeName", node).String()})
	if err != nil {
		return nil, err
	}
	return usages(list.Items, func(p corev1.Pod) string { return p.Namespace + "/" + controllerName(p) }, k.measured(ctx, "")), nil
}

func (k *cluster) topNamespace(ctx context.Context, namespace string) ([]activities.Usage, error) {
	list, err := k.api.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	return usages(list.Items, controllerName, k.measured(ctx, namespace)), nil
}

// usages sums up what pods request, by a name.
func usages(pods []corev1.Pod, name func(corev1.Pod) string, use measures) []activities.Usage {
	found := map[string]*activities.Usage{}
	used := map[string]measure{}
	for _, p := range pods {
		if p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed {
			continue
		}
		n := name(p)
		if found[n] == nil {
			found[n] = &activities.Usage{Name: n}
		}
		u, takes := found[n], needs(p.Spec, requestsOf)
		u.Pods++
		u.CPU += takes.Cpu().MilliValue()
		u.Memory += takes.Memory().Value()
		if m, ok := use[p.Namespace+"/"+p.Name]; ok {
			used[n] = used[n].plus(m)
		}
	}
	out := make([]activities.Usage, 0, len(found))
	for n, u := range found {
		if m, ok := used[n]; ok {
			u.Used = m.String()
		}
		out = append(out, *u)
	}
	slices.SortFunc(out, func(a, b activities.Usage) int {
		return cmp.Or(cmp.Compare(b.CPU, a.CPU), cmp.Compare(b.Memory, a.Memory), cmp.Compare(b.Pods, a.Pods), strings.Compare(a.Name, b.Name))
	})
	return out
}

// controllerName names the workload that a pod belongs to. The name of a Deployment is that of the pod's ReplicaSet
// without its hash.
func controllerName(p corev1.Pod) string {
	c := metav1.GetControllerOf(&p)
	if c == nil {
		return p.Name
	}
	if c.Kind == "ReplicaSet" {
		return strings.TrimSuffix(c.Name, "-"+p.Labels["pod-template-hash"])
	}
	return c.Name
}
