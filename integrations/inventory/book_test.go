package inventory

import (
	"reflect"
	"testing"

	"orderly.example/ops"
)

// TestNothingThatOneSourceSaysIsLost when another source knows the service as well, whatever a service may have one day.
func TestNothingThatOneSourceSaysIsLost(t *testing.T) {
	full := ops.Service{
		Name: "shop.cart.api", Owner: "shop", OnCall: "ann", Help: ops.Plain("carts"), Repository: "r", ConfigApp: "c", Release: &ops.Strategy{Image: "i"}, Config: &ops.ConfigPlace{Provider: "p"},
		Places: []ops.Place{{Target: ops.Target{Service: "shop.cart.api", Env: "prod"}}},
	}
	for i := range reflect.TypeFor[ops.Service]().NumField() {
		if reflect.ValueOf(full).Field(i).IsZero() {
			t.Fatalf("give the service of this test the field %s", reflect.TypeFor[ops.Service]().Field(i).Name)
		}
	}
	poor := ops.Service{Name: full.Name}
	for name, readings := range map[string][][]ops.Service{"first": {{full}, {poor}}, "last": {{poor}, {full}}} {
		if got := newBook(readings).byName[full.Name]; !reflect.DeepEqual(got, full) {
			t.Errorf("the full one is %s: %+v", name, got)
		}
	}
}
