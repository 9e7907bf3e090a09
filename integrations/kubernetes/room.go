package kubernetes

import (
	"cmp"
	"context"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/activities"
	"orderly.example/ops"
)

// demand is a workload that is to have more instances.
type demand struct {
	at   ops.Place
	work workload
	more int
}

// Room says whether the quotas that these scalings share, and the nodes, have room for all of them together.
func (c *Client) Room(ctx context.Context, in activities.RoomIn) (activities.RoomOut, error) {
	var out activities.RoomOut
	wanted := map[string][]demand{}
	for _, i := range in.Items {
		k, api, err := c.at(i.Place)
		if err != nil {
			return out, err
		}
		w, err := api.get(ctx, i.Place.Namespace, i.Place.Name)
		if err != nil {
			return out, k.explain(err, nameOf(i.Place))
		}
		if more := i.Replicas - w.replicas; more > 0 {
			wanted[k.name] = append(wanted[k.name], demand{at: i.Place, work: w, more: more})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		k := c.clusters[name]
		short, err := k.roomForAll(ctx, wanted[name])
		if err != nil {
			return out, k.explain(err, name)
		}
		out.Short = append(out.Short, short...)
	}
	return out, nil
}

func (k *cluster) roomForAll(ctx context.Context, all []demand) ([]ops.Text, error) {
	var out []ops.Text
	spaces := map[string][]demand{}
	for _, d := range all {
		spaces[d.at.Namespace] = append(spaces[d.at.Namespace], d)
	}
	for _, name := range slices.Sorted(maps.Keys(spaces)) {
		short, err := k.quotasForAll(ctx, name, spaces[name])
		if err != nil {
			return nil, err
		}
		out = append(out, short...)
	}
	short, err := k.nodesForAll(ctx, all)
	return append(out, short...), err
}

// quotasForAll says which quotas of a namespace would not do. Those with scopes are left out, as in room.
func (k *cluster) quotasForAll(ctx context.Context, namespace string, all []demand) ([]ops.Text, error) {
	list, err := k.api.CoreV1().ResourceQuotas(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	var out []ops.Text
	for _, q := range list.Items {
		if len(q.Spec.Scopes) > 0 || q.Spec.ScopeSelector != nil {
			continue
		}
		if short := shortages(q, all...); len(short) > 0 {
			out = append(out, ops.Textf("%s/%s: %s", "%s/%s:%s", k.name, namespace, quotaText(q.Name, short)))
		}
	}
	return out, nil
}

// nodesForAll says which instances would fit on no node when all are placed, the largest first, each on the first node that
// takes it. The scheduler also looks at affinity and spreading, so that this is the most that can be told beforehand.
func (k *cluster) nodesForAll(ctx context.Context, all []demand) ([]ops.Text, error) {
	berths, err := k.berths(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b demand) int {
		x, y := needs(a.work.template.Spec, requestsOf), needs(b.work.template.Spec, requestsOf)
		return cmp.Or(y.Cpu().Cmp(*x.Cpu()), y.Memory().Cmp(*x.Memory()))
	})
	var out []ops.Text
	for _, d := range all {
		left, lacks := d.more, corev1.ResourceName("")
		for i := range berths {
			n, why := berths[i].take(d.work.template.Spec, left)
			left, lacks = left-n, cmp.Or(why, lacks)
		}
		if left > 0 {
			out = append(out, noNode(d, left, lacks))
		}
	}
	return out, nil
}

func noNode(d demand, left int, lacks corev1.ResourceName) ops.Text {
	if lacks == "" {
		return ops.Textf("%s: no node takes its instances in; look at its node selector and at the taints of the nodes",
			"%s:没有节点可运行其实例;请检查 nodeSelector 与节点污点", nameOf(d.at))
	}
	return ops.Textf("%s: %d of %d more instances fit on no node, the nodes of %s have too little %s left",
		"%[1]s:新增 %[3]d 个实例中有 %[2]d 个无法调度,%[4]s 的节点 %[5]s 不足", nameOf(d.at), left, d.more, d.at.Context, lacks)
}
