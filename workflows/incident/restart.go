package incident

import (
	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type restartParams struct {
	Target ops.Target `en:"service to restart" zh:"要重启的服务"`
	Pod    string     `en:"only this instance; all of them, one after the other, when left out" zh:"只重启该实例;不填则逐个重启全部" optional:"true" pattern:"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?"`
}

// restartWork names what is restarted; the instance's UID keeps its successor safe.
type restartWork struct {
	Place ops.Place `json:"place"`
	Pod   string    `json:"pod,omitempty"`
	UID   string    `json:"uid,omitempty"`
}

// Restart replaces the instances of a service by new ones of the same version.
var Restart = change.Define(ops.Operation{
	Name: "restart", Aliases: []string{"重启"}, Group: "incident", Risk: ops.Medium, Example: "restart shop.cart.api@idc1:prod",
	Help: ops.Text{En: "rolling restart of a service, or of one instance", Zh: "滚动重启服务或单个实例"},
}, change.Steps[restartParams, restartWork]{Plan: planRestart, Run: runRestart, Verify: verifyRestart})

func planRestart(ctx workflow.Context, p restartParams) (ops.Plan, restartWork, error) {
	found, err := activities.Find.Do(ctx, activities.Inventory, activities.FindIn{Targets: []ops.Target{p.Target}})
	if err != nil {
		return ops.Plan{}, restartWork{}, err
	}
	at := found.Places[0]
	now, err := activities.Status.Do(ctx, at.Provider, activities.StatusIn{Place: at, Pods: p.Pod != ""})
	if err != nil {
		return ops.Plan{}, restartWork{}, err
	}
	work := restartWork{Place: at, Pod: p.Pod}
	touched := now.Wanted
	if p.Pod != "" {
		if work.UID, err = uidOf(now.Pods, p.Pod); err != nil {
			return ops.Plan{}, work, err
		}
		touched = 1
	}
	return restartPlan(at, now, p.Pod, touched), work, nil
}

func restartPlan(at ops.Place, now activities.Workload, pod string, touched int) ops.Plan {
	what := ops.Textf("all %d instances of %s (version %s), one after the other", "%[2]s(版本 %[3]s)的全部 %[1]d 个实例,逐个进行", touched, at.Target, now.Version)
	if pod != "" {
		what = ops.Textf("instance %s of %s (version %s)", "%[2]s(版本 %[3]s)的实例 %[1]s", pod, at.Target, now.Version)
	}
	p := ops.Plan{
		Summary: ops.Textf("restart %s", "重启 %s", what),
		Diffs:   []ops.Diff{{Object: at.Target.String(), Field: "instances", From: "running", To: "new, version " + now.Version}},
		Targets: []ops.Target{at.Target},
		Undo:    ops.Textf("a restart cannot be undone", "重启无法撤销"),
		Blast: ops.Blast{
			Targets: 1, Instances: touched, Percent: touched * 100 / max(1, now.Wanted), Envs: []string{at.Target.Env}, Clusters: []string{at.Context},
			Text: ops.Textf("%d of %d instances of 1 target", "1 个目标的 %d/%d 个实例", touched, now.Wanted),
		},
	}
	if now.Budget != "" {
		p.Notes = append(p.Notes, ops.Textf("disruption budget %s is respected", "遵守中断预算 %s", now.Budget))
	}
	return p
}

func uidOf(pods []activities.Pod, name string) (string, error) {
	names := make([]string, len(pods))
	for i, p := range pods {
		if p.Name == name {
			return p.UID, nil
		}
		names[i] = p.Name
	}
	return "", ops.Errorf(ops.NotFound, "there is no instance %q; see `where`%s", "没有实例 %q,请用 `where` 查看%s", name, ops.DidYouMean(name, names)).At("pod")
}

func runRestart(ctx workflow.Context, w restartWork) error {
	_, err := activities.Restart.Do(ctx, w.Place.Provider, activities.RestartIn{Place: w.Place, Pod: w.Pod, UID: w.UID, Key: change.ID(ctx)})
	return err
}

func verifyRestart(ctx workflow.Context, w restartWork) error {
	_, err := activities.Rollout.Do(ctx, w.Place.Provider, activities.RolloutIn{Place: w.Place, AnyCount: true})
	return err
}
