package grafana

import (
	"slices"
	"testing"

	"orderly.example/deploy/parts/faulttest"
	"orderly.example/ops"
)

// again does a step until it is done, as the worker does, and says how it was seen to fail.
func (l *lab) again(do func() error) ops.Code {
	l.Helper()
	met := ops.Code("")
	for range 4 {
		err := do()
		if err == nil {
			return met
		}
		if met = ops.CodeOf(err); met != ops.Unavailable && met != ops.Conflict || ops.TextOf(err).Zh == "" {
			l.Fatal(err)
		}
	}
	l.Fatal("it does not end")
	return met
}

// TestFaults: after each fault the step is tried again, and in the end everything happened once.
func TestFaults(t *testing.T) {
	for _, kind := range faulttest.Faults {
		for _, call := range []string{"GET /dashboards/uid/shop_pay_api", "GET /dashboards/uid/go-api", "GET /folders/services", "POST /dashboards/db", "DELETE /dashboards/uid/shop_pay_api"} {
			t.Run(string(kind)+" "+call, func(t *testing.T) {
				l := newLab(t)
				l.Inject(kind, call)
				was := ops.Code("")
				for _, step := range []func() error{
					func() error { _, err := l.client.MakeDashboard(t.Context(), pay); return err },
					func() error { _, err := l.client.LookDashboard(t.Context(), pay); return err },
					func() error { _, err := l.client.DropDashboard(t.Context(), pay); return err },
				} {
					if seen := l.again(step); seen != "" {
						was = seen
					}
				}
				if w := l.Written(); !slices.Equal(w, []string{"save shop_pay_api 1", "delete shop_pay_api"}) {
					t.Errorf("written %q", w)
				}
				maybe := call[0] == 'G' && (kind == faulttest.Hangs || kind == faulttest.Loses) // net/http may ask again by itself
				if was == "" && !maybe || l.Pending() != 0 {
					t.Errorf("the fault was seen as %q, %d pending", was, l.Pending())
				}
				if kind == faulttest.Conflicts && call == "POST /dashboards/db" && was != ops.Unavailable {
					t.Errorf("a late attempt is not looked at again: %s", was)
				}
			})
		}
	}
}
