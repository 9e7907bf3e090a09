package ask

import (
	"strconv"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// Where says on which clusters and nodes a service runs, and in which version.
var Where = change.Read(ops.Operation{
	Name: "where", Aliases: []string{"在哪"}, Group: "ask", Example: "where shop.cart.api",
	Help: ops.Text{En: "which clusters and nodes run a service, in which version", Zh: "服务运行在哪些集群和节点、什么版本"},
}, func(ctx workflow.Context, p targets) (ops.Answer, error) {
	places, err := find(ctx, p.Target)
	if err != nil {
		return ops.Answer{}, err
	}
	a := ops.Answer{Columns: []ops.Text{
		{En: "target", Zh: "目标"}, {En: "instance", Zh: "实例"}, {En: "node", Zh: "节点"}, {En: "version", Zh: "版本"}, {En: "state", Zh: "状态"}, {En: "restarts", Zh: "重启次数"},
	}}
	nodes := map[string]bool{}
	for _, at := range places {
		w, err := activities.Status.Do(ctx, at.Provider, activities.StatusIn{Place: at, Pods: true})
		if err != nil {
			return ops.Answer{}, err
		}
		for _, pod := range w.Pods {
			nodes[at.Context+"/"+pod.Node] = true
			a.Rows = append(a.Rows, []string{at.Target.String(), pod.Name, pod.Node, pod.Version, state(pod), strconv.Itoa(pod.Restarts)})
		}
	}
	a.Text = ops.Textf("%d instances on %d nodes in %d places", "%[3]d 处共 %[1]d 个实例,分布于 %[2]d 个节点", len(a.Rows), len(nodes), len(places))
	return a, nil
})

func state(p activities.Pod) string {
	if p.Ready {
		return "ready"
	}
	return p.Reason
}
