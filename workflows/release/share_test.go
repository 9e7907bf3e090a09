package release_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

// meshed is a strategy whose canary gets a header, then a tenth, then half of the traffic.
func meshed() *ops.Strategy {
	return &ops.Strategy{Bake: 10 * time.Minute, Canary: ops.Canary{
		Bake: 5 * time.Minute, Traffic: changetest.Provider, Header: "x-canary=1", Weights: []int{10, 50},
	}}
}

var (
	weighedOut = []string{
		"deploy " + test1 + " 1.0->2.0",
		"canary " + prod1 + " 2 aside", "steer " + prod1 + " x-canary=1 0%", "steer " + prod1 + " x-canary=1 10%", "steer " + prod1 + " x-canary=1 50%",
		"deploy " + prod1 + " 1.0->2.0", "steer " + prod1, "canary " + prod1 + " 0", "deploy " + prod2 + " 1.0->2.0",
	}
	greenOut = []string{
		"deploy " + test1 + " 1.0->2.0",
		"canary " + prod1 + " 4 aside", "steer " + prod1 + " 100%", "deploy " + prod1 + " 1.0->2.0", "steer " + prod1, "canary " + prod1 + " 0",
		"canary " + prod2 + " 4 aside", "steer " + prod2 + " 100%", "deploy " + prod2 + " 1.0->2.0", "steer " + prod2, "canary " + prod2 + " 0",
	}
)

