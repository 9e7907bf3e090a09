package release_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

const (
	test1 = "shop.cart.api@idc1/c1:test"
	prod1 = "shop.cart.api@idc1/c1:prod"
	prod2 = "shop.cart.api@idc2/c1:prod"
)

func ptr(f float64) *float64 { return &f }

// careful is a strategy with a canary and bakes.
func careful() *ops.Strategy {
	return &ops.Strategy{Bake: 10 * time.Minute, Canary: ops.Canary{Percent: 30, Bake: 5 * time.Minute}}
}

// gated is a strategy with a gate, which looks at the real clock.
func gated() *ops.Strategy {
	return &ops.Strategy{
		Bake: 80 * time.Millisecond, Canary: ops.Canary{Percent: 30},
		Gates: []ops.Gate{{Name: "errors", Kind: ops.GateMetric, Query: `errors{version="${version}",env="${env}"}`, Max: ptr(0.01)}},
	}
}

func world(s *ops.Strategy) *changetest.World {
	w := changetest.NewWorld(4, test1, prod1, prod2)
	w.Release = s
	return w
}

func ask(values ...string) ops.Request {
	return changetest.Ask("release", append([]string{"target", "shop.cart.api", "version", "2.0"}, values...)...)
}

var whole = []string{
	"deploy " + test1 + " 1.0->2.0", "canary " + prod1 + " 2", "canary " + prod1 + " 0", "deploy " + prod1 + " 1.0->2.0", "deploy " + prod2 + " 1.0->2.0",
}

