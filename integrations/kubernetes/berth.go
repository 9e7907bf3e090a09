package kubernetes

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/pager"
)

// berth is what a node has left for more pods.
type berth struct {
	node corev1.Node
	free corev1.ResourceList // of what a node has; pods among it
}

// berths are the nodes of a cluster that take pods in.
func (k *cluster) berths(ctx context.Context) ([]berth, error) {
	nodes, err := k.api.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	var out []berth
	at := map[string]int{}
	for _, n := range nodes.Items {
		if open(n) {
			at[n.Name] = len(out)
			out = append(out, berth{node: n, free: n.Status.Allocatable.DeepCopy()})
		}
	}
	list := pager.New(func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
		return k.api.CoreV1().Pods("").List(ctx, o)
	})
	return out, list.EachListItem(ctx, metav1.ListOptions{}, func(o runtime.Object) error {
		p := o.(*corev1.Pod)
		over := p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed
		if i, ok := at[p.Spec.NodeName]; ok && !over {
			out[i].put(p.Spec, 1)
		}
		return nil
	})
}

// open says whether a node takes new pods. One that does not say whether it is ready is too new to have said so, and has a
// taint for that.
func open(n corev1.Node) bool {
	down := slices.ContainsFunc(n.Status.Conditions, func(c corev1.NodeCondition) bool {
		return c.Type == corev1.NodeReady && c.Status != corev1.ConditionTrue
	})
	return !down && !n.Spec.Unschedulable
}

// weight is what a pod takes of a node, itself among it.
func weight(pod corev1.PodSpec) corev1.ResourceList {
	out := needs(pod, requestsOf)
	one, _ := share(corev1.ResourcePods, pod)
	add(out, corev1.ResourceList{corev1.ResourcePods: one})
	return out
}

// put takes the room of pods away.
func (b *berth) put(pod corev1.PodSpec, pods int) {
	for name, q := range weight(pod) {
		if has, ok := b.free[name]; ok {
			has.Sub(times(q, pods))
			b.free[name] = has
		}
	}
}

// take places as many of the pods as fit, and says what is lacking for more; empty when none of them would run here.
func (b *berth) take(pod corev1.PodSpec, pods int) (int, corev1.ResourceName) {
	if !b.admits(pod) {
		return 0, ""
	}
	fit, lacks := pods, corev1.ResourceName("")
	each := weight(pod)
	for _, name := range resourceNames(each) {
		q := each[name]
		has, told := b.free[name]
		if q.IsZero() || name == corev1.ResourcePods && !told {
			continue
		}
		if n := int(max(0, has.MilliValue()/q.MilliValue())); n < fit {
			fit, lacks = n, name
		}
	}
	b.put(pod, fit)
	return fit, lacks
}

// admits says whether the labels and taints of the node let a pod in.
func (b *berth) admits(pod corev1.PodSpec) bool {
	if !labels.SelectorFromSet(pod.NodeSelector).Matches(labels.Set(b.node.Labels)) {
		return false
	}
	return !slices.ContainsFunc(b.node.Spec.Taints, func(t corev1.Taint) bool {
		tolerated := slices.ContainsFunc(pod.Tolerations, func(o corev1.Toleration) bool { return tolerates(o, t) })
		return t.Effect != corev1.TaintEffectPreferNoSchedule && !tolerated
	})
}

func tolerates(o corev1.Toleration, t corev1.Taint) bool {
	if o.Effect != "" && o.Effect != t.Effect || o.Key != "" && o.Key != t.Key {
		return false
	}
	return o.Operator == corev1.TolerationOpExists || o.Key != "" && o.Value == t.Value
}
