package ops_test

import (
	"testing"

	"orderly.example/ops"
)

func TestALineHoldsNoSecret(t *testing.T) {
	op := ops.Operation{Name: "grant", Params: []ops.Param{{Name: "target"}, {Name: "key", Kind: ops.KindSecret}}}
	r := ops.Request{Operation: "grant", Params: map[string]string{"target": "a.b.c", "key": "env:TOKEN", "stray": "x"}}
	if got := ops.Line(op, r); got != "grant target=a.b.c" {
		t.Errorf("got %q", got)
	}
	if got := ops.Line(ops.Operation{}, r); got != "grant" {
		t.Errorf("of an unknown operation: %q", got)
	}
}
