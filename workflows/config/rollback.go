package config

import (
	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type rollbackParams struct {
	Target    ops.Targets `en:"service and environment, such as shop.cart.api:prod" zh:"服务及环境,如 shop.cart.api:prod"`
	Release   string      `en:"release to return to, as config.history lists them; the one before when left out" zh:"要恢复的版本,见 config.history;不填则为上一版本" optional:"true" pattern:"[A-Za-z0-9_.:-]{1,64}"`
	Namespace string      `en:"namespace; the service's first when left out" zh:"命名空间;不填则为该服务的第一个" optional:"true" pattern:"[A-Za-z0-9_.-]{1,64}"`
}

// Rollback brings a former release back.
var Rollback = change.Define(ops.Operation{
	Name: "config.rollback", Aliases: []string{"回滚配置", "配置回滚"}, Group: "config", Risk: ops.Low, Example: "config.rollback shop.cart.api:prod",
	Help: ops.Text{En: "bring a former release of a service's configuration back", Zh: "将服务的配置恢复到之前的版本"},
}, change.Steps[rollbackParams, work]{Plan: planRollback, Run: run, Verify: verify, Undo: undo})

func planRollback(ctx workflow.Context, p rollbackParams) (ops.Plan, work, error) {
	f, err := find(ctx, p.Target, p.Namespace)
	if err != nil {
		return ops.Plan{}, work{}, err
	}
	back, err := activities.CompareConfig.Do(ctx, f.at.Provider, activities.RestoreIn{At: f.at, Release: p.Release, Schema: f.schema})
	if err != nil {
		return ops.Plan{}, work{}, err
	}
	if err := closed(f.at, back.Now); err != nil {
		return ops.Plan{}, work{}, err
	}
	w := on(f.at, back.Now, f.targets())
	w.Restore, w.Was = back.Release.ID, back.Now.Release
	plan := describe(w, back.Changes)
	if !plan.Empty() {
		plan.Summary = ops.Textf("bring release %s (%s) of %s back, %d keys", "恢复 %[3]s 的版本 %[1]s(%[2]s),%[4]d 个配置项", back.Release.ID, back.Release.Title, f.at, len(back.Changes))
	}
	return plan, w, nil
}
