package activities

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"orderly.example/ops"
)

// GuardIn asks to watch a gate until a time.
type GuardIn struct {
	Gate  ops.Gate      `json:"gate"`           // its query or address filled in
	Where ops.Text      `json:"where"`          // the wave that it is about, for people
	Began time.Time     `json:"began,omitzero"` // when the wave began, for a metric that is compared with itself before
	Until time.Time     `json:"until"`          // the gate has to pass then; it may have nothing to say before
	Grace time.Duration `json:"grace"`          // how much longer an answer is waited for
	Every time.Duration `json:"every"`          // how often to look
}

// Object names the gate.
func (in GuardIn) Object() string { return in.Gate.Name + " " + in.Where.En }

// GuardOut says what was seen last.
type GuardOut struct {
	Looks int      `json:"looks"`
	Last  ops.Text `json:"last,omitzero"`
}

// Guard watches a metric. It fails as Unsafe as soon as a value is out of bounds, and when there is none at the end: no
// value is no pass.
var Guard = newStep("guard", wait, func(m Meter, ctx context.Context, in GuardIn) (GuardOut, error) {
	return guard(ctx, in, func() (verdict, error) {
		out, err := m.Measure(ctx, MeasureIn{Query: in.Gate.Query})
		if err != nil {
			return verdict{}, err
		}
		if in.Gate.Baseline == "" {
			return judge(in.Gate, out.Samples), nil
		}
		base, err := m.Measure(ctx, in.baseline())
		if err != nil {
			return verdict{}, err
		}
		return judge(in.Gate, compared(out.Samples, base.Samples)), nil
	})
})

// GuardPage watches an address, as Guard watches a metric.
var GuardPage = newStep("page.guard", wait, func(p Prober, ctx context.Context, in GuardIn) (GuardOut, error) {
	return guard(ctx, in, func() (verdict, error) {
		out, err := p.Probe(ctx, ProbeIn{URL: in.Gate.URL})
		if err != nil {
			return verdict{}, err
		}
		return judgePage(in.Gate, out), nil
	})
})

// verdict is what one look says: it passes, it fails, or nothing is known.
type verdict struct {
	pass, fail bool
	text       ops.Text
}

func guard(ctx context.Context, in GuardIn, look func() (verdict, error)) (GuardOut, error) {
	var out GuardOut
	for {
		v, err := look()
		out.Looks++
		switch {
		case err != nil && !retried(ops.CodeOf(err)):
			return out, err
		case err != nil:
			v.text = ops.TextOf(err)
		case v.fail:
			return out, ops.Errorf(ops.Unsafe, "gate %s fails at %s: %s", "门禁 %s 在 %s 未通过:%s", in.Gate.Name, in.Where, v.text)
		}
		out.Last = v.text
		Report(ctx, ops.Progress{Object: in.Object(), Text: v.text})
		now := time.Now()
		switch {
		case v.pass && !now.Before(in.Until):
			return out, nil
		case !v.pass && now.After(in.Until.Add(in.Grace)):
			return out, ops.Errorf(ops.Unsafe, "gate %s is inconclusive at %s, which is no pass: %s", "门禁 %s 在 %s 无结论,不视为通过:%s", in.Gate.Name, in.Where, v.text)
		}
		next := orDefault(in.Every, time.Second)
		if left := in.Until.Sub(now); left > 0 {
			next = min(next, left)
		}
		if err := pause(ctx, next); err != nil {
			return out, err
		}
	}
}

// judge compares values with the bounds of a gate. One that is out of bounds fails it, whatever the others are.
func judge(g ops.Gate, samples []Sample) verdict {
	open := ops.Text{}
	if len(samples) == 0 {
		open = ops.Textf("there are no values of %s", "查询无数据:%s", g.Query)
	}
	for _, s := range samples {
		value, err := strconv.ParseFloat(s.Value, 64)
		switch {
		case err != nil || math.IsNaN(value):
			open = ops.Textf("%s%s is %s", "%s%s 的值为 %s", g.Name, s.Labels, s.Value)
		case g.Max != nil && value > *g.Max:
			return verdict{fail: true, text: ops.Textf("%s%s is more than %v", "%s%s 大于 %v", s.Value, s.Labels, *g.Max)}
		case g.Min != nil && value < *g.Min:
			return verdict{fail: true, text: ops.Textf("%s%s is less than %v", "%s%s 小于 %v", s.Value, s.Labels, *g.Min)}
		}
	}
	if !open.IsZero() {
		return verdict{text: open}
	}
	return verdict{pass: true, text: ops.Textf("%s, %d values in bounds", "%s,%d 个值均在范围内", samples[0].Value, len(samples))}
}

// baseline is what a metric is compared with.
func (in GuardIn) baseline() MeasureIn {
	if in.Gate.Baseline == ops.Before {
		return MeasureIn{Query: in.Gate.Query, At: in.Began}
	}
	return MeasureIn{Query: in.Gate.Baseline}
}

// compared divides values by those of the same labels, or the only one by the only one. What has nothing to be compared
// with is not known.
func compared(now, base []Sample) []Sample {
	out := make([]Sample, len(now))
	for i, s := range now {
		out[i] = Sample{Labels: s.Labels, Value: "NaN"}
		n := slices.IndexFunc(base, func(b Sample) bool { return b.Labels == s.Labels || len(now) == 1 && len(base) == 1 })
		if n < 0 {
			continue
		}
		a, err := strconv.ParseFloat(s.Value, 64)
		b, wrong := strconv.ParseFloat(base[n].Value, 64)
		if err != nil || wrong != nil {
			continue
		}
		r := a / b
		if a == 0 && b == 0 {
			r = 1
		}
		out[i].Value = strconv.FormatFloat(r, 'g', 4, 64)
		out[i].Labels += " (" + s.Value + " / " + base[n].Value + ")"
	}
	return out
}

// judgePage compares an answer with what a gate wants. While nobody answers, nothing is known.
func judgePage(g ops.Gate, p Probed) verdict {
	want := cmp.Or(g.Status, http.StatusOK)
	switch p.Status {
	case 0:
		return verdict{text: ops.Textf("%s does not answer: %s", "%s 无响应:%s", g.URL, p.Trouble)}
	case want:
		return verdict{pass: true, text: ops.Textf("it answers with %d", "返回 %d", want)}
	}
	return verdict{fail: true, text: ops.Textf("%s answers with %d and not %d", "%s 返回 %d 而非 %d", g.URL, p.Status, want)}
}
