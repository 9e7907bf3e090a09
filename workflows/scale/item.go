package scale

import (
	"strconv"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
)

// item is one workload and what it is scaled from and to.
type item struct {
	Place  ops.Place              `json:"place"`
	From   int                    `json:"from"`
	To     int                    `json:"to"`
	Was    *activities.Autoscaler `json:"was,omitempty"`
	Bounds *activities.Autoscaler `json:"bounds,omitempty"`
}

// items finds the places and works out what each is scaled to. What already is as wanted is left out.
func items(ctx workflow.Context, targets []ops.Target, written string) ([]item, []activities.Workload, error) {
	places, err := findPlaces(ctx, targets)
	if err != nil {
		return nil, nil, err
	}
	worlds, err := survey(ctx, places)
	if err != nil {
		return nil, nil, err
	}
	var out []item
	var kept []activities.Workload
	for i, p := range places {
		to, err := amount(written, worlds[i].Wanted)
		if err != nil {
			return nil, nil, err
		}
		it := item{Place: p, From: worlds[i].Wanted, To: to, Was: worlds[i].Autoscaler}
		it.Bounds = bounds(it.Was, to)
		if it.changes() {
			out, kept = append(out, it), append(kept, worlds[i])
		}
	}
	return out, kept, nil
}

func findPlaces(ctx workflow.Context, targets []ops.Target) ([]ops.Place, error) {
	found, err := activities.Find.Do(ctx, activities.Inventory, activities.FindIn{Targets: targets})
	return found.Places, err
}

// survey reads the places provider by provider, and answers in the order of the places.
func survey(ctx workflow.Context, places []ops.Place) ([]activities.Workload, error) {
	out := make([]activities.Workload, len(places))
	done := map[string]bool{}
	for _, p := range places {
		if done[p.Provider] {
			continue
		}
		done[p.Provider] = true
		var at []int
		var in activities.SurveyIn
		for i, o := range places {
			if o.Provider == p.Provider {
				at, in.Places = append(at, i), append(in.Places, o)
			}
		}
		worlds, err := activities.Survey.Do(ctx, p.Provider, in)
		if err != nil {
			return nil, err
		}
		for i, w := range worlds {
			out[at[i]] = w
		}
	}
	return out, nil
}

// bounds moves an autoscaler so that n instances run at least. Zero instances switch it off, so it is left alone.
func bounds(a *activities.Autoscaler, n int) *activities.Autoscaler {
	if a == nil || n == 0 {
		return nil
	}
	return &activities.Autoscaler{Name: a.Name, Min: n, Max: max(a.Max, n)}
}

func (i item) changes() bool {
	return i.From != i.To || (i.Bounds != nil && *i.Bounds != *i.Was)
}

// inverse is the item that takes this one back.
func (i item) inverse() item {
	back := item{Place: i.Place, From: i.To, To: i.From, Was: i.Was}
	if i.Bounds != nil {
		back.Was, back.Bounds = i.Bounds, i.Was
	}
	return back
}

func (i item) in() activities.ScaleIn {
	in := activities.ScaleIn{Place: i.Place, Replicas: i.To, From: i.From}
	if i.Bounds != nil {
		in.Was, in.Bounds = i.Was, i.Bounds
	}
	return in
}

func (i item) text() ops.Text {
	return ops.Textf("%s from %d to %d instances", "%s 由 %d 改为 %d 个实例", i.Place.Target, i.From, i.To)
}

// describe puts the items into a plan: differences, targets, blast radius, notes and how to undo it.
func describe(all []item) ops.Plan {
	p := ops.Plan{Undo: ops.Textf("set the former numbers again", "恢复原实例数")}
	b := &p.Blast
	for _, i := range all {
		if len(p.Diffs) < maxDiffs {
			p.Diffs = append(p.Diffs, i.diffs()...)
		}
		p.Targets = append(p.Targets, i.Place.Target)
		b.Targets++
		b.Delta += i.To - i.From
		b.Instances += distance(i.To, i.From)
		b.Percent = max(b.Percent, distance(i.To, i.From)*100/max(1, i.From))
		b.Envs, b.Clusters = add(b.Envs, i.Place.Target.Env), add(b.Clusters, i.Place.Context)
		if i.Bounds != nil {
			p.Notes = append(p.Notes, ops.Textf("autoscaler %s owns %s: its bounds become %d..%d", "自动伸缩 %s 管理 %s:其范围改为 %d..%d",
				i.Was.Name, i.Place.Target, i.Bounds.Min, i.Bounds.Max))
		}
		if i.Was != nil && i.To == 0 {
			p.Notes = append(p.Notes, ops.Textf("at 0 instances autoscaler %s of %s is switched off", "实例数为 0 时 %[2]s 的自动伸缩 %[1]s 停用", i.Was.Name, i.Place.Target))
		}
	}
	p.Notes = p.Notes[:min(len(p.Notes), maxDiffs)]
	b.Text = ops.Textf("%d targets, %+d instances, at most %d%% of one", "%d 个目标,实例数 %+d,单个目标最多变动 %d%%", b.Targets, b.Delta, b.Percent)
	p.Summary = summary(all)
	return p
}

// maxDiffs bounds how many lines a plan shows; the rest is counted in its summary.
const maxDiffs = 50

func (i item) diffs() []ops.Diff {
	out := []ops.Diff{{Object: i.Place.Target.String(), Field: "replicas", From: strconv.Itoa(i.From), To: strconv.Itoa(i.To)}}
	if i.Bounds != nil {
		out = append(out, ops.Diff{Object: i.Place.Target.String(), Field: "autoscaler " + i.Was.Name, From: span(i.Was), To: span(i.Bounds)})
	}
	return out
}

func summary(all []item) ops.Text {
	switch len(all) {
	case 0:
		return ops.Textf("nothing to do: it is already so", "无需变更:已是目标状态")
	case 1:
		return ops.Textf("scale %s", "扩缩容 %s", all[0].text())
	}
	return ops.Textf("scale %d targets, first %s", "扩缩容 %d 个目标,首个 %s", len(all), all[0].text())
}

func span(a *activities.Autoscaler) string { return strconv.Itoa(a.Min) + ".." + strconv.Itoa(a.Max) }

func distance(a, b int) int { return max(a-b, b-a) }

func add(list []string, s string) []string {
	for _, o := range list {
		if o == s {
			return list
		}
	}
	return append(list, s)
}
