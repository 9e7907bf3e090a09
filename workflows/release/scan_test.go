package release_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

// scanned is a strategy whose images have to be good enough, and a yard that knows them.
func scanned(wait time.Duration) (*changetest.World, *changetest.Yard) {
	w := world(&ops.Strategy{Gates: []ops.Gate{{Name: "cves", Kind: ops.GateScan, Severities: map[string]int{"critical": 0, "high": 5}, Wait: wait}}})
	return w, changetest.NewYard(w)
}

func found(counts map[string]int) activities.Scan {
	return activities.Scan{State: activities.ScanDone, Status: "Success", Counts: counts, Fixable: 1, Link: "https://harbor/1"}
}

// TestTheScanOfAnImageIsAGate: the plan shows the numbers, and one image is asked for once however many places it goes to.
func TestTheScanOfAnImageIsAGate(t *testing.T) {
	w, y := scanned(0)
	asked := 0
	y.Scans = func(ref string, n int) activities.Scan { asked = n; return found(map[string]int{"high": 5, "low": 7}) }
	s := changetest.New(t, w).Run(ask())
	if s.State != ops.Succeeded || w.Workloads[prod2].Version != "2.0" {
		t.Fatalf("%s (%v)", s.State, s.Error)
	}
	for _, want := range []string{"gate cves: the image was scanned, and has critical ≤ 0, high ≤ 5 vulnerabilities", "scan cves of registry/shop.cart.api:2.0: high 5, low 7; 1 can be repaired: https://harbor/1"} {
		if !slices.ContainsFunc(s.Plan.Notes, func(n ops.Text) bool { return n.En == want && n.Zh != n.En }) {
			t.Errorf("the plan does not say %q: %v", want, s.Plan.Notes)
		}
	}
	if asked != 3 { // the plan, the plan again, and before the first wave
		t.Errorf("asked %d times", asked)
	}
}

// TestABadImageIsRefusedBeforeAnybodyAgrees, with the numbers and where to see them; in a train as well.
func TestABadImageIsRefusedBeforeAnybodyAgrees(t *testing.T) {
	for _, r := range []ops.Request{ask(), changetest.Ask("release.train", "services", "shop.cart.api=2.0")} {
		w, y := scanned(0)
		y.Scans = func(string, int) activities.Scan { return found(map[string]int{"critical": 2, "high": 1}) }
		s := changetest.New(t, w).Run(r)
		want := "gate cves fails for registry/shop.cart.api:2.0: 2 critical vulnerabilities and at most 0 may be (critical 2, high 1; 1 can be repaired): https://harbor/1"
		if s.State != ops.Failed || s.Error.Code != ops.Unsafe || s.Error.Text.En != want || s.Error.Text.Zh == want || s.Plan != nil || len(w.Written()) > 0 {
			t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
		}
	}
}

// TestAScanThatIsMissingIsStartedAndWaitedFor, also when the answer to its start is lost.
func TestAScanThatIsMissingIsStartedAndWaitedFor(t *testing.T) {
	for _, lost := range []bool{false, true} {
		t.Run(map[bool]string{true: "lost", false: "not lost"}[lost], func(t *testing.T) {
			t.Parallel() // it waits for real
			w, y := scanned(time.Minute)
			y.Scans = func(ref string, n int) activities.Scan {
				switch {
				case !slices.Contains(w.Ledger, "scan.start "+ref):
					return activities.Scan{State: activities.ScanNone}
				case n < 5:
					return activities.Scan{State: activities.ScanRuns, Status: "Running"}
				}
				return found(map[string]int{"high": 1})
			}
			if lost {
				w.After = func(verb string, _ ops.Target) error {
					if verb != "scan.start" || w.Ledger[len(w.Ledger)-1] != "scan.start registry/shop.cart.api:2.0" || len(w.Ledger) > 1 {
						return nil
					}
					return ops.Errorf(ops.Unavailable, "lost", "丢失")
				}
			}
			r := ask()
			s := changetest.New(t, w).Run(r)
			if s.State != ops.Succeeded || w.Written()[0] != "scan.start registry/shop.cart.api:2.0" || len(w.Written()) != 4 {
				t.Errorf("lost %v: %s (%v), written %q", lost, s.State, s.Error, w.Written())
			}
			if !slices.ContainsFunc(s.Plan.Notes, func(n ops.Text) bool { return strings.Contains(n.En, "no result yet; it is waited for") }) {
				t.Errorf("the plan says %v", s.Plan.Notes)
			}
		})
	}
}

// TestNoResultIsNoPass: nothing goes out when a scan has no end in time, fails, or finds more than it did.
func TestNoResultIsNoPass(t *testing.T) {
	for name, c := range map[string]struct {
		scan activities.Scan
		says string
	}{
		"runs":   {activities.Scan{State: activities.ScanRuns, Status: "Running"}, "gate cves is inconclusive for registry/shop.cart.api:2.0, which is no pass: its time is over and its scan runs (Running)"},
		"failed": {activities.Scan{State: activities.ScanFailed, Status: "Error"}, "its time is over and its scan has no result (Error)"},
		"worse":  {found(map[string]int{"critical": 1}), "gate cves fails"},
	} {
		w, y := scanned(time.Millisecond)
		y.Scans = func(_ string, n int) activities.Scan {
			if n < 3 && c.scan.State == activities.ScanDone {
				return found(nil)
			}
			return c.scan
		}
		s := changetest.New(t, w).Run(ask())
		if deployed := slices.ContainsFunc(w.Written(), func(l string) bool { return strings.HasPrefix(l, "deploy") }); s.State != ops.Failed && s.State != ops.RolledBack || s.Error.Code != ops.Unsafe || !strings.Contains(s.Error.Text.En, c.says) || deployed {
			t.Errorf("%s: %s (%v), written %q", name, s.State, s.Error, w.Written())
		}
	}
	w, _ := scanned(0)
	w.Fail = func(verb string, _ ops.Target) error {
		if verb == "scan" {
			return ops.Errorf(ops.Invalid, "no right", "无权限")
		}
		return nil
	}
	if s := changetest.New(t, w).Run(ask()); s.State != ops.Failed || s.Error.Code != ops.Invalid || !strings.Contains(s.Error.Text.En, "gate cves cannot be asked: no right") {
		t.Errorf("%s (%v)", s.State, s.Error)
	}
}
