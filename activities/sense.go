package activities

import (
	"context"
	"math"
	"strconv"
	"time"

	"orderly.example/ops"
)

// SenseIn asks to watch a metric until it leaves a band, or until a time.
type SenseIn struct {
	Query string        `json:"query"`
	Where string        `json:"where"` // what it is about, for people
	Low   float64       `json:"low"`
	High  float64       `json:"high"`
	Looks int           `json:"looks"` // how many looks in a row it has to be outside, on the same side
	Until time.Time     `json:"until"`
	Every time.Duration `json:"every"` // how often to look
}

// Object names what is watched.
func (in SenseIn) Object() string { return in.Where }

// SenseOut says whether the metric left the band, and its last value if it did.
type SenseOut struct {
	Outside bool    `json:"outside,omitempty"`
	Value   float64 `json:"value,omitempty"`
	Looks   int     `json:"looks"`  // in all
	Inside  int     `json:"inside"` // looks that saw it in the band
	Blind   int     `json:"blind"`  // looks that saw no value
}

// Sense watches a metric in one step, for hours if need be. No value, NaN, an infinity and no answer are never outside:
// they begin the row of looks anew. Invalid when the query is wrong or gives several values.
var Sense = newStep("sense", wait, func(m Meter, ctx context.Context, in SenseIn) (SenseOut, error) {
	var out SenseOut
	row, side := 0, 0
	for {
		v, text, err := senseOnce(ctx, m, in.Query)
		if err != nil {
			return out, err
		}
		out.Looks++
		now := 0
		switch {
		case !text.IsZero():
			out.Blind++
		case v > in.High:
			now = 1
		case v < in.Low:
			now = -1
		default:
			out.Inside++
		}
		if now != side {
			row, side = 0, now
		}
		if row++; side != 0 && row >= in.Looks {
			out.Outside, out.Value = true, v
			return out, nil
		}
		if text.IsZero() {
			text = ops.Textf("%s, wanted %s to %s", "%s,期望 %s 至 %s", short(v), short(in.Low), short(in.High))
		}
		Report(ctx, ops.Progress{Object: in.Object(), Text: text})
		left := time.Until(in.Until)
		if left <= 0 {
			return out, nil
		}
		if err := pause(ctx, min(left, orDefault(in.Every, time.Second))); err != nil {
			return out, err
		}
	}
})

// senseOnce looks once; the text says why there is no value.
func senseOnce(ctx context.Context, m Meter, query string) (float64, ops.Text, error) {
	got, err := m.Measure(ctx, MeasureIn{Query: query})
	switch {
	case err != nil && retried(ops.CodeOf(err)):
		return 0, ops.TextOf(err), nil
	case err != nil:
		return 0, ops.Text{}, err
	}
	return OneValue(query, got.Samples)
}

// OneValue is the one finite value of a query. The text says why there is none; Invalid when there are several.
func OneValue(query string, samples []Sample) (float64, ops.Text, error) {
	switch len(samples) {
	case 0:
		return 0, ops.Textf("there are no values of %s", "查询无数据:%s", query), nil
	case 1:
	default:
		return 0, ops.Text{}, ops.Errorf(ops.Invalid, "%s gives %d values and a rule goes by one; put sum(), max() or avg() around it", "%s 返回 %d 个值,而规则只依据一个;请使用 sum()、max() 或 avg()",
			query, len(samples)).At("query")
	}
	v, err := strconv.ParseFloat(samples[0].Value, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, ops.Textf("the value is %s", "当前值为 %s", samples[0].Value), nil
	}
	return v, ops.Text{}, nil
}

func short(v float64) string { return strconv.FormatFloat(v, 'g', 5, 64) }
