package activities

import (
	"context"
	"sync"
	"testing"
	"time"

	"orderly.example/ops"
)

// crowd is a runtime of many workloads, by name.
type crowd struct {
	mu     sync.Mutex
	wanted map[string]int
	looks  map[string]int
	look   func(name string, n int) error // before each look, the n-th of its workload
}

func (c *crowd) Status(_ context.Context, in StatusIn) (Workload, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.looks[in.Place.Name]++
	if err := c.look(in.Place.Name, c.looks[in.Place.Name]); err != nil {
		return Workload{}, err
	}
	n := c.wanted[in.Place.Name]
	return Workload{Wanted: n, Ready: n}, nil
}

func (c *crowd) Scale(_ context.Context, in ScaleIn) (ScaleOut, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wanted[in.Place.Name] = in.Replicas
	return ScaleOut{Changed: true}, nil
}

// TestHoldAll puts back what was lowered, keeps the fewest that served, and goes on without one that is gone.
func TestHoldAll(t *testing.T) {
	c := &crowd{wanted: map[string]int{"a": 6, "b": 9, "c": 4}, looks: map[string]int{}}
	c.look = func(name string, n int) error {
		switch {
		case name == "a" && n == 2:
			c.wanted["a"] = 2 // somebody else
		case name == "c":
			return ops.Errorf(ops.NotFound, "gone", "已不存在")
		}
		return nil
	}
	in := HoldAllIn{Until: time.Now().Add(100 * time.Millisecond), Poll: time.Millisecond}
	for _, name := range []string{"a", "b", "c"} {
		in.Items = append(in.Items, HeldPlace{Place: ops.Place{Name: name}, Replicas: 6})
	}
	out, err := HoldAll.call(c, t.Context(), in)
	if err != nil || c.wanted["a"] != 6 || c.wanted["b"] != 9 {
		t.Fatalf("%v, %v", err, c.wanted)
	}
	a, b, gone := out.Items[0], out.Items[1], out.Items[2]
	if a.Corrections != 1 || a.Low != 2 || b.Corrections != 0 || b.Low != 9 || b.Looks < 2 || gone.Error == nil || gone.Error.Code != ops.NotFound || gone.Looks != 0 {
		t.Errorf("%+v", out.Items)
	}
	in.Until = time.Now()
	if out, err := HoldAll.call(c, t.Context(), in); err != nil || out.Items[1].Looks != 1 {
		t.Errorf("it looks once at least: %+v (%v)", out, err)
	}
}

// roomy is a scaler that has no room in some places.
type roomy struct{ refuses map[string]error }

func (r roomy) Scale(_ context.Context, in ScaleIn) (ScaleOut, error) {
	if !in.DryRun {
		panic("it writes")
	}
	return ScaleOut{}, r.refuses[in.Place.Name]
}

// TestRoomOfOneThatCannotSumUp: each is checked by itself, nothing is written, and what passes by itself is no shortage.
func TestRoomOfOneThatCannotSumUp(t *testing.T) {
	in := RoomIn{Items: []ScaleIn{{Place: ops.Place{Name: "a"}}, {Place: ops.Place{Name: "b"}}}}
	out, err := CheckRoom.call(roomy{map[string]error{"b": ops.Errorf(ops.Denied, "quota", "配额")}}, t.Context(), in)
	if err != nil || len(out.Short) != 1 || out.Short[0].En != "///b: quota" || out.Short[0].Zh != "///b:配额" {
		t.Errorf("%+v (%v)", out, err)
	}
	if _, err := CheckRoom.call(roomy{map[string]error{"b": ops.Errorf(ops.Unavailable, "away", "不可用")}}, t.Context(), in); ops.CodeOf(err) != ops.Unavailable {
		t.Errorf("%v", err)
	}
}
