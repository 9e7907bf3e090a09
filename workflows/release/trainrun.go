package release

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// carOut brings one service of a train out.
var carOut = change.NewPart("release.service", func(ctx workflow.Context, w work) (struct{}, error) {
	if err := run(ctx, w); err != nil {
		return struct{}{}, err
	}
	return struct{}{}, verify(ctx, w)
})

// carBack takes back what a service of a train did, or may have done: it changes nothing where that never happened.
var carBack = change.NewPart("release.service.back", func(ctx workflow.Context, w work) (struct{}, error) {
	return struct{}{}, w.takeBack(ctx)
})

// takeBack takes every wave back, the last one first. What cannot be taken back does not keep the rest.
func (w work) takeBack(ctx workflow.Context) error {
	var failed error
	for _, v := range slices.Backward(w.Waves) {
		if err := v.takeBack(ctx); failed == nil {
			failed = err
		}
	}
	return failed
}

// takeBack takes back what a wave did, or may have done. The first of the waves that share canaries stands for all of them.
func (v wave) takeBack(ctx workflow.Context) error {
	switch {
	case v.Share != nil && v.Share.First:
		return v.settle(ctx, *v.Share)
	case v.Share != nil:
		return nil
	case v.Canary > 0:
		return v.setCanaries(ctx, none)
	}
	return v.deploy(ctx, item.inverse, nil)
}

// train is a train on its way.
type train struct {
	cars  []car
	state map[string]carState
	cause error // of its stop
}

// carState is how far a car is.
type carState struct {
	begun bool
	out   bool // all of it
	back  bool // nothing of it is out any more
}

func runTrain(ctx workflow.Context, t trainWork) error {
	r := &train{cars: t.Cars, state: map[string]carState{}}
	change.Undoing(ctx, ops.Textf("the services of the train that had begun", "列车中已开始的服务"), r.takeBack)
	return r.run(ctx)
}

// run lets every car go as soon as all that it needs are out. The first that fails stops all others.
func (r *train) run(ctx workflow.Context) error {
	ctx, stop := workflow.WithCancel(ctx)
	defer stop()
	err := change.Parallel(ctx, len(r.cars), func(ctx workflow.Context, n int) error {
		c := r.cars[n]
		err := workflow.Await(ctx, func() bool { return r.cause != nil || r.all(c.Needs, func(s carState) bool { return s.out }) })
		if err != nil || r.cause != nil {
			return err
		}
		err = r.bringOut(ctx, c)
		if err != nil && r.cause == nil {
			r.cause = err
			stop()
		}
		return err
	})
	if r.cause != nil {
		return r.cause
	}
	return err
}

func (r *train) bringOut(ctx workflow.Context, c car) error {
	name := c.Work.Service
	r.state[name] = carState{begun: true}
	change.ToCome(ctx, r.count(func(s carState) bool { return !s.begun }))
	done, err := carOut.Do(ctx, change.Piece{ID: name, Name: name, Targets: c.Work.targets()}, c.Work)
	r.state[name] = carState{begun: true, out: err == nil, back: done.TakenBack}
	if e := ops.AsError(err); e != nil {
		return ops.Errorf(e.Code, "the train stops, because %s failed: %s", "列车已停止,%s 失败:%s", name, e.Text)
	}
	return err
}

// takeBack takes everything of the train back: who needed another goes before it. What took itself back is done already.
func (r *train) takeBack(ctx workflow.Context) error {
	change.ToCome(ctx, 0)
	return change.Parallel(ctx, len(r.cars), func(ctx workflow.Context, n int) error {
		c := r.cars[n]
		name := c.Work.Service
		if s := r.state[name]; !s.begun || s.back {
			r.state[name] = carState{back: true}
			return nil
		}
		if err := workflow.Await(ctx, func() bool { return r.all(r.needing(name), func(s carState) bool { return s.back }) }); err != nil {
			return err
		}
		_, err := carBack.Do(ctx, change.Piece{ID: "back/" + name, Name: name, Targets: c.Work.targets()}, c.Work)
		r.state[name] = carState{begun: true, back: true} // as far as it can be: those that it needed do not wait for ever
		return err
	})
}

func (r *train) all(services []string, is func(carState) bool) bool {
	return !slices.ContainsFunc(services, func(s string) bool { return !is(r.state[s]) })
}

func (r *train) count(is func(carState) bool) int {
	n := 0
	for _, c := range r.cars {
		if is(r.state[c.Work.Service]) {
			n++
		}
	}
	return n
}

// needing are the services that wait for one.
func (r *train) needing(service string) []string {
	var out []string
	for _, c := range r.cars {
		if slices.Contains(c.Needs, service) {
			out = append(out, c.Work.Service)
		}
	}
	return out
}

// targets are all that a release touches.
func (w work) targets() []ops.Target {
	var out []ops.Target
	for _, v := range w.Waves {
		for _, i := range v.Items {
			if !slices.Contains(out, i.Place.Target) {
				out = append(out, i.Place.Target)
			}
		}
	}
	return out
}
