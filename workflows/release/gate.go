package release

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// Who measures when a gate does not say.
const (
	meter  = "prometheus"
	prober = "web"
)

const (
	lookEvery = 30 * time.Second // how often a gate is looked at
	grace     = time.Minute      // how much longer than the bake an answer is waited for
)

// bake watches the wave for its time, then asks the people whom its gates name.
func (v wave) bake(ctx workflow.Context, w work) error {
	gates, checks := v.gates(w.Gates), v.checks(ctx, w)
	if v.Bake > 0 || len(gates)+len(checks) > 0 {
		undoChecks(ctx, checks)
		together := change.Parallel
		if len(checks) > 0 { // a pipeline may last for long after the metrics have decided
			together = untilOneFails
		}
		err := change.Bake(ctx, v.title(), v.Bake, func(ctx workflow.Context, until time.Time) error {
			return together(ctx, len(gates)+len(checks), func(ctx workflow.Context, n int) error {
				if n >= len(gates) {
					return checks[n-len(gates)].run(ctx, v)
				}
				return v.guard(ctx, gates[n], until)
			})
		})
		if err != nil {
			return err
		}
	}
	for _, g := range w.Gates {
		if g.Kind != ops.GateManual || !v.has(g) {
			continue
		}
		if err := change.Confirm(ctx, ops.Textf("%s is out, and gate %s wants a person", "%s 已发布,门禁 %s 需人工确认", v.title(), g.Name)); err != nil {
			return err
		}
	}
	return nil
}

// untilOneFails does n things at once, and stops the others as soon as one fails.
func untilOneFails(ctx workflow.Context, n int, do func(ctx workflow.Context, n int) error) error {
	ctx, stop := workflow.WithCancel(ctx)
	defer stop()
	var cause error
	err := change.Parallel(ctx, n, func(ctx workflow.Context, n int) error {
		err := do(ctx, n)
		if err != nil && cause == nil {
			cause = err
			stop()
		}
		return err
	})
	if cause != nil {
		return cause
	}
	return err
}

// has says whether a gate counts in this wave.
func (v wave) has(g ops.Gate) bool { return len(g.Envs) == 0 || slices.Contains(g.Envs, v.Env) }

// gates are what is measured in this wave: each gate for each place, but once where it asks the same.
func (v wave) gates(all []ops.Gate) []ops.Gate {
	var out []ops.Gate
	for _, g := range all {
		unmeasured := g.Kind == ops.GateMetric && v.Share != nil && v.Share.idle() // who has no traffic has no metrics
		if g.Kind == ops.GateManual || g.Kind == ops.GatePipeline || g.Kind == ops.GateScan || unmeasured || !v.has(g) {
			continue
		}
		for _, i := range v.Items {
			filled := g
			filled.Query, filled.URL, filled.Baseline = v.fill(i, g.Query), v.fill(i, g.URL), v.fill(i, g.Baseline)
			same := func(o ops.Gate) bool {
				return o.Name == g.Name && o.Query == filled.Query && o.URL == filled.URL && o.Baseline == filled.Baseline
			}
			if !slices.ContainsFunc(out, same) {
				out = append(out, filled)
			}
		}
	}
	return out
}

// tryGates asks every metric once, and whether every pipeline could run, so that what is wrong is found before anything
// starts. What it measures now does not count.
func (w work) tryGates(ctx workflow.Context) error {
	asked := map[string]bool{}
	for _, v := range w.Waves {
		for _, c := range v.checks(ctx, w) {
			if err := c.try(ctx); err != nil {
				return err
			}
		}
		for _, g := range v.gates(w.Gates) {
			if g.Kind != ops.GateMetric || asked[g.Query] {
				continue
			}
			asked[g.Query] = true
			for _, query := range []string{g.Query, g.Baseline} {
				if query == "" || query == ops.Before {
					continue
				}
				if _, err := activities.Measure.Do(ctx, cmp.Or(g.Provider, meter), activities.MeasureIn{Query: query}); err != nil {
					return ops.Errorf(ops.CodeOf(err), "gate %s cannot be measured: %s", "门禁 %s 无法测量:%s", g.Name, ops.TextOf(err)).Because(err)
				}
			}
		}
	}
	return nil
}

// guard watches one gate until a time.
func (v wave) guard(ctx workflow.Context, g ops.Gate, until time.Time) error {
	in := activities.GuardIn{Gate: g, Where: v.title(), Began: v.began, Until: until, Grace: grace, Every: lookEvery}
	if v.Bake > 0 {
		in.Grace, in.Every = min(grace, v.Bake), min(lookEvery, v.Bake/4)
	}
	step, who := activities.Guard.Do, meter
	switch g.Kind {
	case ops.GateHTTP:
		step, who = activities.GuardPage.Do, prober
	case ops.GateDiff:
		step, who = activities.GuardDiff.Do, prober
	}
	_, err := step(ctx, cmp.Or(g.Provider, who), in)
	return err
}

// fill puts what a place is into a query or an address. ${canary} is what the name of the service has at its end while a
// canary stands aside, and nothing else.
func (v wave) fill(i item, text string) string {
	t, canary := i.Place.Target, ""
	if v.Share != nil {
		canary = activities.CanarySuffix
	}
	return strings.NewReplacer("${service}", t.Service, "${env}", t.Env, "${idc}", t.IDC, "${cluster}", t.Cluster, "${namespace}", i.Place.Namespace,
		"${name}", i.Place.Name, "${canary}", canary, "${version}", versionOf(i.To), "${image}", i.To, "${former}", versionOf(i.From)).Replace(text)
}
