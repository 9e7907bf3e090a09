package activities

import (
	"context"
	"testing"
	"time"

	"orderly.example/ops"
)

// values answers with one value after the other, and then with the last.
type values []string

func (v *values) Measure(context.Context, MeasureIn) (Measured, error) {
	s := (*v)[0]
	if len(*v) > 1 {
		*v = (*v)[1:]
	}
	switch s {
	case "away":
		return Measured{}, ops.Errorf(ops.Unavailable, "away", "不可用")
	case "wrong":
		return Measured{}, ops.Errorf(ops.Invalid, "wrong", "有误")
	case "none":
		return Measured{}, nil
	case "two":
		return Measured{Samples: []Sample{{Value: "1"}, {Value: "2"}}}, nil
	}
	return Measured{Samples: []Sample{{Value: s}}}, nil
}

func TestSense(t *testing.T) {
	for name, c := range map[string]struct {
		seen []string
		want SenseOut
		code ops.Code
	}{
		"above":                 {[]string{"1", "9", "9"}, SenseOut{Outside: true, Value: 9, Looks: 3}, ""},
		"below":                 {[]string{"0.1", "0.2"}, SenseOut{Outside: true, Value: 0.2, Looks: 2}, ""},
		"one look is no row":    {[]string{"9", "1", "9", "1"}, SenseOut{}, ""},
		"from side to side":     {[]string{"9", "0", "9", "0", "1"}, SenseOut{}, ""},
		"nothing breaks a row":  {[]string{"9", "none", "9", "NaN", "9", "away", "9", "+Inf", "1"}, SenseOut{Blind: 4}, ""},
		"never on nothing":      {[]string{"none"}, SenseOut{}, ""},
		"never on not a number": {[]string{"NaN"}, SenseOut{}, ""},
		"never on infinity":     {[]string{"-Inf"}, SenseOut{}, ""},
		"a wrong query":         {[]string{"wrong"}, SenseOut{}, ops.Invalid},
		"several values":        {[]string{"two"}, SenseOut{}, ops.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			seen := values(c.seen)
			in := SenseIn{Query: "q", Low: 0.5, High: 2, Looks: 2, Every: time.Millisecond, Until: time.Now().Add(40 * time.Millisecond)}
			out, err := Sense.call(&seen, t.Context(), in)
			if ops.CodeOf(err) != c.code || out.Outside != c.want.Outside || out.Value != c.want.Value || c.want.Looks > 0 && out.Looks != c.want.Looks || c.want.Blind > 0 && out.Blind != c.want.Blind {
				t.Errorf("%+v (%v), want %+v", out, err, c.want)
			}
		})
	}
}
