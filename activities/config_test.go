package activities

import (
	"context"
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
)

// tracker answers with one Received after the other, the last for ever.
type tracker struct{ says []Received }

func (f *tracker) ConfigReceived(context.Context, ops.ConfigAt, string) (Received, error) {
	now := f.says[0]
	if len(f.says) > 1 {
		f.says = f.says[1:]
	}
	return now, nil
}

func TestAwaitConfig(t *testing.T) {
	in := ReceivedIn{At: ops.ConfigAt{Env: "PRO", App: "cart", Namespace: "application"}, Release: "2", Stall: 30 * time.Millisecond, Poll: time.Millisecond}
	some := Received{Latest: true, Have: []string{"10.0.0.1"}, Lack: []string{"10.0.0.3", "10.0.0.2"}}
	all := Received{Latest: true, Have: []string{"10.0.0.1", "10.0.0.2"}}
	for name, tt := range map[string]struct {
		says []Received
		code ops.Code
		want string
	}{
		"in the end":      {[]Received{{Latest: true, Lack: []string{"a"}}, some, all}, "", ""},
		"one lacks it":    {[]Received{some}, ops.Unsafe, "received by 1 of 3 instances; these lack it: 10.0.0.2, 10.0.0.3"},
		"published again": {[]Received{some, {Have: []string{"a"}}}, ops.Conflict, "another release was published"},
	} {
		_, err := awaitConfig(&tracker{tt.says}, t.Context(), in)
		if ops.CodeOf(err) != tt.code || err != nil && (!strings.Contains(ops.TextOf(err).En, tt.want) || ops.TextOf(err).Zh == "") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPlanEdit(t *testing.T) {
	now := func(values ...string) Config {
		v := map[string]string{}
		for i := 0; i < len(values); i += 2 {
			v[values[i]] = values[i+1]
		}
		return Config{Values: v, Content: ConfigContent(v), Release: "1"}
	}
	base := now("a", "1", "b", "2", "c", "3")
	in := EditIn{Release: "1", Content: base.Content, Changes: []ConfigChange{
		{Key: "a", From: "1", To: "9"}, {Key: "b", From: "2", Remove: true}, {Key: "d", To: "4", Add: true},
	}}
	for name, tt := range map[string]struct {
		now  Config
		left int
		ok   bool
	}{
		"nothing is done":        {base, 3, true},
		"a part is done":         {now("a", "9", "b", "2", "c", "3"), 2, true},
		"all is done":            {now("a", "9", "c", "3", "d", "4"), 0, true},
		"another key is theirs":  {now("a", "1", "b", "2", "c", "0"), 0, false},
		"one of ours is theirs":  {now("a", "0", "b", "2", "c", "3"), 0, false},
		"ours was there already": {now("a", "1", "b", "2", "c", "3", "d", "0"), 0, false},
		"a key is gone":          {now("a", "1", "b", "2"), 0, false},
		"another release":        {Config{Values: base.Values, Release: "2"}, 0, false},
	} {
		left, then, err := PlanEdit(in, tt.now)
		if len(left) != tt.left || (err == nil) != tt.ok || !tt.ok && ops.CodeOf(err) != ops.Conflict {
			t.Errorf("%s: %v, %v", name, left, err)
		}
		if tt.ok && ConfigContent(then) != ConfigContent(map[string]string{"a": "9", "c": "3", "d": "4"}) {
			t.Errorf("%s: then %v", name, then)
		}
	}
	if ConfigContent(map[string]string{"a": "1", "b": "2"}) == ConfigContent(map[string]string{"a": "11:b1:2"}) {
		t.Error("two contents look alike")
	}
}
