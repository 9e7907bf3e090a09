package release_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

const (
	cartOf  = "shop.cart.api@idc1/c1:prod"
	orderOf = "shop.order.api@idc1/c1:prod"
	webOf   = "shop.web.app@idc1/c1:prod"
	payOf   = "pay.gate.api@idc1/c1:prod"
	allFour = "shop.web.app=2.0 shop.cart.api=2.0 shop.order.api=2.0 pay.gate.api=3.1"
	chain   = "shop.order.api after shop.cart.api, shop.web.app after shop.order.api"
)

// yard is a world of four services whose releases bake for ten minutes.
func yard() *changetest.World {
	w := changetest.NewWorld(4, cartOf, orderOf, webOf, payOf)
	w.Release = &ops.Strategy{Bake: 10 * time.Minute}
	return w
}

func askTrain(values ...string) ops.Request {
	return changetest.Ask("release.train", append([]string{"services", allFour, "after", chain}, values...)...)
}

func versions(w *changetest.World) string {
	var out []string
	for _, t := range []string{cartOf, orderOf, webOf, payOf} {
		out = append(out, w.Workloads[t].Version)
	}
	return strings.Join(out, " ")
}

// TestATrain: who needs nobody goes at once, the others one after the other; and it can be undone, the last first.
func TestATrain(t *testing.T) {
	w := yard()
	l := changetest.New(t, w)
	l.At(5*time.Minute, func() {
		s := l.Now()
		if got := w.Written(); len(got) != 2 || !strings.Contains(s.Waiting.En, "watching prod idc1/c1") || !strings.Contains(s.Waiting.En, "1 others at work") || !strings.Contains(s.Waiting.Zh, "另有 1 个") {
			t.Errorf("after five minutes: %s, written %q", s.Waiting.En, got)
		}
	})
	s := l.Run(askTrain())
	want := []string{"deploy " + cartOf + " 1.0->2.0", "deploy " + payOf + " 1.0->3.1", "deploy " + orderOf + " 1.0->2.0", "deploy " + webOf + " 1.0->2.0"}
	got := w.Written()
	slices.Sort(got[:2])
	slices.Sort(want[:2])
	if s.State != ops.Succeeded || !slices.Equal(got, want) || !s.Undoable {
		t.Fatalf("%s (%v), written %q", s.State, s.Error, got)
	}
	if took := s.ClosedAt.Sub(s.CreatedAt); took < 30*time.Minute || took > 31*time.Minute {
		t.Errorf("a chain of three bakes of 10 minutes took %s", took)
	}
	if len(s.Steps) != 4 || s.Steps[0].Name != "release.service" || s.Steps[0].State != ops.StepDone {
		t.Errorf("steps %+v", s.Steps)
	}
	l = changetest.New(t, w)
	l.Record[s.ID] = s
	back := l.Run(changetest.Ask("undo", "id", s.ID))
	undone := w.Written()[4:]
	if back.State != ops.Succeeded || versions(w) != "1.0 1.0 1.0 1.0" || slices.Index(undone, "deploy "+webOf+" 2.0->1.0") > slices.Index(undone, "deploy "+cartOf+" 2.0->1.0") {
		t.Errorf("undo is %s (%v), written %q", back.State, back.Error, undone)
	}
}

