package scale

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type fleetParams struct {
	Targets   ops.Targets   `en:"patterns that select the targets, such as shop.*:prod" zh:"选择目标的通配符,如 shop.*:prod"`
	Replicas  string        `en:"instances wanted of each: 6, +2, -1 or x1.5" zh:"每个目标的实例数:6、+2、-1 或 x1.5" pattern:"[+-]?[0-9]{1,4}|[x×][0-9]{1,2}(\\.[0-9]{1,2})?"`
	Wave      int           `en:"targets in one wave" zh:"每批目标数" min:"1" max:"200" default:"50"`
	Parallel  int           `en:"targets at the same time" zh:"同时执行的目标数" min:"1" max:"100" default:"25"`
	Pause     time.Duration `en:"pause between waves" zh:"批次间隔" min:"0s" max:"24h" default:"5s"`
	StopAfter int           `en:"stop after this many failures" zh:"失败多少个后停止" min:"1" max:"200" default:"1"`
	OnFailure string        `en:"when stopped: take everything back, or leave what is done" zh:"停止后:全部撤销或保留已完成部分" options:"undo,keep" default:"undo"`
}

// fleetWork says what each wave does.
type fleetWork struct {
	Items     []item        `json:"items"`
	Wave      int           `json:"wave"`
	Parallel  int           `json:"parallel"`
	Pause     time.Duration `json:"pause"`
	StopAfter int           `json:"stop_after"`
	Keep      bool          `json:"keep"`
}

// Fleet scales hundreds of targets in bounded waves.
var Fleet = change.Define(ops.Operation{
	Name: "scale.fleet", Aliases: []string{"批量扩缩容"}, Group: "scale", Risk: ops.High, Timeout: 12 * time.Hour,
	Example: "scale.fleet shop.*:prod x1.5 --wave 20 --pause 1m",
	Help:    ops.Text{En: "scale hundreds of targets in waves", Zh: "分批调整大量目标的实例数"},
}, change.Steps[fleetParams, fleetWork]{Plan: planFleet, Run: runFleet, Undo: undoFleet, OwnLocks: true})

// maxFleet bounds one request, so that its plan stays far below the engine's payload limit.
const maxFleet = 2000

func planFleet(ctx workflow.Context, p fleetParams) (ops.Plan, fleetWork, error) {
	w := fleetWork{Wave: p.Wave, Parallel: p.Parallel, Pause: p.Pause, StopAfter: p.StopAfter, Keep: p.OnFailure == "keep"}
	all, _, err := items(ctx, p.Targets, p.Replicas)
	if err != nil {
		return ops.Plan{}, w, err
	}
	if len(all) > maxFleet {
		return ops.Plan{}, w, ops.Errorf(ops.Invalid, "%s selects %d targets and one request takes at most %d; split it, by product or data centre for example",
			"%s 选中 %d 个目标,一次最多 %d 个;请按产品或机房拆分", p.Targets, len(all), maxFleet).At("targets")
	}
	w.Items = all
	plan := describe(all)
	if len(all) > 0 {
		plan.Notes = append(plan.Notes, ops.Textf("%d waves of at most %d, %s apart; stops after %d failures", "共 %d 批,每批最多 %d 个,间隔 %s;失败 %d 个后停止",
			w.waves(), w.Wave, w.Pause, w.StopAfter))
	}
	return plan, w, nil
}

func (w fleetWork) waves() int { return (len(w.Items) + w.Wave - 1) / w.Wave }

// wave is the n-th wave, from 0.
func (w fleetWork) wave(n int) []item {
	return w.Items[n*w.Wave : min(len(w.Items), (n+1)*w.Wave)]
}

func runFleet(ctx workflow.Context, w fleetWork) error {
	failed := 0
	for n := range w.waves() {
		if n > 0 && w.Pause > 0 {
			if err := workflow.Sleep(ctx, w.Pause); err != nil {
				return err
			}
		}
		f, err := runWave(ctx, w, n, failed)
		failed += f
		if err != nil {
			return err
		}
		if failed >= w.StopAfter {
			return ops.Errorf(ops.Unsafe, "stopped after %d failures in wave %d of %d; the events name the targets", "第 %[2]d/%[3]d 批累计失败 %[1]d 个,已停止;失败目标见事件",
				failed, n+1, w.waves())
		}
	}
	change.Answer(ctx, ops.Answer{Text: ops.Textf("%d of %d targets scaled, %d failed", "已完成 %d/%d 个目标,失败 %d 个", len(w.Items)-failed, len(w.Items), failed)})
	return nil
}

// runWave scales one wave under its locks, one provider after the other, and says how many of it failed.
func runWave(ctx workflow.Context, w fleetWork, n, failedBefore int) (int, error) {
	failed := 0
	all := w.wave(n)
	targets := make([]ops.Target, len(all))
	for i, it := range all {
		targets[i] = it.Place.Target
	}
	err := change.Locked(ctx, targets, func(ctx workflow.Context) error {
		for _, part := range byProvider(all) {
			in := activities.WaveIn{
				Name: ops.Textf("wave %d of %d", "第 %d/%d 批", n+1, w.waves()).En, Parallel: w.Parallel, StopAt: w.StopAfter - failedBefore - failed,
			}
			back := activities.WaveIn{Name: "undo of " + in.Name, Parallel: w.Parallel, NoWait: true}
			for _, it := range part {
				in.Items, back.Items = append(in.Items, it.in()), append(back.Items, it.inverse().in())
			}
			provider := part[0].Place.Provider
			if !w.Keep {
				change.Undoing(ctx, ops.Textf("wave %d of %d", "第 %d/%d 批", n+1, w.waves()), func(ctx workflow.Context) error {
					return undoWave(ctx, provider, back)
				})
			}
			out, err := activities.Wave.Do(ctx, provider, in)
			if err != nil {
				return err
			}
			failed += out.Failed()
			note(ctx, out)
		}
		return nil
	})
	return failed, err
}

func undoWave(ctx workflow.Context, provider string, back activities.WaveIn) error {
	out, err := activities.Wave.Do(ctx, provider, back)
	if err == nil && out.Failed() > 0 {
		note(ctx, out)
		return ops.Errorf(ops.Unsafe, "%d targets were not set back; the events name them", "%d 个目标未能恢复,详见事件", out.Failed())
	}
	return err
}

// note records what failed, a line per target.
func note(ctx workflow.Context, out activities.WaveOut) {
	for _, i := range out.Items {
		if i.Error != nil {
			change.Note(ctx, ops.Textf("%s failed: %s", "%s 失败:%s", i.Target, i.Error.Text))
		}
	}
}

func byProvider(all []item) [][]item {
	var out [][]item
	for _, i := range all {
		placed := false
		for n := range out {
			if out[n][0].Place.Provider == i.Place.Provider {
				out[n], placed = append(out[n], i), true
			}
		}
		if !placed {
			out = append(out, []item{i})
		}
	}
	return out
}

func undoFleet(ctx workflow.Context, done fleetWork) (ops.Plan, fleetWork, error) {
	plan, back, err := undo(ctx, work{done.Items})
	done.Items = back.Items
	return plan, done, err
}
