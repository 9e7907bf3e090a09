package command

import (
	"maps"
	"testing"

	"orderly.example/ops"
)

func TestPairsOfALine(t *testing.T) {
	op := ops.Operation{Name: "config.set", Params: []ops.Param{{Name: "target"}, {Name: "set", Pairs: true}, {Name: "remove"}}}
	got := positional(op, []string{"shop.cart.api:prod", "timeout=30", "greeting=good day"})
	if want := map[string]string{"target": "shop.cart.api:prod", "set": `timeout=30 greeting="good day"`}; !maps.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	scale := ops.Operation{Name: "scale", Params: []ops.Param{{Name: "target"}, {Name: "replicas"}}}
	if got := positional(scale, []string{"a=b", "3"}); got["target"] != "a=b" || got["replicas"] != "3" || most(scale) != 2 || most(op) != maxPairs {
		t.Errorf("got %v", got)
	}
}
