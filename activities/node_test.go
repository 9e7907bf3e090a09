package activities

import (
	"context"
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
)

// rounds answers the rounds of a drain one after the other; the last one stays.
type rounds struct {
	Nodes
	left []int // -1: the cluster is away
	fail error
	n    int
}

func (r *rounds) Evict(context.Context, DrainIn) (Drained, error) {
	left := r.left[min(r.n, len(r.left)-1)]
	r.n++
	if left < 0 {
		return Drained{}, r.fail
	}
	var d Drained
	for range left {
		d.Left = append(d.Left, Leaving{Tenant{Namespace: "shop", Name: "web-1"}, ops.Textf("a budget", "预算")})
	}
	return d, nil
}

func TestADrainGoesOnUntilNothingIsLeft(t *testing.T) {
	var seen []ops.Progress
	r := &rounds{left: []int{3, -1, 3, 1, 0}, fail: ops.Errorf(ops.Unavailable, "away", "不可用")}
	_, err := followDrain(t.Context(), r, DrainIn{Poll: time.Millisecond}, func(p ...ops.Progress) { seen = append(seen, p[0]) })
	if err != nil || r.n != 5 || seen[3].Done != 2 || seen[3].Total != 3 || seen[4].Done != 3 {
		t.Errorf("%v after %d rounds: %+v", err, r.n, seen)
	}
}

func TestADrainThatStalls(t *testing.T) {
	r := &rounds{left: []int{2, 1}}
	_, err := followDrain(t.Context(), r, DrainIn{Machine: Machine{"c1", "n1"}, Poll: time.Millisecond, Stall: 20 * time.Millisecond}, func(...ops.Progress) {})
	if text := ops.TextOf(err); ops.CodeOf(err) != ops.Unsafe || !strings.Contains(text.En, "shop/web-1: a budget") || !strings.Contains(text.Zh, "shop/web-1:预算") {
		t.Errorf("got %v", err)
	}
	r = &rounds{left: []int{-1}, fail: ops.Errorf(ops.Denied, "no", "不")}
	if _, err := followDrain(t.Context(), r, DrainIn{}, func(...ops.Progress) {}); ops.CodeOf(err) != ops.Denied || r.n != 1 {
		t.Errorf("%d rounds: %v", r.n, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := followDrain(ctx, &rounds{left: []int{1}}, DrainIn{}, func(...ops.Progress) {}); err != context.Canceled {
		t.Errorf("cancelled: %v", err)
	}
}
