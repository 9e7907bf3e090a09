package release

import (
	"cmp"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// wave is what goes out at once.
type wave struct {
	Name   string        `json:"name"`
	Env    string        `json:"env"`
	Items  []item        `json:"items"`
	Canary int           `json:"canary,omitempty"` // percent of the instances; 0: all of them are replaced
	Bake   time.Duration `json:"bake,omitempty"`
	Share  *share        `json:"share,omitempty"`  // which traffic its canaries get; nil: they stand in that of the workloads
	Settle *share        `json:"settle,omitempty"` // the traffic goes back to the workloads when they are out, and the canaries go

	began time.Time // when it was brought out
}

// title is what people call the wave.
func (v wave) title() ops.Text {
	switch {
	case v.Share != nil:
		return v.Share.title(v.Name)
	case v.Canary > 0:
		return ops.Textf("canary %s", "灰度 %s", v.Name)
	case v.hurried():
		return ops.Text{En: "rollback", Zh: "回滚"}
	}
	return ops.Plain(v.Name)
}

// prod is the environment that comes last when nobody says otherwise.
const prod = "prod"

// cut cuts the places into waves: environment by environment, in each the canary first.
func cut(s ops.Strategy, items []item) []wave {
	var out []wave
	envs := order(s, items)
	canary := cmp.Or(s.Canary.Env, last(envs))
	for _, env := range envs {
		waves := inEnv(s, env, items)
		switch {
		case env != canary:
		case s.BlueGreen():
			waves = blueGreen(s, waves)
		case s.Canary.Steered():
			waves = append(weighed(s, &waves[0]), waves...)
		case s.Canary.Percent > 0:
			out = append(out, wave{Name: waves[0].Name, Env: env, Items: canaries(waves[0].Items, true), Canary: s.Canary.Percent, Bake: s.Canary.Bake})
		}
		out = append(out, waves...)
	}
	return slices.DeleteFunc(out, func(w wave) bool { return len(w.Items) == 0 })
}

// order is the environments in which something changes, in the order of the strategy.
func order(s ops.Strategy, items []item) []string {
	var out []string
	for _, i := range items {
		if !slices.Contains(out, i.Place.Target.Env) {
			out = append(out, i.Place.Target.Env)
		}
	}
	rank := func(env string) int {
		if n := slices.Index(s.Order, env); n >= 0 {
			return n
		}
		if env == prod {
			return len(s.Order) + 1
		}
		return len(s.Order)
	}
	slices.SortStableFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
	return out
}

func last(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[len(list)-1]
}

// inEnv are the waves of one environment.
func inEnv(s ops.Strategy, env string, items []item) []wave {
	var out []wave
	for _, i := range items {
		if i.Place.Target.Env != env {
			continue
		}
		name := env
		switch s.Wave {
		case ops.WaveEnv:
		case ops.WaveIDC:
			name += " " + i.Place.Target.IDC
		default:
			name += " " + i.Place.Target.IDC + "/" + i.Place.Target.Cluster
		}
		at := slices.IndexFunc(out, func(w wave) bool { return w.Name == name })
		if at < 0 {
			at = len(out)
			out = append(out, wave{Name: name, Env: env, Bake: s.Bake})
		}
		out[at].Items = append(out[at].Items, i)
	}
	return out
}

// canaries are the places that can have a canary: in their own traffic or not.
func canaries(items []item, sameTraffic bool) []item {
	return slices.DeleteFunc(slices.Clone(items), func(i item) bool {
		return i.Place.Kind != "Deployment" && i.Place.Kind != "" && !(sameTraffic && i.stays())
	})
}

// stays says whether the canary of a place is some of its own instances, which the rest follows.
func (i item) stays() bool { return i.Place.Kind == "StatefulSet" }

// stall is how long a rollout may stand still.
const stall = 5 * time.Minute

// run brings a wave out and watches it.
func (v wave) run(ctx workflow.Context, w work) error {
	v.began = workflow.Now(ctx)
	switch {
	case v.Share != nil:
		return v.steer(ctx, w)
	case v.Canary > 0:
		return v.canary(ctx, w)
	}
	change.Undoing(ctx, ops.Textf("%s back to what ran before", "%s 恢复原版本", v.title()), func(ctx workflow.Context) error {
		return v.deploy(ctx, item.inverse, nil)
	})
	pause := func(ctx workflow.Context, i item) error {
		one := v
		one.Items = []item{i}
		return one.bake(ctx, w)
	}
	if v.hurried() {
		pause = nil
	}
	if err := v.deploy(ctx, func(i item) item { return i }, pause); err != nil {
		return err
	}
	if v.Settle != nil {
		if err := v.settle(ctx, *v.Settle); err != nil {
			return err
		}
	}
	return v.bake(ctx, w)
}

// hurried says whether the wave is a way back, which nobody wants to wait for.
func (v wave) hurried() bool { return v.Name == "" }

// deploy sets the image of every place of the wave and waits until its instances serve. Where a runtime pauses by itself it
// is promoted after pause, or at once to its end without one.
func (v wave) deploy(ctx workflow.Context, as func(item) item, pause func(workflow.Context, item) error) error {
	return change.Parallel(ctx, len(v.Items), func(ctx workflow.Context, n int) error {
		i := as(v.Items[n])
		if err := i.deploy(ctx, pause != nil); err != nil {
			return err
		}
		for {
			now, err := activities.Rollout.Do(ctx, i.Place.Provider, activities.RolloutIn{Place: i.Place, AnyCount: true, Pauses: i.pauses(), Stall: stall})
			if err != nil || now.Pause <= 0 {
				return err
			}
			if pause != nil {
				if err := pause(ctx, i); err != nil {
					return err
				}
			}
			in := activities.PromoteIn{Place: i.Place, Pause: now.Pause, All: pause == nil}
			if _, err := activities.Promote.Do(ctx, i.Place.Provider, in); err != nil {
				return err
			}
		}
	})
}

// pauses says whether the runtime of a place has a rollout with pauses of its own.
func (i item) pauses() bool { return i.Place.Kind == "Rollout" }

// canary runs a few instances beside the old ones while it bakes, and takes them away again. Where they are instances of the
// workload itself they stay for the next wave, which the others follow in.
func (v wave) canary(ctx workflow.Context, w work) error {
	change.Undoing(ctx, ops.Textf("no %s any more", "移除%s", v.title()), func(ctx workflow.Context) error { return v.setCanaries(ctx, none) })
	if err := v.setCanaries(ctx, v.some); err != nil {
		return err
	}
	if err := v.bake(ctx, w); err != nil {
		return err
	}
	v.Items = slices.DeleteFunc(slices.Clone(v.Items), item.stays)
	return v.setCanaries(ctx, none)
}

// some is how many instances a canary of the wave has.
func (v wave) some(ctx workflow.Context, i item) (int, error) {
	runs, err := activities.Version.Do(ctx, i.Place.Provider, activities.RunsIn{Place: i.Place, Container: i.Container})
	return max(1, (runs.Replicas*v.Canary+99)/100), err
}

// none is how many instances a canary has that is over.
func none(workflow.Context, item) (int, error) { return 0, nil }

// setCanaries sets how many canaries run at each place of the wave, and waits until they serve.
func (v wave) setCanaries(ctx workflow.Context, replicas func(workflow.Context, item) (int, error)) error {
	return change.Parallel(ctx, len(v.Items), func(ctx workflow.Context, n int) error {
		i := v.Items[n]
		wanted, err := replicas(ctx, i)
		if err != nil {
			return err
		}
		out, err := activities.SetCanary.Do(ctx, i.Place.Provider, activities.CanaryIn{
			Place: i.Place, Container: i.Container, Image: i.To, Replicas: wanted, Owner: change.ID(ctx), Aside: v.Share != nil,
		})
		if err != nil || wanted == 0 {
			return err
		}
		_, err = activities.Rollout.Do(ctx, i.Place.Provider, activities.RolloutIn{Place: out.Place, AnyCount: true, Stall: stall})
		return err
	})
}
