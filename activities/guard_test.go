package activities

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"orderly.example/ops"
)

// readings are what a meter says, one after the other; the last one stays.
type readings struct {
	values [][]Sample
	errs   []error
	page   []Probed
	looks  int
}

func at[T any](list []T, n int) T {
	var none T
	if len(list) == 0 {
		return none
	}
	return list[min(n, len(list)-1)]
}

func (r *readings) Measure(context.Context, MeasureIn) (Measured, error) {
	r.looks++
	return Measured{Samples: at(r.values, r.looks-1)}, at(r.errs, r.looks-1)
}

func (r *readings) Probe(context.Context, ProbeIn) (Probed, error) {
	r.looks++
	return at(r.page, r.looks-1), nil
}

func samples(values ...string) []Sample {
	var out []Sample
	for _, v := range values {
		out = append(out, Sample{Value: v})
	}
	return out
}

// clocked is a meter whose values depend on the query and the time that is asked for.
type clocked func(MeasureIn) []Sample

func (c clocked) Measure(_ context.Context, in MeasureIn) (Measured, error) {
	return Measured{Samples: c(in)}, nil
}

// TestAMetricIsCompared with itself before the wave, or with another query; what has no counterpart is inconclusive.
func TestAMetricIsCompared(t *testing.T) {
	most := 1.5
	began := time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		baseline  string
		now, base []Sample
		says      string // empty: it passes
	}{
		"no worse than before":      {ops.Before, samples("0.3"), samples("0.2"), ""},
		"twice as bad as before":    {ops.Before, samples("0.4"), samples("0.2"), "2 (0.4 / 0.2) is more than 1.5"},
		"nothing, as before":        {ops.Before, samples("0"), samples("0"), ""},
		"something, before nothing": {ops.Before, samples("0.1"), samples("0"), "+Inf (0.1 / 0) is more than 1.5"},
		"nothing known before":      {ops.Before, samples("0.1"), nil, "inconclusive"},
		"NaN before":                {ops.Before, samples("0.1"), samples("NaN"), "inconclusive"},
		"nothing known now":         {ops.Before, nil, samples("0.1"), "inconclusive"},
		"as the baseline":           {"old", []Sample{{Labels: `{track="canary"}`, Value: "2"}}, []Sample{{Labels: `{track="stable"}`, Value: "2"}}, ""},
		"one pod is worse":          {"old", []Sample{{`{pod="a"}`, "2"}, {`{pod="b"}`, "9"}}, []Sample{{`{pod="b"}`, "3"}, {`{pod="a"}`, "2"}}, `{pod="b"} (9 / 3) is more than`},
		"one pod is new":            {"old", []Sample{{`{pod="a"}`, "2"}, {`{pod="c"}`, "2"}}, []Sample{{`{pod="b"}`, "3"}, {`{pod="a"}`, "2"}}, "inconclusive"},
	} {
		synctest.Test(t, func(t *testing.T) {
			meter := clocked(func(in MeasureIn) []Sample {
				if in.Query == "old" || in.At.Equal(began) {
					return c.base
				}
				return c.now
			})
			g := ops.Gate{Name: "errors", Kind: ops.GateMetric, Query: "q", Max: &most, Baseline: c.baseline}
			out, err := Guard.call(meter, t.Context(), GuardIn{Gate: g, Began: began, Until: time.Now().Add(time.Minute), Grace: time.Minute, Every: 20 * time.Second})
			switch {
			case c.says == "" && err != nil, c.says != "" && (ops.CodeOf(err) != ops.Unsafe || !strings.Contains(ops.TextOf(err).En, c.says)):
				t.Errorf("%s: %+v, %v", name, out, err)
			}
		})
	}
}

