package ask

import (
	"fmt"
	"strconv"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type topParams struct {
	Of      string `en:"what is used up" zh:"资源类型" options:"node,namespace,quota"`
	Name    string `en:"name of the node or namespace" zh:"节点或命名空间名称" pattern:"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?"`
	Cluster string `en:"cluster, such as idc1/c1" zh:"集群,如 idc1/c1" from:"inventory.clusters" pattern:"[A-Za-z0-9@:._/-]{1,100}"`
}

// Top says who uses up a node, a namespace or a quota.
var Top = change.Read(ops.Operation{
	Name: "top", Aliases: []string{"占用"}, Group: "ask", Example: "top namespace shop idc1/c1",
	Help: ops.Text{En: "who uses up a node, a namespace or a quota", Zh: "谁占用了节点、命名空间或配额"},
}, func(ctx workflow.Context, p topParams) (ops.Answer, error) {
	found, err := activities.Find.Do(ctx, activities.Inventory, activities.FindIn{Targets: []ops.Target{{Service: "*"}}, Many: true})
	if err != nil {
		return ops.Answer{}, err
	}
	provider := ""
	for _, at := range found.Places {
		if at.Context == p.Cluster {
			provider = at.Provider
		}
	}
	if provider == "" {
		return ops.Answer{}, ops.Errorf(ops.NotFound, "the inventory knows no cluster %q", "资产清单中没有集群 %q", p.Cluster).At("cluster")
	}
	used, err := activities.Top.Do(ctx, provider, activities.TopIn{Context: p.Cluster, Of: p.Of, Name: p.Name})
	if err != nil {
		return ops.Answer{}, err
	}
	a := ops.Answer{
		Text:    ops.Textf("%s %s of %s, the largest first", "%[3]s 的 %[1]s %[2]s,按占用从大到小", p.Of, p.Name, p.Cluster),
		Columns: []ops.Text{{En: "name", Zh: "名称"}, {En: "cpu", Zh: "CPU"}, {En: "memory", Zh: "内存"}, {En: "pods", Zh: "实例"}, {En: "used", Zh: "实际使用"}},
	}
	for _, u := range used {
		a.Rows = append(a.Rows, []string{u.Name, fmt.Sprintf("%dm", u.CPU), fmt.Sprintf("%dMi", u.Memory>>20), strconv.Itoa(u.Pods), u.Used})
	}
	return a, nil
})
