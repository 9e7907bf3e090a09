package harbor

import (
	"slices"
	"strings"
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
		for _, call := range []string{"GET /projects/shop-pay", "GET /labels", "POST /projects", "POST /labels", "DELETE /projects/shop-pay", "GET /artifacts/1.4.3", "POST /scan"} {
			t.Run(string(kind)+" "+call, func(t *testing.T) {
				l := newLab(t)
				l.image.Looks = 5
				l.Inject(kind, call)
				in := l.project("shop-pay")
				was := ops.Code("")
				for _, step := range []func() error{
					func() error { _, err := l.client.MakeProject(t.Context(), in); return err },
					func() error { _, err := l.client.DropProject(t.Context(), in); return err },
					func() error { _, err := l.client.StartScan(t.Context(), l.scan("1.4.3")); return err },
					func() error { _, err := l.client.LookScan(t.Context(), l.scan("1.4.3")); return err },
				} {
					if seen := l.again(step); seen != "" {
						was = seen
					}
				}
				want := []string{"project shop-pay 10737418240", "label shop-pay service.create-abc", "delete shop-pay", "scan shop/cart/api"}
				if kind == faulttest.Conflicts && call == "POST /scan" {
					want = want[:3] // it says that one runs; whoever waits for its result finds that there is none, and starts it
				}
				if w := l.Written(); !slices.Equal(w, want) {
					t.Errorf("written %q", w)
				}
				maybe := strings.HasPrefix(call, "GET") && (kind == faulttest.Hangs || kind == faulttest.Loses) || kind == faulttest.Conflicts && call == "POST /scan"
				if was == "" && !maybe || l.Pending() != 0 { // net/http may ask again by itself
					t.Errorf("the fault was seen as %q, %d pending", was, l.Pending())
				}
			})
		}
	}
}

// TestAProjectWhoseAnswerWasLost is the change's own only while it is empty and as young as the change.
func TestAProjectWhoseAnswerWasLost(t *testing.T) {
	l := newLab(t)
	in := l.project("shop-pay")
	l.Found("shop-pay", in.Since)
	out, err := l.client.MakeProject(t.Context(), in)
	if w := l.Written(); err != nil || !out.Changed || !slices.Equal(w, []string{"label shop-pay service.create-abc"}) {
		t.Errorf("%+v, %v, written %q", out, err, w)
	}
	l.Found("shop-full", in.Since)
	l.Push("shop-full/api", "1")
	in.Name = "shop-full"
	_, err = l.client.MakeProject(t.Context(), in)
	l.refused(err, ops.Conflict, "already")
}
