package scale

import (
	"strconv"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// event is an event on its way.
type event struct {
	work    eventWork
	before  []activities.Workload // what it found, in the order of the items
	top     []int                 // what it goes up to: never less than it found
	seen    []activities.Held
	began   time.Time // of the top
	ended   time.Time
	holding int // steps that hold the top now
}

func runEvent(ctx workflow.Context, w eventWork) error {
	e := &event{work: w, seen: make([]activities.Held, len(w.Items))}
	if err := e.up(ctx); err != nil {
		return err
	}
	if err := e.hold(ctx); err != nil {
		return err
	}
	return e.down(ctx)
}

func (e *event) places() []ops.Place {
	out := make([]ops.Place, len(e.work.Items))
	for i := range out {
		out[i] = e.work.Items[i].Place
	}
	return out
}

// up brings every target to its top and waits until all instances serve.
func (e *event) up(ctx workflow.Context) error {
	found, err := survey(ctx, e.places())
	if err != nil {
		return err
	}
	e.before, e.top = found, make([]int, len(found))
	for i := range found {
		e.top[i] = max(e.work.Items[i].To, found[i].Wanted)
	}
	change.Doing(ctx, ops.Textf("bringing %d targets up", "正在扩容 %d 个目标", len(e.top)))
	change.Undoing(ctx, ops.Textf("the former numbers of %d targets", "%d 个目标的原实例数", len(e.top)), func(ctx workflow.Context) error {
		failed, err := e.set(ctx, stepDownTo{of: 1, at: 1}, true)
		if err == nil && failed > 0 {
			err = ops.Errorf(ops.Unsafe, "%d targets were not set back; the events name them", "%d 个目标未能恢复,详见事件", failed)
		}
		return err
	})
	failed, err := e.set(ctx, stepDownTo{of: 1}, false)
	if err == nil && failed > 0 {
		err = ops.Errorf(ops.Unsafe, "%d targets did not reach the top; the events name them", "%d 个目标未达到峰值,详见事件", failed)
	}
	return err
}

// holdsPerEvent bounds how many steps hold a target, and so what a top of weeks costs in history.
const holdsPerEvent = 20

// hold keeps the top for its time. What is seen is kept piece by piece, so that a promote loses only the last one.
func (e *event) hold(ctx workflow.Context) error {
	e.began = workflow.Now(ctx)
	change.Note(ctx, ops.Textf("the top is reached: %d targets are held and frozen", "已达峰值:%d 个目标保持并封锁", len(e.top)))
	e.report(ctx, nil)
	what := ops.Textf("the top of the event, %d targets frozen,", "活动峰值(封锁 %d 个目标)", len(e.top))
	err := change.Bake(ctx, what, e.work.Hold, func(ctx workflow.Context, until time.Time) error {
		piece := max(e.work.Hold/holdsPerEvent, 10*time.Minute)
		for workflow.Now(ctx).Before(until) {
			end := workflow.Now(ctx).Add(piece)
			if end.After(until) {
				end = until
			}
			if err := e.holdUntil(ctx, end); err != nil {
				return err
			}
			if left := end.Sub(workflow.Now(ctx)); left > 0 { // the clocks of the engine and of the step differ
				if err := workflow.Sleep(ctx, left); err != nil {
					return err
				}
			}
		}
		return nil
	})
	e.ended = workflow.Now(ctx)
	whole, _ := workflow.NewDisconnectedContext(ctx)
	if failed := workflow.Await(whole, func() bool { return e.holding == 0 }); failed != nil { // or they would put back what is taken back
		return failed
	}
	return err
}

func (e *event) holdUntil(ctx workflow.Context, end time.Time) error {
	parts := e.byProvider()
	return change.Parallel(ctx, len(parts), func(ctx workflow.Context, n int) error {
		in := activities.HoldAllIn{Until: end}
		for _, i := range parts[n] {
			in.Items = append(in.Items, activities.HeldPlace{Place: e.work.Items[i].Place, Replicas: e.top[i]})
		}
		e.holding++
		defer func() { e.holding-- }()
		out, err := activities.HoldAll.Do(ctx, in.Items[0].Place.Provider, in)
		if err != nil {
			return err
		}
		for k, i := range parts[n] {
			e.see(ctx, i, out.Items[k])
		}
		return nil
	})
}

// see adds what a step saw of a target.
func (e *event) see(ctx workflow.Context, i int, h activities.Held) {
	s := &e.seen[i]
	if h.Looks > 0 && (s.Looks == 0 || h.Low < s.Low) {
		s.Low = h.Low
	}
	s.Looks, s.Corrections = s.Looks+h.Looks, s.Corrections+h.Corrections
	if h.Error != nil {
		change.Note(ctx, ops.Textf("%s could not be held: %s", "%s 无法保持:%s", e.work.Items[i].Place.Target, h.Error.Text))
	}
}

// byProvider are the items of each provider.
func (e *event) byProvider() [][]int {
	var out [][]int
	at := map[string]int{}
	for i, it := range e.work.Items {
		n, ok := at[it.Place.Provider]
		if !ok {
			n = len(out)
			at[it.Place.Provider] = n
			out = append(out, nil)
		}
		out[n] = append(out[n], i)
	}
	return out
}

// down goes down step by step. What fails in one step is tried again in the next.
func (e *event) down(ctx workflow.Context) error {
	w := e.work
	for n := 1; n <= w.Steps; n++ {
		if n > 1 && w.Pause > 0 {
			if err := workflow.Sleep(ctx, w.Pause); err != nil {
				return err
			}
		}
		change.Doing(ctx, ops.Textf("step %d of %d down", "第 %d/%d 步降回", n, w.Steps))
		failed, err := e.set(ctx, stepDownTo{of: w.Steps, at: n}, n < w.Steps)
		if err != nil {
			return err
		}
		if n == w.Steps && failed > 0 {
			return ops.Errorf(ops.Unsafe, "%d targets did not step down; the events name them", "%d 个目标未能降回,详见事件", failed)
		}
	}
	after, err := survey(ctx, e.places())
	if err != nil {
		return err
	}
	e.report(ctx, after)
	return nil
}

// stepDownTo is a step between the top (0) and what was before.
type stepDownTo struct{ of, at int }

// number is that of a step between two numbers, rounded towards the top.
func (s stepDownTo) number(top, before int) int { return top - (top-before)*s.at/s.of }

// wavesOf is how many targets one step of an event sets.
const wavesOf = 100

// set brings every target from what it is now to the number of a step, and says how many did not get there.
func (e *event) set(ctx workflow.Context, s stepDownTo, noWait bool) (int, error) {
	now, err := survey(ctx, e.places())
	if err != nil {
		return 0, err
	}
	failed := 0
	for _, part := range e.byProvider() {
		in := activities.WaveIn{Parallel: e.work.Parallel, NoWait: noWait}
		for _, i := range part {
			if it := e.item(i, now[i], s); it.changes() {
				in.Items = append(in.Items, it.in())
			}
		}
		for all := in.Items; len(all) > 0; all = all[len(in.Items):] {
			in.Items = all[:min(wavesOf, len(all))]
			in.Name = ops.Textf("%d targets, step %d of %d", "", len(in.Items), s.at, s.of).En
			out, err := activities.Wave.Do(ctx, e.work.Items[part[0]].Place.Provider, in)
			if err != nil {
				return failed, err
			}
			note(ctx, out)
			failed += out.Failed()
		}
	}
	return failed, nil
}

// item brings one target from what it is now to the number of a step, and its autoscaler with it.
func (e *event) item(i int, now activities.Workload, s stepDownTo) item {
	to := s.number(e.top[i], e.before[i].Wanted)
	it := item{Place: e.work.Items[i].Place, From: now.Wanted, To: to, Was: now.Autoscaler, Bounds: bounds(now.Autoscaler, to)}
	if s.at == s.of && it.Was != nil {
		it.Bounds = e.before[i].Autoscaler
	}
	return it
}

// report leaves what happened as the answer of the change; after is nil while the event lasts.
func (e *event) report(ctx workflow.Context, after []activities.Workload) {
	a := ops.Answer{Columns: []ops.Text{
		{En: "target", Zh: "目标"}, {En: "before", Zh: "之前"}, {En: "top", Zh: "峰值"}, {En: "fewest serving", Zh: "最少就绪"}, {En: "put back", Zh: "纠正次数"}, {En: "after", Zh: "之后"},
	}}
	more, corrections := 0, 0
	for i, it := range e.work.Items {
		s := e.seen[i]
		row := []string{it.Place.Target.String(), strconv.Itoa(e.before[i].Wanted), strconv.Itoa(e.top[i]), "-", strconv.Itoa(s.Corrections), "-"}
		if s.Looks > 0 {
			row[3] = strconv.Itoa(s.Low)
		}
		if after != nil {
			row[5] = strconv.Itoa(after[i].Wanted)
		}
		more, corrections = more+e.top[i]-e.before[i].Wanted, corrections+s.Corrections
		a.Rows = append(a.Rows, row)
	}
	a.Text = ops.Textf("at the top since %s: %d targets, %d more instances", "自 %s 处于峰值:%d 个目标,增加 %d 个实例", e.began.Format(time.RFC3339), len(a.Rows), more)
	if after != nil {
		a.Text = ops.Textf("the top lasted %s, from %s: %d targets, %d more instances, put back %d times; down in %d steps", "峰值持续 %s,自 %s:%d 个目标,增加 %d 个实例,纠正 %d 次;分 %d 步降回",
			e.ended.Sub(e.began).Round(time.Second), e.began.Format(time.RFC3339), len(a.Rows), more, corrections, e.work.Steps)
	}
	change.Answer(ctx, a)
}