// TestACanaryByTraffic gets a header, then weights, and stands until the workload itself is out.
func TestACanaryByTraffic(t *testing.T) {
	w := world(meshed())
	s := changetest.New(t, w).Run(ask())
	if s.State != ops.Succeeded || !slices.Equal(w.Written(), weighedOut) || !s.Undoable {
		t.Fatalf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
	if took := s.ClosedAt.Sub(s.CreatedAt); took < 45*time.Minute || took > 46*time.Minute {
		t.Errorf("three bakes of 10 minutes and three of 5 took %s", took)
	}
	for _, want := range []string{
		"wave 2: canary prod idc1/c1 for x-canary=1, 50% more instances aside of the old ones, watched for 5m0s", "wave 3: canary prod idc1/c1 at 10% of the traffic, watched for 5m0s",
		"wave 5: prod idc1/c1, 1 places, then the traffic as before and no canary, watched for 10m0s", "wave 6: prod idc2/c1, 1 places, watched",
	} {
		if !slices.ContainsFunc(s.Plan.Notes, func(n ops.Text) bool { return strings.HasPrefix(n.En, want) && n.Zh != n.En }) {
			t.Errorf("the plan does not say %q: %v", want, s.Plan.Notes)
		}
	}
	l := changetest.New(t, w)
	l.Record[s.ID] = s
	if back := l.Run(changetest.Ask("undo", "id", s.ID)); back.State != ops.Succeeded || len(w.Written()) != len(weighedOut)+3 || w.Workloads[prod1].Version != "1.0" {
		t.Errorf("%s (%v), written %q", back.State, back.Error, w.Written())
	}
}

// TestBlueGreen: the new version stands without traffic, takes all of it at once, and gives it back when the workload is out.
func TestBlueGreen(t *testing.T) {
	w := world(&ops.Strategy{Kind: ops.KindBlueGreen, Canary: ops.Canary{Bake: 5 * time.Minute}})
	s := changetest.New(t, w).Run(ask())
	if s.State != ops.Succeeded || !slices.Equal(w.Written(), greenOut) {
		t.Fatalf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
	for _, want := range []string{"wave 2: green prod idc1/c1, without traffic, 100% more instances aside of the old ones", "wave 3: green prod idc1/c1, with the traffic, watched for 5m0s"} {
		if !slices.ContainsFunc(s.Plan.Notes, func(n ops.Text) bool { return n.En == want && n.Zh != n.En }) {
			t.Errorf("the plan does not say %q: %v", want, s.Plan.Notes)
		}
	}
}

// TestAbortInEveryStateLeavesTheTraffic: after each write, whether its answer came or was lost, and after a wave that
// fails, the traffic, the versions and the instances are what they were, and at no time did a canary go that had traffic.
func TestAbortInEveryStateLeavesTheTraffic(t *testing.T) {
	green := &ops.Strategy{Kind: ops.KindBlueGreen}
	for name, c := range map[string]struct {
		strategy *ops.Strategy
		writes   []string
	}{"weights": {meshed(), weighedOut}, "blue-green": {green, greenOut}} {
		for n := range c.writes {
			for how, broken := range map[string]error{"cancelled": nil, "failed": ops.Errorf(ops.Denied, "no", "否"), "lost": ops.Errorf(ops.Unavailable, "lost", "丢失")} {
				w := world(c.strategy)
				l := changetest.New(t, w)
				over := false
				w.After = func(string, ops.Target) error {
					if len(w.Ledger) != n+1 || over {
						return nil
					}
					over = true
					if ops.CodeOf(broken) != ops.Denied {
						l.At(0, func() { l.Act(ops.ActCancel, changetest.Ann, "") })
					}
					return broken
				}
				s := l.Run(ask())
				wanted := map[bool]ops.State{true: ops.RolledBack, false: ops.Cancelled}[how == "failed"]
				if n == len(c.writes)-1 && s.State == ops.Succeeded {
					continue // it was over before the cancel came
				}
				if s.State != wanted {
					t.Errorf("%s, %s after %q: %s (%v)", name, how, c.writes[n], s.State, s.Error)
				}
				for _, target := range []string{test1, prod1, prod2} {
					if w.Workloads[target].Version != "1.0" || w.Canaries[target] != 0 || w.Traffic[target] != "" {
						t.Errorf("%s, %s after %q: %s runs %s with %d canaries and traffic %q: %q", name, how, c.writes[n], target, w.Workloads[target].Version, w.Canaries[target], w.Traffic[target], w.Written())
					}
				}
			}
		}
	}
}

// TestAbortInABakeOfEveryWave leaves what was.
func TestAbortInABakeOfEveryWave(t *testing.T) {
	for _, at := range []time.Duration{1, 11, 16, 21, 26, 36} {
		w := world(meshed())
		l := changetest.New(t, w)
		l.At(at*time.Minute, func() { l.Act(ops.ActCancel, changetest.Ann, "") })
		if s := l.Run(ask()); s.State != ops.Cancelled || w.Workloads[prod1].Version+w.Workloads[test1].Version != "1.01.0" || w.Canaries[prod1] != 0 || w.Traffic[prod1] != "" {
			t.Errorf("cancelled after %d minutes: %s (%v), written %q", at, s.State, s.Error, w.Written())
		}
	}
}

// TestACanaryWhoseTrafficDoesNotGoBackStays, because it serves people, and a person is told.
func TestACanaryWhoseTrafficDoesNotGoBackStays(t *testing.T) {
	w := world(meshed())
	w.Values = func(string) ([]string, error) { return []string{"1"}, nil }
	w.Release.Bake, w.Release.Canary.Bake = 80*time.Millisecond, 80*time.Millisecond
	w.Release.Gates = []ops.Gate{{Name: "errors", Kind: ops.GateMetric, Query: "errors", Max: ptr(0.01), Envs: []string{"prod"}}}
	w.Fail = func(verb string, target ops.Target) error {
		if verb == "steer" && w.Traffic[target.String()] != "" {
			return ops.Errorf(ops.Conflict, "somebody else was there", "已被他人修改")
		}
		return nil
	}
	s := changetest.New(t, w).Run(ask())
	if s.State != ops.Failed || w.Canaries[prod1] != 2 || w.Traffic[prod1] == "" || w.Workloads[test1].Version != "1.0" || !strings.Contains(s.Error.Text.En, "not everything could be taken back") {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

// TestAPauseBetweenWeights keeps the next one back.
func TestAPauseBetweenWeights(t *testing.T) {
	w := world(meshed())
	l := changetest.New(t, w)
	l.At(16*time.Minute, func() { l.Act(ops.ActPause, changetest.Ann, "") })
	l.At(100*time.Minute, func() {
		if s := l.Now(); s.State != ops.Paused || w.Traffic[prod1] != "x-canary=1 10%" {
			t.Errorf("it is %s (%s), traffic %q", s.State, s.Waiting.En, w.Traffic[prod1])
		}
		l.Act(ops.ActResume, changetest.Ann, "")
	})
	if s := l.Run(ask()); s.State != ops.Succeeded || !slices.Equal(w.Written(), weighedOut) {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

// TestTrafficThatCannotBeDividedIsFoundBeforeAnythingStarts, and who asks for no canary needs nobody who divides it.
func TestTrafficThatCannotBeDividedIsFoundBeforeAnythingStarts(t *testing.T) {
	w := world(meshed())
	w.Fail = func(verb string, _ ops.Target) error {
		if verb == "steer.try" {
			return ops.Errorf(ops.Invalid, "no mesh here", "没有服务网格")
		}
		return nil
	}
	if s := changetest.New(t, w).Run(ask()); s.State != ops.Failed || s.Plan != nil || len(w.Written()) != 0 || s.Error.Text.En != "no mesh here" {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
	if s := changetest.New(t, w).Run(ask("canary", "0")); s.State != ops.Succeeded || len(w.Written()) != 3 {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

// TestGatesOfACanaryAside: an address with ${canary} is that of the canary, and who has no traffic is not measured.
func TestGatesOfACanaryAside(t *testing.T) {
	w := world(&ops.Strategy{Kind: ops.KindBlueGreen, Gates: []ops.Gate{
		{Name: "smoke", Kind: ops.GateHTTP, URL: "http://${name}${canary}.${idc}/healthz"},
		{Name: "errors", Kind: ops.GateMetric, Query: "errors", Max: ptr(0)},
	}})
	var asked []string
	w.Pages = func(url string) int {
		asked = append(asked, url)
		return map[bool]int{true: 503, false: 200}[w.Traffic[prod1] != ""]
	}
	w.Values = func(string) ([]string, error) {
		if w.Canaries[prod1] > 0 && w.Traffic[prod1] == "" {
			t.Error("it was measured without traffic")
		}
		return []string{"0"}, nil
	}
	s := changetest.New(t, w).Run(changetest.Ask("release", "target", prod1, "version", "2.0"))
	want := []string{"http://shop.cart.api-canary.idc1/healthz", "http://shop.cart.api-canary.idc1/healthz"}
	if s.State != ops.RolledBack || !slices.Equal(asked, want) || w.Traffic[prod1] != "" || w.Canaries[prod1] != 0 {
		t.Errorf("%s (%v), asked %q", s.State, s.Error, asked)
	}
}

// TestACanaryOfAStatefulSet is some of its own instances, which stay for the wave that follows; an abort brings them back,
// and nobody divides its traffic.
func TestACanaryOfAStatefulSet(t *testing.T) {
	for _, c := range []struct {
		strategy *ops.Strategy
		cancel   time.Duration
		want     []string
	}{
		{careful(), 0, []string{whole[0], whole[1], whole[3], whole[4]}},
		{careful(), 12 * time.Minute, []string{whole[0], whole[1], whole[2], "deploy " + test1 + " 2.0->1.0"}},
		{meshed(), 0, []string{whole[0], whole[3], whole[4]}},
		{&ops.Strategy{Kind: ops.KindBlueGreen}, 0, []string{whole[0], whole[3], whole[4]}},
	} {
		w := world(c.strategy)
		w.Kinds = map[string]string{prod1: "StatefulSet", prod2: "StatefulSet"}
		l := changetest.New(t, w)
		if c.cancel > 0 {
			l.At(c.cancel, func() { l.Act(ops.ActCancel, changetest.Ann, "") })
		}
		s := l.Run(ask())
		if !slices.Equal(w.Written(), c.want) || w.Canaries[prod1] != 0 {
			t.Errorf("%s (%v), written %q, want %q", s.State, s.Error, w.Written(), c.want)
		}
		if c.strategy.Canary.Percent > 0 && !strings.HasPrefix(s.Plan.Notes[1].En, "wave 2: canary prod idc1/c1, the last 30% of the instances") {
			t.Errorf("the plan says %v", s.Plan.Notes)
		}
	}
}