// TestGuard: a gate passes at its time, fails at once, and waits a little for a value that does not come.
func TestGuard(t *testing.T) {
	least, most := 0.1, 0.5
	gate := ops.Gate{Name: "errors", Kind: ops.GateMetric, Query: "q", Max: &most, Min: &least}
	away := ops.Errorf(ops.Unavailable, "away", "不可用")
	for name, c := range map[string]struct {
		meter readings
		took  time.Duration
		code  ops.Code
		says  string
	}{
		"in bounds":               {readings{values: [][]Sample{samples("0.2", "0.5")}}, 60 * time.Second, "", "2 values in bounds"},
		"above at once":           {readings{values: [][]Sample{samples("0.2", "0.6")}}, 0, ops.Unsafe, "0.6 is more than 0.5"},
		"below later":             {readings{values: [][]Sample{samples("0.2"), samples("0.2"), samples("0.01")}}, 40 * time.Second, ops.Unsafe, "0.01 is less than 0.1"},
		"infinite":                {readings{values: [][]Sample{samples("+Inf")}}, 0, ops.Unsafe, "+Inf is more than 0.5"},
		"no value yet":            {readings{values: [][]Sample{nil, samples("NaN"), samples("0.2")}}, 60 * time.Second, "", "in bounds"},
		"a value that comes late": {readings{values: [][]Sample{nil, nil, nil, nil, samples("0.2")}}, 80 * time.Second, "", "in bounds"},
		"no value":                {readings{values: [][]Sample{nil}}, 100 * time.Second, ops.Unsafe, "inconclusive at prod idc1, which is no pass: there are no values of q"},
		"not a number":            {readings{values: [][]Sample{samples("0.2", "NaN")}}, 100 * time.Second, ops.Unsafe, "is NaN"},
		"away for a while":        {readings{values: [][]Sample{nil, nil, samples("0.2")}, errs: []error{away, away, nil}}, 60 * time.Second, "", "in bounds"},
		"away":                    {readings{errs: []error{away}}, 100 * time.Second, ops.Unsafe, "no pass: away"},
		"a wrong query":           {readings{errs: []error{ops.Errorf(ops.Invalid, "wrong", "有误")}}, 0, ops.Invalid, "wrong"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				in := GuardIn{Gate: gate, Where: ops.Plain("prod idc1"), Until: began.Add(time.Minute), Grace: 30 * time.Second, Every: 20 * time.Second}
				out, err := Guard.call(&c.meter, t.Context(), in)
				said := out.Last.En
				if err != nil {
					said = ops.TextOf(err).En
				}
				if took := time.Since(began); took != c.took || ops.CodeOf(err) != c.code || !strings.Contains(said, c.says) {
					t.Errorf("after %s: %q %v: %s", took, ops.CodeOf(err), err, said)
				}
			})
		})
	}
}

func TestGuardPage(t *testing.T) {
	gate := ops.Gate{Name: "page", Kind: ops.GateHTTP, URL: "http://x/", Status: 204}
	for name, c := range map[string]struct {
		page []Probed
		says string
	}{
		"as wanted":    {[]Probed{{Trouble: ops.Plain("refused")}, {Status: 204}}, ""},
		"another":      {[]Probed{{Status: 503}}, "answers with 503 and not 204"},
		"never":        {[]Probed{{Trouble: ops.Plain("refused")}}, "does not answer: refused"},
		"away, then 5": {[]Probed{{Status: 204}, {Status: 500}}, "answers with 500"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				in := GuardIn{Gate: gate, Where: ops.Plain("prod idc1"), Until: time.Now().Add(time.Minute), Every: 20 * time.Second}
				_, err := GuardPage.call(&readings{page: c.page}, t.Context(), in)
				if c.says == "" && err != nil || c.says != "" && (ops.CodeOf(err) != ops.Unsafe || !strings.Contains(ops.TextOf(err).En, c.says)) {
					t.Errorf("%v", err)
				}
			})
		})
	}
}

// TestDiffs: how many answers may differ, and what no comparison means.
func TestDiffs(t *testing.T) {
	tenth := 0.1
	for name, c := range map[string]struct {
		max  *float64
		out  Compared
		want verdict
	}{
		"all alike":        {nil, Compared{Same: 10}, verdict{pass: true}},
		"one differs":      {nil, Compared{Same: 9, Different: 1}, verdict{fail: true}},
		"one may differ":   {&tenth, Compared{Same: 9, Different: 1}, verdict{pass: true}},
		"two may not":      {&tenth, Compared{Same: 8, Different: 2}, verdict{fail: true}},
		"nothing is known": {nil, Compared{Unknown: 3}, verdict{}},
		"some are unknown": {nil, Compared{Same: 7, Unknown: 3}, verdict{}},
	} {
		if got := judgeDiff(ops.Gate{Max: c.max}, c.out); got.pass != c.want.pass || got.fail != c.want.fail || got.text.IsZero() {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestGuardEndsWithItsContext: a person has promoted the wave.
func TestGuardEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		most := 1.0
		in := GuardIn{Gate: ops.Gate{Name: "errors", Query: "q", Max: &most}, Until: time.Now().Add(time.Hour), Every: time.Minute}
		if _, err := Guard.call(&readings{values: [][]Sample{samples("0")}}, ctx, in); err == nil {
			t.Error("it goes on")
		}
	})
}
