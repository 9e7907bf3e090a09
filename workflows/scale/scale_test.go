package scale_test

import (
	"slices"
	"testing"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

const cart = "shop.cart.api@idc1/c1:prod"

func TestScaleSetsTheNumberOnceAndRecordsIt(t *testing.T) {
	w := changetest.NewWorld(3, cart)
	s := changetest.New(t, w).Run(changetest.Ask("scale", "target", cart, "replicas", "6"))
	if s.State != ops.Succeeded {
		t.Fatalf("state %s: %v\n%+v", s.State, s.Error, s.Events)
	}
	if got, want := w.Written(), []string{"scale " + cart + " 3->6"}; !slices.Equal(got, want) {
		t.Errorf("written %v, want %v", got, want)
	}
	for _, e := range s.Events {
		t.Log(e.Seq, e.Kind, e.Text.En)
	}
}
