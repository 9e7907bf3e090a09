package scale

import (
	"strconv"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type windowParams struct {
	Target   ops.Target    `en:"service to scale for a while" zh:"要临时扩容的服务"`
	Replicas int           `en:"instances to hold" zh:"保持的实例数" min:"1" max:"1000"`
	For      time.Duration `en:"how long to hold them" zh:"保持多久" min:"1s" max:"720h"`
	After    int           `en:"instances afterwards; -1: as before" zh:"之后的实例数;-1 为恢复原值" min:"-1" max:"1000" default:"-1"`
}

// windowWork is what a window does. It does not say what the number is now: see doc.go.
type windowWork struct {
	Place    ops.Place     `json:"place"`
	Replicas int           `json:"replicas"`
	Hold     time.Duration `json:"hold"`
	After    int           `json:"after"` // -1: as it was
}

// Schedule scales up for a window of time, holds the number whatever happens, and steps down after. With --at it begins
// later; with --cron it begins again and again.
var Schedule = change.Define(ops.Operation{
	Name: "scale.schedule", Aliases: []string{"定时扩缩容"}, Group: "scale", Risk: ops.Medium, Timeout: 31 * 24 * time.Hour,
	Example: "scale.schedule shop.cart.api@idc1:prod 20 4h --at 2026-11-11T00:00:00+08:00",
	Help:    ops.Text{En: "hold a number of instances for a window of time", Zh: "在时间窗口内保持实例数"},
}, change.Steps[windowParams, windowWork]{Plan: planWindow, Run: runWindow, OwnLocks: true})

func planWindow(ctx workflow.Context, p windowParams) (ops.Plan, windowWork, error) {
	places, err := findPlaces(ctx, []ops.Target{p.Target})
	if err != nil {
		return ops.Plan{}, windowWork{}, err
	}
	at := places[0]
	if _, err := activities.Status.Do(ctx, at.Provider, activities.StatusIn{Place: at}); err != nil {
		return ops.Plan{}, windowWork{}, err
	}
	after := ops.Text{En: "what it was", Zh: "原值"}
	if p.After >= 0 {
		after = ops.Plain(strconv.Itoa(p.After))
	}
	plan := ops.Plan{
		Summary: ops.Textf("hold %s at %d instances or more for %s, then %s", "将 %s 保持在至少 %d 个实例,持续 %s,之后恢复为 %s", at.Target, p.Replicas, p.For, after),
		Diffs:   []ops.Diff{{Object: at.Target.String(), Field: "replicas", From: "-", To: strconv.Itoa(p.Replicas)}},
		Targets: []ops.Target{at.Target},
		Undo:    ops.Textf("cancel it: the former number is set again", "取消即可恢复原实例数"),
		Blast: ops.Blast{
			Targets: 1, Instances: p.Replicas, Delta: p.Replicas, Percent: 100, Envs: []string{at.Target.Env}, Clusters: []string{at.Context},
			Text: ops.Textf("1 target, at most +%d instances", "1 个目标,实例数最多 +%d", p.Replicas),
		},
	}
	return plan, windowWork{Place: at, Replicas: p.Replicas, Hold: p.For, After: p.After}, nil
}

func runWindow(ctx workflow.Context, w windowWork) error {
	var before item
	err := change.Locked(ctx, []ops.Target{w.Place.Target}, func(ctx workflow.Context) error {
		up, err := towards(ctx, w.Place, w.Replicas, true)
		if err != nil {
			return err
		}
		before = up.inverse()
		change.Undoing(ctx, before.text(), func(ctx workflow.Context) error { return stepDown(ctx, before) })
		if err := set(ctx, up); err != nil {
			return err
		}
		_, err = activities.Rollout.Do(ctx, w.Place.Provider, activities.RolloutIn{Place: w.Place, Replicas: up.To})
		return err
	})
	if err != nil {
		return err
	}
	in := activities.HoldIn{Place: w.Place, Replicas: w.Replicas, Until: workflow.Now(ctx).Add(w.Hold)}
	held, err := activities.Hold.Do(ctx, w.Place.Provider, in)
	if err != nil {
		return err
	}
	change.Note(ctx, ops.Textf("held for %s, put back %d times", "已保持 %s,期间纠正 %d 次", w.Hold, held.Corrections))
	if w.After >= 0 {
		before.To = w.After
		before.Bounds = bounds(before.Was, w.After)
	}
	return change.Locked(ctx, []ops.Target{w.Place.Target}, func(ctx workflow.Context) error { return stepDown(ctx, before) })
}

// towards is the item that brings a place from what it is now to n instances; with atLeast more are left alone.
func towards(ctx workflow.Context, at ops.Place, n int, atLeast bool) (item, error) {
	now, err := activities.Status.Do(ctx, at.Provider, activities.StatusIn{Place: at})
	if err != nil {
		return item{}, err
	}
	if atLeast {
		n = max(n, now.Wanted)
	}
	return item{Place: at, From: now.Wanted, To: n, Was: now.Autoscaler, Bounds: bounds(now.Autoscaler, n)}, nil
}

// stepDown sets the number of to, whatever it is now.
func stepDown(ctx workflow.Context, to item) error {
	now, err := towards(ctx, to.Place, to.To, false)
	if err != nil {
		return err
	}
	if now.Was != nil {
		now.Bounds = to.Bounds
	}
	return set(ctx, now)
}

func set(ctx workflow.Context, i item) error {
	_, err := activities.Scale.Do(ctx, i.Place.Provider, i.in())
	return err
}
