package release

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strconv"
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

// How often gates are looked at while a wave bakes, and how long an answer may take before it counts as none.
const (
	lookEvery = 30 * time.Second
	lookTime  = time.Minute
)

// bake watches the wave for its time, then asks the people whom its gates name.
func (v wave) bake(ctx workflow.Context, w work) error {
	var measured, manual []ops.Gate
	for _, g := range w.Gates {
		switch {
		case len(g.Envs) > 0 && !slices.Contains(g.Envs, v.Env):
		case g.Kind == ops.GateManual:
			manual = append(manual, g)
		default:
			measured = append(measured, g)
		}
	}
	if v.Bake > 0 || len(measured) > 0 {
		err := change.Bake(ctx, ops.Plain(v.Name), v.Bake, min(lookEvery, max(time.Second, v.Bake/4)), func(ctx workflow.Context, last bool) error {
			return v.look(ctx, measured, last)
		})
		if err != nil {
			return err
		}
	}
	for _, g := range manual {
		if err := change.Confirm(ctx, ops.Textf("%s is out, and gate %s wants a person", "%s 已发布,门禁 %s 需人工确认", v.Name, g.Name)); err != nil {
			return err
		}
	}
	return nil
}

// look asks every gate about every place. That nothing is known counts only in the last look.
func (v wave) look(ctx workflow.Context, gates []ops.Gate, last bool) error {
	asked := map[string]bool{}
	for _, g := range gates {
		for _, i := range v.Items {
			filled := i.fill(cmp.Or(g.Query, g.URL))
			if asked[g.Name+filled] {
				continue
			}
			asked[g.Name+filled] = true
			open, err := measure(ctx, g, filled)
			if err != nil {
				return ops.Errorf(ops.Unsafe, "gate %s fails at %s: %s", "门禁 %s 在 %s 未通过:%s", g.Name, v.Name, ops.TextOf(err)).Because(err)
			}
			if last && !open.IsZero() {
				return ops.Errorf(ops.Unsafe, "gate %s is inconclusive at %s, which is no pass: %s", "门禁 %s 在 %s 无结论,不视为通过:%s", g.Name, v.Name, open)
			}
		}
	}
	return nil
}

// fill puts what a place is into a query or an address.
func (i item) fill(text string) string {
	t := i.Place.Target
	return strings.NewReplacer("${service}", t.Service, "${env}", t.Env, "${idc}", t.IDC, "${cluster}", t.Cluster, "${namespace}", i.Place.Namespace,
		"${name}", i.Place.Name, "${version}", versionOf(i.To), "${former}", versionOf(i.From)).Replace(text)
}

// measure asks once. The error says why the gate fails; the text, why nothing is known.
func measure(ctx workflow.Context, g ops.Gate, filled string) (ops.Text, error) {
	if g.Kind == ops.GateHTTP {
		return probe(ctx, g, filled)
	}
	var out activities.Measured
	err, answered := within(ctx, lookTime, func(ctx workflow.Context) (err error) {
		out, err = activities.Measure.Do(ctx, cmp.Or(g.Provider, meter), activities.MeasureIn{Query: filled})
		return err
	})
	switch {
	case !answered:
		return ops.Textf("there is no answer to %s", "查询无响应:%s", filled), nil
	case err != nil:
		return ops.Text{}, err
	case len(out.Samples) == 0:
		return ops.Textf("there are no values of %s", "查询无数据:%s", filled), nil
	}
	for _, s := range out.Samples {
		value, err := strconv.ParseFloat(s.Value, 64)
		switch {
		case err != nil || math.IsNaN(value):
			return ops.Textf("%s is %s", "%s 的值为 %s", filled, s.Value), nil
		case g.Max != nil && value > *g.Max:
			return ops.Text{}, ops.Errorf(ops.Unsafe, "%s%s is more than %v", "%s%s 大于 %v", s.Value, s.Labels, *g.Max)
		case g.Min != nil && value < *g.Min:
			return ops.Text{}, ops.Errorf(ops.Unsafe, "%s%s is less than %v", "%s%s 小于 %v", s.Value, s.Labels, *g.Min)
		}
	}
	return ops.Text{}, nil
}

// probe asks an address. While nobody answers, nothing is known.
func probe(ctx workflow.Context, g ops.Gate, url string) (ops.Text, error) {
	var out activities.Probed
	err, answered := within(ctx, lookTime, func(ctx workflow.Context) (err error) {
		out, err = activities.Probe.Do(ctx, cmp.Or(g.Provider, prober), activities.ProbeIn{URL: url})
		return err
	})
	switch {
	case !answered || err == nil && out.Status == 0:
		return ops.Textf("%s does not answer: %s", "%s 无响应:%s", url, out.Trouble), nil
	case err != nil:
		return ops.Text{}, err
	case out.Status != cmp.Or(g.Status, http.StatusOK):
		return ops.Text{}, ops.Errorf(ops.Unsafe, "%s answers with %d and not %d", "%s 返回 %d 而非 %d", url, out.Status, cmp.Or(g.Status, http.StatusOK))
	}
	return ops.Text{}, nil
}

// within does something for a limited time, and says whether it ended by itself.
func within(ctx workflow.Context, limit time.Duration, do func(workflow.Context) error) (err error, ended bool) {
	ctx, cancel := workflow.WithCancel(ctx)
	defer cancel()
	workflow.Go(ctx, func(ctx workflow.Context) {
		err = do(ctx)
		ended = true
	})
	if ok, failed := workflow.AwaitWithTimeout(ctx, limit, func() bool { return ended }); failed != nil || !ok {
		return failed, false
	}
	return err, true
}
