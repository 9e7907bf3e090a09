package scale

import (
	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type params struct {
	Target   ops.Targets `en:"service to scale, or a pattern such as shop.*@idc1:prod" zh:"要扩缩容的服务,可用通配符,如 shop.*@idc1:prod"`
	Replicas string      `en:"instances wanted: 6, +2, -1 or x1.5" zh:"目标实例数:6、+2、-1 或 x1.5" pattern:"[+-]?[0-9]{1,4}|[x×][0-9]{1,2}(\\.[0-9]{1,2})?"`
}

type work struct {
	Items []item `json:"items"`
}

// Scale changes how many instances of a few targets run.
var Scale = change.Define(ops.Operation{
	Name: "scale", Aliases: []string{"扩缩容", "扩容", "缩容"}, Group: "scale", Risk: ops.Medium, Example: "scale shop.cart.api@idc1:prod 6",
	Help: ops.Text{En: "change how many instances run", Zh: "调整实例数"},
}, change.Steps[params, work]{Plan: plan, Run: run, Verify: verify, Undo: undo})

// maxTargets is how many targets scale takes at once; scale.fleet takes more.
const maxTargets = 20

func plan(ctx workflow.Context, p params) (ops.Plan, work, error) {
	all, _, err := items(ctx, p.Target, p.Replicas)
	if err != nil {
		return ops.Plan{}, work{}, err
	}
	if len(all) > maxTargets {
		return ops.Plan{}, work{}, ops.Errorf(ops.Invalid, "%s selects %d targets and scale takes at most %d; use scale.fleet, which goes in waves",
			"%s 选中 %d 个目标,scale 最多 %d 个;请使用分批执行的 scale.fleet", p.Target, len(all), maxTargets).At("target")
	}
	for _, i := range all {
		if _, err := activities.TryScale.Do(ctx, i.Place.Provider, i.in()); err != nil {
			return ops.Plan{}, work{}, err
		}
	}
	return describe(all), work{all}, nil
}

func run(ctx workflow.Context, w work) error {
	for _, i := range w.Items {
		back := i.inverse()
		change.Undoing(ctx, back.text(), func(ctx workflow.Context) error {
			_, err := activities.Scale.Do(ctx, back.Place.Provider, back.in())
			return err
		})
		if _, err := activities.Scale.Do(ctx, i.Place.Provider, i.in()); err != nil {
			return err
		}
	}
	return nil
}

func verify(ctx workflow.Context, w work) error {
	return change.Parallel(ctx, len(w.Items), func(ctx workflow.Context, n int) error {
		i := w.Items[n]
		_, err := activities.Rollout.Do(ctx, i.Place.Provider, activities.RolloutIn{Place: i.Place, Replicas: i.To})
		return err
	})
}

// undo plans the way back, from the world as it is now.
func undo(ctx workflow.Context, done work) (ops.Plan, work, error) {
	places := make([]ops.Place, len(done.Items))
	for n, i := range done.Items {
		places[n] = i.Place
	}
	worlds, err := survey(ctx, places)
	if err != nil {
		return ops.Plan{}, work{}, err
	}
	var back []item
	var notes []ops.Text
	for n, i := range done.Items {
		b := i.inverse()
		if worlds[n].Wanted != b.From {
			notes = append(notes, ops.Textf("%s was changed since, to %d", "%s 此后已被改为 %d", i.Place.Target, worlds[n].Wanted))
			b.From = worlds[n].Wanted
		}
		b.Was = worlds[n].Autoscaler
		if b.Was == nil {
			b.Bounds = nil
		}
		if b.changes() {
			back = append(back, b)
		}
	}
	p := describe(back)
	p.Notes = append(p.Notes, notes...)
	return p, work{back}, nil
}
