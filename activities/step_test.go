package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"go.temporal.io/sdk/temporal"

	"orderly.example/ops"
)

func TestBindFindsWhatAClientCanDo(t *testing.T) {
	var names []string
	for _, b := range Bind("kube", &counter{}) {
		names = append(names, b.Name)
	}
	want := []string{"kube.scale.wave", "kube.scale.hold", "kube.scale.hold.all", "kube.room", "kube.rollout", "kube.status", "kube.scale", "kube.scale.try", "kube.survey"}
	slices.Sort(names)
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("bound %v, want %v", names, want)
	}
	if none := Bind("nothing", struct{}{}); len(none) != 0 {
		t.Errorf("a client that can do nothing is bound to %v", none)
	}
}

func TestStepNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range library {
		n := b.(interface{ Name() string }).Name()
		if seen[n] {
			t.Errorf("two steps are called %s", n)
		}
		seen[n] = true
	}
}

func TestErrorsCrossTheBorder(t *testing.T) {
	for _, tt := range []struct {
		code  ops.Code
		retry bool
	}{{ops.Invalid, false}, {ops.Denied, false}, {ops.NotFound, false}, {ops.Conflict, false}, {ops.Frozen, false}, {ops.Unsafe, false}, {ops.Unavailable, true}, {ops.Internal, true}} {
		t.Run(string(tt.code), func(t *testing.T) {
			there := toTemporal(fmt.Errorf("in between: %w", ops.Errorf(tt.code, "bad", "坏").At("replicas").Because(errors.New("cause"))))
			var app *temporal.ApplicationError
			if !errors.As(there, &app) || app.NonRetryable() == tt.retry || app.Type() != string(tt.code) {
				t.Fatalf("there: %#v", there)
			}
		})
	}
	if err := toTemporal(context.Canceled); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancel became %v", err)
	}
	if toTemporal(nil) != nil || fromTemporal(nil) != nil {
		t.Error("nil became an error")
	}
	var app *temporal.ApplicationError
	if err := toTemporal(errors.New("nil pointer")); !errors.As(err, &app) || app.NonRetryable() {
		t.Errorf("a defect is not tried again: %v", err)
	}
}
