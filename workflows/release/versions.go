package release

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type versionsParams struct {
	Target ops.Targets `en:"service or pattern" zh:"服务或通配目标"`
}

// Versions says what runs where, and where an environment runs more than one version.
var Versions = change.Read(ops.Operation{
	Name: "versions", Aliases: []string{"版本"}, Group: "release", Example: "versions shop.cart.api",
	Help: ops.Text{En: "which version runs where, and where clusters differ", Zh: "各处运行的版本及集群间差异"},
}, func(ctx workflow.Context, p versionsParams) (ops.Answer, error) {
	found, err := activities.Find.Do(ctx, activities.Inventory, activities.FindIn{Targets: p.Target, Many: true})
	if err != nil {
		return ops.Answer{}, err
	}
	a := ops.Answer{Columns: []ops.Text{
		{En: "target", Zh: "目标"}, {En: "version", Zh: "版本"}, {En: "instances", Zh: "实例"}, {En: "drift", Zh: "差异"},
	}}
	count := map[string]map[string]int{} // by service and environment: how many places run a version
	worlds := make([]activities.Workload, len(found.Places))
	for i, at := range found.Places {
		if worlds[i], err = activities.Status.Do(ctx, at.Provider, activities.StatusIn{Place: at}); err != nil {
			return ops.Answer{}, err
		}
		k := kin(at)
		if count[k] == nil {
			count[k] = map[string]int{}
		}
		count[k][worlds[i].Version]++
	}
	drifted := 0
	for i, at := range found.Places {
		drift := ""
		if len(count[kin(at)]) > 1 {
			drift = fmt.Sprintf("%d/%d", count[kin(at)][worlds[i].Version], total(count[kin(at)]))
			drifted++
		}
		a.Rows = append(a.Rows, []string{at.Target.String(), worlds[i].Version, fmt.Sprintf("%d/%d", worlds[i].Ready, worlds[i].Wanted), drift})
	}
	a.Text = ops.Textf("%d places, all clusters of an environment alike", "%d 处,各环境内集群版本一致", len(found.Places))
	if drifted > 0 {
		a.Text = ops.Textf("%d places, %d in environments whose clusters differ", "%d 处,其中 %d 处所在环境的集群版本不一致", len(found.Places), drifted)
	}
	return a, nil
})

// kin is what should run one version.
func kin(at ops.Place) string { return at.Target.Service + ":" + at.Target.Env }

func total(versions map[string]int) int {
	n := 0
	for _, c := range versions {
		n += c
	}
	return n
}
