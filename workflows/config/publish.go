package config

import (
	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type publishParams struct {
	Target    ops.Targets `en:"service and environment, such as shop.cart.api:prod" zh:"服务及环境,如 shop.cart.api:prod"`
	Namespace string      `en:"namespace; the service's first when left out" zh:"命名空间;不填则为该服务的第一个" optional:"true" pattern:"[A-Za-z0-9_.-]{1,64}"`
}

// Publish publishes what somebody has edited elsewhere.
var Publish = change.Define(ops.Operation{
	Name: "config.publish", Aliases: []string{"发布配置", "配置发布"}, Group: "config", Risk: ops.Medium, Example: "config.publish shop.cart.api:prod",
	Help: ops.Text{En: "publish the edits of a service's configuration that were made elsewhere and are open", Zh: "发布服务配置中尚未发布的修改"},
}, change.Steps[publishParams, work]{Plan: planPublish, Run: run, Verify: verify})

func planPublish(ctx workflow.Context, p publishParams) (ops.Plan, work, error) {
	f, err := find(ctx, p.Target, p.Namespace)
	if err != nil {
		return ops.Plan{}, work{}, err
	}
	now, err := activities.ReadConfig.Do(ctx, f.at.Provider, activities.ConfigIn{At: f.at, Schema: f.schema})
	if err != nil {
		return ops.Plan{}, work{}, err
	}
	w := on(f.at, now, f.targets())
	plan := describe(w, now.Open)
	if !plan.Empty() && now.OpenBy != "" {
		plan.Notes = append(plan.Notes, ops.Textf("edited last by %s", "最近由 %s 修改", now.OpenBy))
	}
	return plan, w, nil
}
