package provision

import (
	"cmp"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type serviceParams struct {
	Service  string `en:"name of the new service, such as shop.pay.api" zh:"新服务名,如 shop.pay.api" pattern:"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?){2}"`
	Owner    string `en:"group that owns it" zh:"负责组" pattern:"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"`
	Template string `en:"template that it is made from; the only one when left out" zh:"服务模板;仅有一个时可不填" optional:"true" pattern:"[A-Za-z0-9._-]{1,60}"`
	Clusters string `en:"clusters, such as idc1/c1,idc2/c1; all of the template's when left out" zh:"集群,如 idc1/c1,idc2/c1;不填则为模板的全部集群" optional:"true" pattern:"[A-Za-z0-9@:._/,-]{1,400}"`
	Image    string `en:"image that it begins with; the template's when left out" zh:"初始镜像;不填则用模板的镜像" optional:"true" pattern:"[A-Za-z0-9._/:@-]{1,300}"`
}

// by is something that a provider is told.
type by[T any] struct {
	Provider string `json:"provider"`
	In       T      `json:"in"`
}

// serviceWork makes a service, or takes one back. What is nil or empty its template does not have.
type serviceWork struct {
	Service    string                       `json:"service"`
	Owner      string                       `json:"owner"`
	Repository *by[activities.RepositoryIn] `json:"repository,omitempty"`
	Files      int                          `json:"files,omitempty"` // that the repository begins with
	Project    *by[activities.ProjectIn]    `json:"project,omitempty"`
	Config     []by[activities.EditIn]      `json:"config,omitempty"`
	Homes      []home                       `json:"homes"`
	Dashboard  *by[activities.DashboardIn]  `json:"dashboard,omitempty"`
	Entry      *by[activities.EntryIn]      `json:"entry,omitempty"`
	Gone       bool                         `json:"gone,omitempty"` // take it back
}

// home is where the service runs in one cluster.
type home struct {
	Spot spot                       `json:"spot"`
	In   activities.MakeNamespaceIn `json:"in"`
	Copy activities.CopyIn          `json:"copy"`
}

// CreateService makes everything that a new service needs, or nothing of it.
var CreateService = change.Define(ops.Operation{
	Name: "service.create", Aliases: []string{"创建服务"}, Group: "provision", Risk: ops.Medium, Example: "service.create shop.pay.api shop",
	Help: ops.Text{En: "make a service from a template: repository, image project, configuration, workload, inventory entry; all of it or nothing", Zh: "按模板创建服务:代码仓库、镜像项目、配置、工作负载、资产清单条目;全部完成或全部撤销"},
}, change.Steps[serviceParams, serviceWork]{Plan: planService, Run: runService, Verify: verifyService, Undo: undoService})

func runService(ctx workflow.Context, w serviceWork) error {
	parts := w.parts(ctx)
	if w.Gone {
		return takeBack(ctx, parts)
	}
	for _, p := range parts {
		change.Undoing(ctx, p.undoText, p.undo)
		if err := p.make(ctx); err != nil {
			return err
		}
	}
	return nil
}

// takeBack takes all parts back, the last one first. What cannot be taken back does not keep the rest.
func takeBack(ctx workflow.Context, parts []servicePart) error {
	var failed error
	for n := len(parts) - 1; n >= 0; n-- {
		err := parts[n].undo(ctx)
		if err != nil && ctx.Err() != nil {
			return err
		}
		failed = cmp.Or(failed, err)
	}
	return failed
}
