package ask

import (
	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// Who says whose a service is and who is on call for it.
var Who = change.Read(ops.Operation{
	Name: "who", Aliases: []string{"谁的"}, Group: "ask", Example: "who shop.cart.api",
	Help: ops.Text{En: "who owns a service and who is on call", Zh: "服务的负责人和值班人"},
}, func(ctx workflow.Context, p targets) (ops.Answer, error) {
	found, err := activities.Find.Do(ctx, activities.Inventory, activities.FindIn{Targets: p.Target, Many: true})
	if err != nil {
		return ops.Answer{}, err
	}
	a := ops.Answer{
		Text:    ops.Textf("%d services", "%d 个服务", len(found.Services)),
		Columns: []ops.Text{{En: "service", Zh: "服务"}, {En: "owner", Zh: "负责组"}, {En: "on call", Zh: "值班"}, {En: "what it is", Zh: "说明"}, {En: "repository", Zh: "代码库"}},
	}
	for _, s := range found.Services {
		a.Rows = append(a.Rows, []string{s.Name, s.Owner, s.OnCall, s.Help.In(language(ctx)), s.Repository})
	}
	return a, nil
})