// TestTheTrainsPlan says who goes when, in both languages, and changes nothing.
func TestTheTrainsPlan(t *testing.T) {
	w := yard()
	w.Releases = func(service string) *ops.Strategy {
		s := *w.Release
		if service == "pay.gate.api" {
			s.Needs = []string{"shop.web.app", "not.on.train"}
		}
		return &s
	}
	r := askTrain()
	r.DryRun = true
	s := changetest.New(t, w).Run(r)
	if s.State != ops.Planned || len(w.Written()) != 0 {
		t.Fatalf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
	p := s.Plan
	for _, want := range []ops.Text{
		ops.Plain("shop.cart.api 2.0: 1 places in 1 waves with 0 gates, at once"), ops.Plain("shop.order.api 2.0:1 处,1 批,0 个门禁,在 shop.cart.api 之后"),
		ops.Plain("pay.gate.api 3.1: 1 places in 1 waves with 0 gates, after shop.web.app"), ops.Plain("任一服务失败或取消时,整趟列车全部撤销"),
	} {
		if !slices.ContainsFunc(p.Notes, func(n ops.Text) bool { return n.En == want.En || n.Zh == want.Zh }) {
			t.Errorf("the plan does not say %q: %v", want.En, p.Notes)
		}
	}
	if p.Summary.En != "a train of 4 services in 4 stages: shop.cart.api 2.0, shop.order.api 2.0, shop.web.app 2.0, pay.gate.api 3.1" ||
		!strings.HasPrefix(p.Summary.Zh, "发布列车:4 个服务,分 4 级:") || p.Blast.Targets != 4 || p.Blast.Text.Zh != "1 个集群中 4 个服务共 4 处的全部实例" || len(p.Diffs) != 4 {
		t.Errorf("%+v", p)
	}
}

// TestWhatIsNoTrain is refused with what to write instead.
func TestWhatIsNoTrain(t *testing.T) {
	for name, c := range map[string]struct{ services, after, says string }{
		"no version":    {"shop.cart.api", "", `"shop.cart.api" is no service with a version`},
		"a place":       {"shop.cart.api@idc1=2.0", "", "is no name of one service"},
		"twice":         {"shop.cart.api=2.0 shop.cart.api=2.1", "", "is there twice"},
		"nothing":       {" , ", "", "a train is of 1 to 100 services"},
		"unknown":       {"shop.cart.api=2.0 shop.nope.api=1", "", "shop.nope.api runs nowhere"},
		"no order":      {allFour, "shop.cart.api", "does not say who waits for whom"},
		"not on it":     {allFour, "shop.cart.api after shop.order.ap", "did you mean shop.order.api"},
		"a circle":      {allFour, chain + ", shop.cart.api after shop.web.app", "in a circle: "},
		"waits for own": {allFour, "shop.cart.api after shop.cart.api", "shop.cart.api after shop.cart.api"},
	} {
		t.Run(name, func(t *testing.T) {
			w := yard()
			s := changetest.New(t, w).Run(changetest.Ask("release.train", "services", c.services, "after", c.after))
			if s.State != ops.Failed || len(w.Written()) != 0 || !strings.Contains(s.Error.Text.En, c.says) || s.Error.Text.En == s.Error.Text.Zh {
				t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
			}
		})
	}
}

// TestTheOrderMayBeWrittenInManyWays: with and, with 依赖 and 之后, and it leaves out what is there already.
func TestTheOrderMayBeWrittenInManyWays(t *testing.T) {
	for after, want := range map[string]string{
		"shop.web.app after shop.cart.api and pay.gate.api": "after shop.cart.api, pay.gate.api",
		"shop.web.app 依赖 shop.cart.api pay.gate.api":        "after shop.cart.api, pay.gate.api",
		"shop.web.app 在 shop.cart.api 之后":                   "after shop.cart.api",
		chain:                                               "after shop.cart.api", // order.api is there already: web waits for what it waited for
	} {
		w := yard()
		w.Workloads[orderOf].Version = "2.0"
		r := askTrain("after", after)
		r.DryRun = true
		s := changetest.New(t, w).Run(r)
		if s.Plan == nil || !slices.ContainsFunc(s.Plan.Notes, func(n ops.Text) bool { return strings.HasSuffix(n.En, want) }) || len(s.Plan.Diffs) != 3 {
			t.Errorf("%q: %v %+v", after, s.Error, s.Plan)
		}
	}
}

// TestAFailedGateTakesTheTrainBack: the last of a chain fails, and what is out goes back after those that needed it.
func TestAFailedGateTakesTheTrainBack(t *testing.T) {
	w := yard()
	most := 0.5
	w.Release = &ops.Strategy{Bake: 80 * time.Millisecond, Gates: []ops.Gate{{Name: "errors", Kind: ops.GateMetric, Query: "errors ${service}", Max: &most}}}
	w.Values = func(query string) ([]string, error) {
		if strings.HasSuffix(query, "web.app") {
			return []string{"0.9"}, nil
		}
		return []string{"0"}, nil
	}
	s := changetest.New(t, w).Run(askTrain())
	got := w.Written()
	if s.State != ops.RolledBack || versions(w) != "1.0 1.0 1.0 1.0" || !strings.Contains(s.Error.Text.En, "because shop.web.app failed: gate errors fails") || !strings.Contains(s.Error.Text.Zh, "shop.web.app 失败") {
		t.Fatalf("%s (%v), written %q", s.State, s.Error, got)
	}
	back := got[4:]
	if slices.Index(back, "deploy "+webOf+" 2.0->1.0") > slices.Index(back, "deploy "+orderOf+" 2.0->1.0") || slices.Index(back, "deploy "+orderOf+" 2.0->1.0") > slices.Index(back, "deploy "+cartOf+" 2.0->1.0") || len(back) != 4 {
		t.Errorf("taken back in the order %q", back)
	}
	if !slices.ContainsFunc(s.Events, func(e ops.Event) bool { return strings.HasPrefix(e.Text.En, "shop.web.app: taken back: ") }) {
		t.Errorf("the record of the train does not have what its service did: %+v", s.Events)
	}
}

// TestAnAbortOfATrain leaves what was, whenever it comes, and what had not begun never begins.
func TestAnAbortOfATrain(t *testing.T) {
	for at, written := range map[time.Duration]int{time.Second: 4, 15 * time.Minute: 6, 25 * time.Minute: 8} {
		w := yard()
		w.Release.Canary = ops.Canary{}
		l := changetest.New(t, w)
		l.At(at, func() { l.Act(ops.ActCancel, changetest.Ann, "") })
		s := l.Run(askTrain())
		if s.State != ops.Cancelled || versions(w) != "1.0 1.0 1.0 1.0" || len(w.Written()) != written {
			t.Errorf("cancelled after %s: %s (%v), written %q", at, s.State, s.Error, w.Written())
		}
	}
}

// TestWhatCannotBeTakenBackIsSaid, and the rest goes back all the same.
func TestWhatCannotBeTakenBackIsSaid(t *testing.T) {
	w := yard()
	l := changetest.New(t, w)
	l.At(15*time.Minute, func() {
		w.Workloads[cartOf].Version = "hotfix"
		l.Act(ops.ActCancel, changetest.Ann, "")
	})
	s := l.Run(askTrain())
	if s.State != ops.Failed || versions(w) != "hotfix 1.0 1.0 1.0" || !strings.Contains(s.Error.Text.En, "not everything could be taken back") {
		t.Errorf("%s (%v): %s, written %q", s.State, s.Error, versions(w), w.Written())
	}
}

// TestALostAnswerInATrain: the effect is there, the answer is not, and it is done once.
func TestALostAnswerInATrain(t *testing.T) {
	w := yard()
	lost := map[string]bool{}
	w.After = func(verb string, t ops.Target) error {
		if key := verb + t.String(); !lost[key] {
			lost[key] = true
			return ops.Errorf(ops.Unavailable, "the answer is lost", "应答丢失")
		}
		return nil
	}
	s := changetest.New(t, w).Run(askTrain())
	if s.State != ops.Succeeded || len(w.Written()) != 4 || versions(w) != "2.0 2.0 2.0 3.1" {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

// TestSteeringATrain: a pause holds back all that would begin, and its time does not count; promote ends the bakes.
func TestSteeringATrain(t *testing.T) {
	w := yard()
	l := changetest.New(t, w)
	l.At(time.Minute, func() { l.Act(ops.ActPause, changetest.Ann, "") })
	l.At(80*time.Hour, func() {
		s := l.Now()
		if s.State != ops.Paused || len(w.Written()) != 2 || !slices.Contains(s.CanContinue, ops.ActResume) || !strings.Contains(s.Waiting.En, "paused by Ann") {
			t.Errorf("paused it is %s (%s), one may %v, written %q", s.State, s.Waiting.En, s.CanContinue, w.Written())
		}
		l.Act(ops.ActResume, changetest.Ann, "")
	})
	l.At(80*time.Hour+time.Minute, func() { l.Act(ops.ActPromote, changetest.Ann, "") })
	s := l.Run(askTrain())
	if took := s.ClosedAt.Sub(s.CreatedAt); s.State != ops.Succeeded || took < 80*time.Hour+11*time.Minute || took > 80*time.Hour+12*time.Minute {
		t.Errorf("%s (%v) after %s", s.State, s.Error, took)
	}
}

// TestPromoteAnswersTheOneThatAsks, and does not end the watching of the others.
func TestPromoteAnswersTheOneThatAsks(t *testing.T) {
	w := yard()
	w.Releases = func(service string) *ops.Strategy {
		if service == "pay.gate.api" {
			return &ops.Strategy{Gates: []ops.Gate{{Name: "look", Kind: ops.GateManual}}}
		}
		return w.Release
	}
	l := changetest.New(t, w)
	l.At(time.Minute, func() { l.Act(ops.ActPromote, changetest.Bob, "") })
	s := l.Run(askTrain())
	if took := s.ClosedAt.Sub(s.CreatedAt); s.State != ops.Succeeded || took < 30*time.Minute {
		t.Errorf("%s (%v) after %s", s.State, s.Error, took)
	}
}

// TestATrainOfFifty takes little more than its slowest chain.
func TestATrainOfFifty(t *testing.T) {
	w := changetest.NewWorld(4)
	w.Release = &ops.Strategy{Bake: 10 * time.Minute}
	var services, after []string
	for n := range 50 {
		name := fmt.Sprintf("shop.s%02d.api", n)
		w.Add(4, name+"@idc1/c1:prod")
		services = append(services, name+"=2.0")
		if n%5 > 0 {
			after = append(after, fmt.Sprintf("%s after shop.s%02d.api", name, n-1))
		}
	}
	s := changetest.New(t, w).Run(changetest.Ask("release.train", "services", strings.Join(services, " "), "after", strings.Join(after, ",")))
	slowest := 5 * 10 * time.Minute
	if took := s.ClosedAt.Sub(s.CreatedAt); s.State != ops.Succeeded || took > slowest*13/10 || len(w.Written()) != 50 {
		t.Errorf("%s (%v) after %s, written %d", s.State, s.Error, took, len(w.Written()))
	}
}

// TestATrainThatIsHeld waits for a person at the step that failed, while the others go on; the time does not count.
func TestATrainThatIsHeld(t *testing.T) {
	w := yard()
	tries := 0
	w.Fail = func(verb string, t ops.Target) error {
		if verb == "deploy" && t.Service == "shop.order.api" {
			if tries++; tries == 1 {
				return ops.Errorf(ops.Unsafe, "quota", "配额")
			}
		}
		return nil
	}
	l := changetest.New(t, w)
	l.At(3*time.Hour, func() {
		if s := l.Now(); s.State != ops.Held || !strings.HasPrefix(s.Waiting.En, "shop.order.api: quota; retry or cancel") || !slices.Contains(s.CanContinue, ops.ActRetry) {
			t.Errorf("it is %s (%s), one may %v", s.State, s.Waiting.En, s.CanContinue)
		}
		l.Act(ops.ActRetry, changetest.Ann, "")
	})
	r := askTrain()
	r.Hold = true
	if s := l.Run(r); s.State != ops.Succeeded || versions(w) != "2.0 2.0 2.0 3.1" {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

// TestAFreezeHoldsATrainBetweenWaves, and lets it go on after.
func TestAFreezeHoldsATrainBetweenWaves(t *testing.T) {
	w := yard()
	l := changetest.New(t, w)
	thaw := changetest.Start.Add(5 * time.Hour)
	l.Decide = func(f ops.Facts) (ops.Decision, error) {
		d := ops.Decision{Allow: true, Sure: true, Rule: "lab"}
		if now := l.Env.Now(); now.After(changetest.Start.Add(time.Minute)) && now.Before(thaw) {
			d.Freeze = &ops.FreezeHit{Name: "sale", Until: thaw, Refuse: true, Why: ops.Plain("the sale")}
		}
		return d, nil
	}
	l.At(time.Hour, func() {
		if s := l.Now(); s.State != ops.WaitingWindow || len(w.Written()) != 2 || !strings.Contains(s.Waiting.En, `shop.order.api: freeze "sale" is on`) {
			t.Errorf("in the freeze it is %s (%s), written %q", s.State, s.Waiting.En, w.Written())
		}
	})
	if s := l.Run(askTrain()); s.State != ops.Succeeded || s.ClosedAt.Before(thaw) {
		t.Errorf("%s (%v)", s.State, s.Error)
	}
}

// TestAnAbortOfATrainWhoseCarsDivideTraffic gives the traffic back before the canaries go, whatever each of them has done.
func TestAnAbortOfATrainWhoseCarsDivideTraffic(t *testing.T) {
	for _, at := range []time.Duration{1, 6, 12, 18, 26, 40} {
		w := yard()
		w.Release.Canary = ops.Canary{Bake: 5 * time.Minute, Traffic: changetest.Provider, Weights: []int{10, 50}}
		l := changetest.New(t, w)
		l.At(at*time.Minute, func() { l.Act(ops.ActCancel, changetest.Ann, "") })
		s := l.Run(askTrain())
		if s.State != ops.Cancelled || versions(w) != "1.0 1.0 1.0 1.0" || len(w.Written()) == 0 {
			t.Errorf("cancelled after %d minutes: %s (%v), %s, written %q", at, s.State, s.Error, versions(w), w.Written())
		}
		for _, target := range []string{cartOf, orderOf, webOf, payOf} {
			if w.Canaries[target] != 0 || w.Traffic[target] != "" {
				t.Errorf("cancelled after %d minutes: %s has %d canaries and traffic %q", at, target, w.Canaries[target], w.Traffic[target])
			}
		}
	}
}
