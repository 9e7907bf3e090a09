package simulated

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/labels"
)

// place chooses the node with the fewest pods among those with room, or says why there is none.
func (l *life) place(p *corev1.Pod) (node, why string) {
	used, pods := map[string]corev1.ResourceList{}, map[string]int{}
	for _, o := range all[*corev1.Pod](l.store, "pods", "") {
		if n := o.Spec.NodeName; n != "" {
			if used[n] == nil {
				used[n] = corev1.ResourceList{}
			}
			addUp(used[n], requests(o))
			pods[n]++
		}
	}
	nodes := all[*corev1.Node](l.store, "nodes", "")
	short := map[corev1.ResourceName]int{}
	for _, n := range nodes {
		if !takesIn(n, p) {
			continue
		}
		if lacks := lacking(n.Status.Allocatable, used[n.Name], requests(p)); lacks != "" {
			short[lacks]++
			continue
		}
		if node == "" || pods[n.Name] < pods[node] {
			node = n.Name
		}
	}
	if node != "" {
		return node, ""
	}
	why = fmt.Sprintf("0/%d nodes are available", len(nodes))
	for _, r := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
		if short[r] > 0 {
			why += fmt.Sprintf(": %d Insufficient %s", short[r], r)
		}
	}
	return "", why + "."
}

// takesIn says whether a node is open to a pod.
func takesIn(n *corev1.Node, p *corev1.Pod) bool {
	if n.Spec.Unschedulable || !labels.SelectorFromSet(p.Spec.NodeSelector).Matches(labels.Set(n.Labels)) {
		return false
	}
	for _, t := range n.Spec.Taints {
		tolerated := slices.ContainsFunc(p.Spec.Tolerations, func(o corev1.Toleration) bool {
			return o.Key == t.Key && (o.Effect == "" || o.Effect == t.Effect) && (o.Operator == corev1.TolerationOpExists || o.Value == t.Value)
		})
		if t.Effect != corev1.TaintEffectPreferNoSchedule && !tolerated {
			return false
		}
	}
	return true
}

// lacking is the resource that a node has too little of; empty when there is room.
func lacking(has, used, more corev1.ResourceList) corev1.ResourceName {
	for _, r := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
		total := used[r].DeepCopy()
		total.Add(more[r])
		if total.Cmp(has[r]) > 0 {
			return r
		}
	}
	return ""
}

// requests sums up what the containers of a pod request.
func requests(p *corev1.Pod) corev1.ResourceList {
	out := corev1.ResourceList{}
	for _, c := range p.Spec.Containers {
		addUp(out, c.Resources.Requests)
	}
	return out
}

func addUp(to, more corev1.ResourceList) {
	for r, q := range more {
		has, ok := to[r]
		if !ok {
			has = resource.Quantity{Format: q.Format}
		}
		has.Add(q)
		to[r] = has
	}
}
