package provision

import (
	"strconv"
	"strings"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// asleep is the note of an environment that says how many instances each workload had: api=3,web=2.
const asleep = "asleep"

// napWork puts an environment to sleep, or wakes it.
type napWork struct {
	Spot   spot      `json:"spot"`
	Change string    `json:"change"` // that made the environment
	Items  []napItem `json:"items"`
	Was    string    `json:"was,omitempty"`  // the note before
	Note   string    `json:"note,omitempty"` // the note afterwards
}

// napItem is a workload and its instances before and after.
type napItem struct {
	Place ops.Place `json:"place"`
	From  int       `json:"from"`
	To    int       `json:"to"`
}

// name names the workload for people.
func (i napItem) name() string {
	if i.Place.Target.Service != "" {
		return i.Place.Target.String()
	}
	return i.Place.String()
}

func (i napItem) in() activities.ScaleIn {
	return activities.ScaleIn{Place: i.Place, Replicas: i.To, From: i.From}
}

// inverse is the work that takes this one back.
func (w napWork) inverse() napWork {
	out := w
	out.Was, out.Note, out.Items = w.Note, w.Was, nil
	for _, i := range w.Items {
		out.Items = append(out.Items, napItem{Place: i.Place, From: i.To, To: i.From})
	}
	return out
}

// SleepEnv scales everything in an environment to nothing.
var SleepEnv = change.Define(ops.Operation{
	Name: "env.sleep", Aliases: []string{"环境休眠"}, Group: "provision", Risk: ops.Low, Example: "env.sleep ann-dev idc1/c1 --cron \"0 22 * * *\"",
	Help: ops.Text{En: "scale everything in an environment to nothing; env.wake brings it back", Zh: "将环境中的全部实例缩为 0;可用 env.wake 恢复"},
}, change.Steps[envName, napWork]{Plan: planSleep, Run: runNap, Verify: verifyNap, Undo: undoNap})

// WakeEnv scales everything in an environment to what it was.
var WakeEnv = change.Define(ops.Operation{
	Name: "env.wake", Aliases: []string{"环境唤醒"}, Group: "provision", Risk: ops.Low, Example: "env.wake ann-dev idc1/c1",
	Help: ops.Text{En: "bring an environment that sleeps back to its former numbers", Zh: "将休眠的环境恢复到原实例数"},
}, change.Steps[envName, napWork]{Plan: planWake, Run: runNap, Verify: verifyNap, Undo: undoNap})

func planSleep(ctx workflow.Context, p envName) (ops.Plan, napWork, error) {
	w, worlds, n, err := nap(ctx, p)
	if err != nil {
		return ops.Plan{}, w, err
	}
	former, err := pairs(w.Was, "env")
	if err != nil {
		return ops.Plan{}, w, err
	}
	for _, at := range worlds {
		if at.Wanted > 0 {
			former[at.Place.Name] = strconv.Itoa(at.Wanted)
			w.Items = append(w.Items, napItem{Place: at.Place, From: at.Wanted})
		}
	}
	w.Note = written(former)
	plan := w.describe(ops.Textf("put environment %s to sleep", "使环境 %s 休眠", w.Spot.Room.Object()))
	if more := len(n.Workloads) - len(worlds); more > 0 {
		plan.Notes = append(plan.Notes, ops.Textf("%d things in it cannot be scaled, and go on", "其中 %d 项无法缩容,将继续运行", more))
	}
	return plan, w, nil
}

func planWake(ctx workflow.Context, p envName) (ops.Plan, napWork, error) {
	w, worlds, _, err := nap(ctx, p)
	if err != nil {
		return ops.Plan{}, w, err
	}
	former, err := pairs(w.Was, "env")
	if err != nil {
		return ops.Plan{}, w, err
	}
	for _, at := range worlds {
		if to, err := strconv.Atoi(former[at.Place.Name]); err == nil && to > 0 && at.Wanted == 0 {
			w.Items = append(w.Items, napItem{Place: at.Place, To: to})
		}
	}
	return w.describe(ops.Textf("wake environment %s", "唤醒环境 %s", w.Spot.Room.Object())), w, nil
}

// nap reads an environment and its workloads.
func nap(ctx workflow.Context, p envName) (napWork, []activities.Workload, activities.Namespace, error) {
	s, n, err := borrowed(ctx, p.Env, p.Cluster, true)
	if err != nil {
		return napWork{}, nil, n, err
	}
	w := napWork{Spot: s, Change: n.Change, Was: n.Notes[asleep]}
	var out []activities.Workload
	for _, at := range n.Places {
		at.Provider = s.Provider
		world, err := activities.Status.Do(ctx, at.Provider, activities.StatusIn{Place: at})
		if err != nil {
			return w, nil, n, err
		}
		world.Place = at
		out = append(out, world)
	}
	return w, out, n, nil
}

// written is the inverse of pairs.
func written(m map[string]string) string {
	var out []string
	for _, name := range inOrder(m) {
		out = append(out, name+"="+m[name])
	}
	return strings.Join(out, ",")
}

func (w napWork) describe(summary ops.Text) ops.Plan {
	if len(w.Items) == 0 {
		return nothing(w.Spot)
	}
	p := ops.Plan{Summary: summary, Targets: []ops.Target{w.Spot.Target}, Undo: ops.Textf("set the former numbers again", "恢复原实例数"), Blast: w.Spot.blast(ops.Text{})}
	for _, i := range w.Items {
		p.Diffs = append(p.Diffs, ops.Diff{Object: i.name(), Field: "replicas", From: strconv.Itoa(i.From), To: strconv.Itoa(i.To)})
		if i.Place.Target.Service != "" {
			p.Targets = append(p.Targets, i.Place.Target)
		}
		p.Blast.Delta += i.To - i.From
		p.Blast.Instances += max(i.From, i.To)
	}
	p.Blast.Targets, p.Blast.Percent = len(w.Items), 100
	p.Blast.Text = ops.Textf("%d workloads, %+d instances", "%d 个工作负载,实例数 %+d", len(w.Items), p.Blast.Delta)
	return p
}

// runNap writes the former numbers down before it takes anything away, and crosses them out when everything is back.
func runNap(ctx workflow.Context, w napWork) error {
	remember := func(ctx workflow.Context, note string) error {
		_, err := activities.Remember.Do(ctx, w.Spot.Provider, activities.RememberIn{Room: w.Spot.Room, Change: w.Change, Notes: map[string]string{asleep: note}})
		return err
	}
	change.Undoing(ctx, ops.Textf("set the former note again", "恢复原备注"), func(ctx workflow.Context) error { return remember(ctx, w.Was) })
	if w.Note != "" {
		if err := remember(ctx, w.Note); err != nil {
			return err
		}
	}
	for n, back := range w.inverse().Items {
		change.Undoing(ctx, ops.Textf("%s back to %d instances", "%s 恢复为 %d 个实例", back.name(), back.To), func(ctx workflow.Context) error {
			_, err := activities.Scale.Do(ctx, back.Place.Provider, back.in())
			return err
		})
		i := w.Items[n]
		if _, err := activities.Scale.Do(ctx, i.Place.Provider, i.in()); err != nil {
			return err
		}
	}
	if w.Note == "" {
		return remember(ctx, "")
	}
	return nil
}

func verifyNap(ctx workflow.Context, w napWork) error {
	return change.Parallel(ctx, len(w.Items), func(ctx workflow.Context, n int) error {
		i := w.Items[n]
		_, err := activities.Rollout.Do(ctx, i.Place.Provider, activities.RolloutIn{Place: i.Place, Replicas: i.To})
		return err
	})
}

// undoNap plans the way back, from the numbers as they are now.
func undoNap(ctx workflow.Context, done napWork) (ops.Plan, napWork, error) {
	back := done.inverse()
	items := back.Items
	back.Items = nil
	for _, i := range items {
		now, err := activities.Status.Do(ctx, i.Place.Provider, activities.StatusIn{Place: i.Place})
		if err != nil {
			return ops.Plan{}, back, err
		}
		if i.From = now.Wanted; i.From != i.To {
			back.Items = append(back.Items, i)
		}
	}
	return back.describe(ops.Textf("set the former numbers of %s again", "恢复 %s 的原实例数", back.Spot.Room.Object())), back, nil
}
