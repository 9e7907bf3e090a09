package release

import (
	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type rollbackParams struct {
	Target  ops.Targets `en:"service to roll back, everywhere it runs, or only some of it, such as shop.cart.api@idc1:prod" zh:"要回滚的服务(全部部署位置),或其中一部分,如 shop.cart.api@idc1:prod"`
	Version string      `en:"version to return to; the former one of each place when left out" zh:"回滚到的版本;不填则为各处的上一版本" optional:"true" pattern:"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"`
}

// Rollback returns a service to a former version: everywhere at once, without canary and gates, because who rolls back is
// in a hurry.
var Rollback = change.Define(ops.Operation{
	Name: "rollback", Aliases: []string{"回滚"}, Group: "release", Risk: ops.Low, Example: "rollback shop.cart.api@*:prod",
	Help: ops.Text{En: "return a service to its former version, at once", Zh: "立即将服务恢复到上一版本"},
}, change.Steps[rollbackParams, work]{Plan: planRollback, Run: run, Verify: verify, Undo: undo})

func planRollback(ctx workflow.Context, p rollbackParams) (ops.Plan, work, error) {
	service, places, err := find(ctx, p.Target)
	if err != nil {
		return ops.Plan{}, work{}, err
	}
	var s ops.Strategy
	if service.Release != nil {
		s = *service.Release
	}
	items, err := changes(ctx, s, places, func(runs activities.Runs) (string, error) { return former(runs, p.Version) })
	if err != nil {
		return ops.Plan{}, work{}, err
	}
	w := back(service.Name, items)
	return describe(w), w, nil
}

// former is the image to return to: the newest one before, or the newest one of a version.
func former(runs activities.Runs, version string) (string, error) {
	if version != "" && versionOf(runs.Image) == version {
		return runs.Image, nil
	}
	var known []string
	for _, r := range runs.Former {
		if version == "" || versionOf(r.Image) == version {
			return r.Image, nil
		}
		known = append(known, versionOf(r.Image))
	}
	if version == "" {
		return "", ops.Errorf(ops.NotFound, "the runtime remembers no version before %s; say which: release <service> <version>", "运行环境没有 %s 之前的版本记录;请指定版本:release <服务> <版本>", versionOf(runs.Image))
	}
	return "", ops.Errorf(ops.NotFound, "version %s did not run here lately%s; known: %v. To bring it anyway: release <service> %[1]s", "近期未运行过版本 %s%s;已知:%v。仍要使用请执行:release <服务> %[1]s",
		version, ops.DidYouMean(version, known), known).At("version")
}

// back is the work of a way back: all at once.
func back(service string, items []item) work {
	w := work{Service: service, Version: "-"}
	if len(items) > 0 {
		w.Version = versionOf(items[0].To)
		w.Waves = []wave{{Items: items}}
	}
	return w
}