// TestARelease goes through test, the canary and two clusters, and can be taken back.
func TestARelease(t *testing.T) {
	w := world(careful())
	s := changetest.New(t, w).Run(ask())
	if s.State != ops.Succeeded || !slices.Equal(w.Written(), whole) || !s.Undoable {
		t.Fatalf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
	if took := s.ClosedAt.Sub(s.CreatedAt); took < 35*time.Minute || took > 36*time.Minute {
		t.Errorf("three bakes of 10 minutes and one of 5 took %s", took)
	}
	for _, want := range []string{"wave 1: test idc1/c1, 1 places, watched for 10m0s", "wave 2: canary prod idc1/c1, 30% more instances beside the old ones, watched for 5m0s", "wave 4: prod idc2/c1"} {
		if !slices.ContainsFunc(s.Plan.Notes, func(n ops.Text) bool { return strings.HasPrefix(n.En, want) && n.Zh != n.En }) {
			t.Errorf("the plan does not say %q: %v", want, s.Plan.Notes)
		}
	}
	l := changetest.New(t, w)
	l.Record[s.ID] = s
	back := l.Run(changetest.Ask("undo", "id", s.ID))
	if back.State != ops.Succeeded || w.Workloads[prod2].Version != "1.0" || w.Workloads[test1].Version != "1.0" {
		t.Errorf("%s (%v), written %q", back.State, back.Error, w.Written())
	}
}

// TestALostAnswerDoesNothingTwice: each write is done and its answer lost, on the way out and on the way back.
func TestALostAnswerDoesNothingTwice(t *testing.T) {
	for name, bad := range map[string]bool{"out": false, "and back": true} {
		w := world(gated())
		lost := map[string]bool{}
		w.After = func(verb string, target ops.Target) error {
			key := verb + target.String() + w.Workloads[target.String()].Version
			if lost[key] {
				return nil
			}
			lost[key] = true
			return ops.Errorf(ops.Unavailable, "lost", "丢失")
		}
		w.Values = func(string) ([]string, error) {
			if bad && w.Workloads[prod2].Version == "2.0" {
				return []string{"0.9"}, nil
			}
			return []string{"0"}, nil
		}
		want, state := slices.Clone(whole), ops.Succeeded
		if bad {
			want, state = append(want, "deploy "+prod2+" 2.0->1.0", "deploy "+prod1+" 2.0->1.0", "deploy "+test1+" 2.0->1.0"), ops.RolledBack
		}
		if s := changetest.New(t, w).Run(ask()); s.State != state || !slices.Equal(w.Written(), want) || len(lost) < 4 {
			t.Errorf("%s: %s (%v), written %q, lost %v", name, s.State, s.Error, w.Written(), lost)
		}
	}
}

// TestABadMetricTakesEverythingBack: in the canary, when prod is still untouched, and in the second cluster.
func TestABadMetricTakesEverythingBack(t *testing.T) {
	for name, c := range map[string]struct {
		bad  func(w *changetest.World, query string) []string
		want []string
		says string
	}{
		"in the canary": {func(w *changetest.World, query string) []string {
			if strings.Contains(query, `version="2.0",env="prod"`) {
				return []string{"0.2"}
			}
			return []string{"0"}
		}, append(slices.Clone(whole[:2]), "canary "+prod1+" 0", "deploy "+test1+" 2.0->1.0"), "gate errors fails at canary prod idc1/c1: 0.2 is more than 0.01"},
		"in the second cluster": {func(w *changetest.World, _ string) []string {
			if w.Workloads[prod2].Version == "2.0" {
				return []string{"0", "0.5"}
			}
			return []string{"0"}
		}, append(slices.Clone(whole), "deploy "+prod2+" 2.0->1.0", "deploy "+prod1+" 2.0->1.0", "deploy "+test1+" 2.0->1.0"), "gate errors fails at prod idc2/c1: 0.5 is more than 0.01"},
		"without a value": {func(w *changetest.World, _ string) []string {
			if w.Workloads[prod1].Version == "2.0" {
				return nil
			}
			return []string{"0"}
		}, append(slices.Clone(whole[:4]), "deploy "+prod1+" 2.0->1.0", "deploy "+test1+" 2.0->1.0"), "inconclusive at prod idc1/c1, which is no pass: there are no values"},
		"not a number": {func(*changetest.World, string) []string { return []string{"0", "NaN"} }, append(slices.Clone(whole[:1]), "deploy "+test1+" 2.0->1.0"), "is NaN"},
	} {
		t.Run(name, func(t *testing.T) {
			w := world(gated())
			w.Values = func(query string) ([]string, error) { return c.bad(w, query), nil }
			s := changetest.New(t, w).Run(ask())
			if s.State != ops.RolledBack || !slices.Equal(w.Written(), c.want) || s.Error == nil || !strings.Contains(s.Error.Text.En, c.says) {
				t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
			}
		})
	}
}

// TestNoAnswerIsInconclusive: a Prometheus that is away holds nobody up for ever.
func TestNoAnswerIsInconclusive(t *testing.T) {
	w := world(gated())
	w.Values = func(string) ([]string, error) {
		if len(w.Ledger) == 0 { // when it was planned it was there
			return []string{"0"}, nil
		}
		return nil, ops.Errorf(ops.Unavailable, "away", "不可用")
	}
	s := changetest.New(t, w).Run(ask())
	if s.State != ops.RolledBack || !strings.Contains(s.Error.Text.En, "inconclusive") || w.Workloads[test1].Version != "1.0" {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

// TestAWrongQueryIsFoundBeforeAnythingStarts, and so is a gate that nobody can measure.
func TestAWrongQueryIsFoundBeforeAnythingStarts(t *testing.T) {
	w := world(gated())
	w.Values = func(string) ([]string, error) { return nil, ops.Errorf(ops.Invalid, "unexpected }", "语法错误") }
	s := changetest.New(t, w).Run(ask())
	if s.State != ops.Failed || s.Plan != nil || len(w.Written()) != 0 || !strings.Contains(s.Error.Text.En, "gate errors cannot be measured: unexpected }") {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

func TestAnHTTPGate(t *testing.T) {
	s := &ops.Strategy{Gates: []ops.Gate{{Name: "smoke", Kind: ops.GateHTTP, URL: "http://${name}.${idc}.example/healthz", Envs: []string{"prod"}}}}
	w := world(s)
	var asked []string
	w.Pages = func(url string) int {
		asked = append(asked, url)
		if strings.Contains(url, "idc2") {
			return 503
		}
		return 200
	}
	got := changetest.New(t, w).Run(ask())
	if got.State != ops.RolledBack || !strings.Contains(got.Error.Text.En, "answers with 503 and not 200") || !slices.Equal(asked, []string{"http://shop.cart.api.idc1.example/healthz", "http://shop.cart.api.idc2.example/healthz"}) {
		t.Errorf("%s (%v), asked %q", got.State, got.Error, asked)
	}
}

// TestADiffGate takes a release back whose answers differ from those of the old version, and shows where.
func TestADiffGate(t *testing.T) {
	w := world(&ops.Strategy{Gates: []ops.Gate{{
		Name: "answers", Kind: ops.GateDiff, URL: "http://${name}-canary.${idc}.example", Baseline: "http://${name}.${idc}.example", Requests: []string{"/carts/1", "/carts/2"}, Envs: []string{"prod"},
	}}})
	w.Pages = func(url string) int { return map[bool]int{true: 500, false: 200}[strings.Contains(url, "idc2")] }
	s := changetest.New(t, w).Run(ask())
	if s.State != ops.RolledBack || !strings.Contains(s.Error.Text.En, "gate answers fails at prod idc2/c1: 1 of 2 answers differ: GET /carts/1 $.total: 1 -> 2") || w.Workloads[test1].Version != "1.0" {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
	if !slices.ContainsFunc(s.Plan.Notes, func(n ops.Text) bool { return n.En == "gate answers in [prod]: 2 requests are answered as before" }) {
		t.Errorf("the plan says %v", s.Plan.Notes)
	}
}

// TestAReleaseOfWhatRunsAlready does nothing and says so; one of which a part is there does the rest.
func TestAReleaseOfWhatRunsAlready(t *testing.T) {
	w := world(careful())
	s := changetest.New(t, w).Run(changetest.Ask("release", "target", "shop.cart.api", "version", "1.0"))
	if s.State != ops.Succeeded || len(w.Written()) != 0 || !strings.Contains(s.Plan.Summary.En, "runs everywhere already") {
		t.Errorf("%s (%v): %s, written %q", s.State, s.Error, s.Plan.Summary.En, w.Written())
	}
	w.Workloads[test1].Version, w.Workloads[prod1].Version = "2.0", "2.0"
	s = changetest.New(t, w).Run(ask("canary", "0"))
	if s.State != ops.Succeeded || !slices.Equal(w.Written(), whole[4:]) {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

// TestSteering: pause keeps the next wave back, resume lets it go, promote ends a bake.
func TestSteering(t *testing.T) {
	w := world(careful())
	l := changetest.New(t, w)
	l.At(time.Minute, func() { l.Act(ops.ActPause, changetest.Ann, "") })
	l.At(30*time.Minute, func() {
		if s := l.Now(); s.State != ops.Paused || !slices.Equal(w.Written(), whole[:1]) || !slices.Contains(s.CanContinue, ops.ActResume) {
			t.Errorf("after 30 minutes it is %s, written %q, one may %v", s.State, w.Written(), s.CanContinue)
		}
		l.Act(ops.ActResume, changetest.Ann, "")
	})
	l.At(31*time.Minute, func() {
		if s := l.Now(); s.State != ops.Running || !strings.Contains(s.Waiting.En, "watching canary prod") || !slices.Contains(s.CanContinue, ops.ActPromote) {
			t.Errorf("after 31 minutes it is %s %s, one may %v", s.State, s.Waiting.En, s.CanContinue)
		}
		l.Act(ops.ActPromote, changetest.Ann, "")
	})
	s := l.Run(ask())
	if took := s.ClosedAt.Sub(s.CreatedAt); s.State != ops.Succeeded || took < 51*time.Minute || took > 52*time.Minute {
		t.Errorf("%s (%v) after %s", s.State, s.Error, took)
	}
}

// TestAbortLeavesWhatWas: in a bake, in a pause and in a canary.
func TestAbortLeavesWhatWas(t *testing.T) {
	for _, at := range []time.Duration{time.Minute, 12 * time.Minute, 20 * time.Minute, 34 * time.Minute} {
		w := world(careful())
		l := changetest.New(t, w)
		l.At(at, func() { l.Act(ops.ActCancel, changetest.Ann, "") })
		s := l.Run(ask())
		for _, target := range []string{test1, prod1, prod2} {
			if v := w.Workloads[target].Version; v != "1.0" || w.Canaries[target] != 0 {
				t.Errorf("cancelled after %s: %s runs %s with %d canaries", at, target, v, w.Canaries[target])
			}
		}
		if s.State != ops.Cancelled {
			t.Errorf("cancelled after %s: %s (%v)", at, s.State, s.Error)
		}
	}
}

// TestAFreezeStopsBetweenWaves, also one that would refuse a new release, and not inside of one.
func TestAFreezeStopsBetweenWaves(t *testing.T) {
	w := world(careful())
	l := changetest.New(t, w)
	start := changetest.Start
	l.Decide = func(ops.Facts) (ops.Decision, error) {
		d := ops.Decision{Allow: true, Sure: true, Rule: "lab"}
		if now := l.Env.Now(); now.After(start.Add(5*time.Minute)) && now.Before(start.Add(60*time.Minute)) {
			d.Freeze = &ops.FreezeHit{Name: "sale", Until: start.Add(60 * time.Minute), Refuse: true, Why: ops.Plain("the sale")}
		}
		return d, nil
	}
	l.At(40*time.Minute, func() {
		if s := l.Now(); s.State != ops.WaitingWindow || !slices.Equal(w.Written(), whole[:1]) {
			t.Errorf("in the freeze it is %s (%s), written %q", s.State, s.Waiting.En, w.Written())
		}
	})
	s := l.Run(ask())
	if took := s.ClosedAt.Sub(s.CreatedAt); s.State != ops.Succeeded || took < 85*time.Minute {
		t.Errorf("%s (%v) after %s", s.State, s.Error, took)
	}
}

// TestAManualGate waits for a person before the next wave.
func TestAManualGate(t *testing.T) {
	w := world(&ops.Strategy{Gates: []ops.Gate{{Name: "look", Kind: ops.GateManual, Envs: []string{"test"}}}})
	l := changetest.New(t, w)
	l.At(26*time.Hour, func() {
		if s := l.Now(); s.State != ops.Paused || !strings.Contains(s.Waiting.En, "gate look wants a person") || !slices.Equal(w.Written(), whole[:1]) {
			t.Errorf("it is %s (%s), written %q", s.State, s.Waiting.En, w.Written())
		}
		l.Act(ops.ActPromote, changetest.Bob, "")
	})
	if s := l.Run(ask()); s.State != ops.Succeeded {
		t.Errorf("%s (%v): the time of people does not count", s.State, s.Error)
	}
}

func TestRollback(t *testing.T) {
	w := world(careful())
	s := changetest.New(t, w).Run(changetest.Ask("rollback", "target", "shop.cart.api@*:prod"))
	if s.State != ops.Failed || s.Error.Code != ops.NotFound {
		t.Errorf("without a former version: %s (%v)", s.State, s.Error)
	}
	changetest.New(t, w).Run(ask())
	before := len(w.Written())
	s = changetest.New(t, w).Run(changetest.Ask("rollback", "target", "shop.cart.api@*:prod"))
	written := w.Written()[before:]
	slices.Sort(written) // they go at once
	if want := []string{"deploy " + prod1 + " 2.0->1.0", "deploy " + prod2 + " 2.0->1.0"}; s.State != ops.Succeeded || !slices.Equal(written, want) {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written()[before:])
	}
	if took := s.ClosedAt.Sub(s.CreatedAt); took > time.Minute {
		t.Errorf("it took %s", took)
	}
	s = changetest.New(t, w).Run(changetest.Ask("rollback", "target", prod1, "version", "1.1"))
	if s.Error == nil || !strings.Contains(s.Error.Text.En, "did not run here lately") {
		t.Errorf("to an unknown version: %s (%v)", s.State, s.Error)
	}
}

func TestVersionsTellDrift(t *testing.T) {
	w := world(nil)
	w.Workloads[prod2].Version = "2.0"
	s := changetest.New(t, w).Run(changetest.Ask("versions", "target", "shop.cart.api"))
	if s.Answer == nil || len(s.Answer.Rows) != 3 || !slices.Equal(s.Answer.Rows[0], []string{prod1, "1.0", "4/4", "1/2"}) || s.Answer.Rows[1][3] != "" && s.Answer.Rows[2][3] != "1/2" {
		t.Fatalf("%+v", s.Answer)
	}
}

// TestADigestPinsTheVersion where a registry knows it; what it does not know is said before anything starts.
func TestADigestPinsTheVersion(t *testing.T) {
	strategy := &ops.Strategy{Registry: changetest.Provider, Order: []string{"prod", "test"}, Wave: ops.WaveEnv}
	w := world(strategy)
	s := changetest.New(t, w).Run(ask())
	if s.State != ops.Succeeded || !strings.HasSuffix(s.Plan.Diffs[0].To, ":2.0@sha256:"+strings.Repeat("0", 64)) || len(s.Plan.Notes) != 2 || !strings.HasPrefix(w.Written()[2], "deploy "+test1) {
		t.Errorf("%s (%v), plan %+v", s.State, s.Error, s.Plan)
	}
	s = changetest.New(t, world(strategy)).Run(changetest.Ask("release", "target", "shop.cart.api", "version", "none"))
	if s.State != ops.Failed || s.Error.Code != ops.NotFound || s.Plan != nil {
		t.Errorf("%s (%v)", s.State, s.Error)
	}
}

func TestOneServiceAtATime(t *testing.T) {
	w := changetest.NewWorld(2, prod1, "shop.order.api@idc1/c1:prod")
	s := changetest.New(t, w).Run(changetest.Ask("release", "target", "shop.*@*:prod", "version", "2.0"))
	if s.State != ops.Failed || !strings.Contains(s.Error.Text.En, "is 2 services") || len(w.Written()) != 0 {
		t.Errorf("%s (%v)", s.State, s.Error)
	}
}

// TestAWaveIsComparedWithBefore: what a metric was when the wave began bounds what it may be.
func TestAWaveIsComparedWithBefore(t *testing.T) {
	for now, want := range map[string]ops.State{"0.25": ops.Succeeded, "0.9": ops.RolledBack} {
		most := 1.5
		w := changetest.NewWorld(2, "shop.cart.api@idc1/c1:prod")
		w.Release = &ops.Strategy{Bake: 50 * time.Millisecond, Gates: []ops.Gate{{Name: "errors", Kind: ops.GateMetric, Query: "errors", Max: &most, Baseline: "old errors of ${former}"}}}
		w.Values = func(query string) ([]string, error) {
			if query == "old errors of 1.0" {
				return []string{"0.2"}, nil
			}
			return []string{now}, nil
		}
		s := changetest.New(t, w).Run(changetest.Ask("release", "target", "shop.cart.api", "version", "2.0"))
		notes := ops.JoinTexts(s.Plan.Notes, ops.Text{En: "|", Zh: "|"})
		if s.State != want || !strings.Contains(notes.En, "at most 1.5 times its baseline") || !strings.Contains(notes.Zh, "与基线相比") {
			t.Errorf("%s: %s (%v), notes %s", now, s.State, s.Error, notes)
		}
	}
}
