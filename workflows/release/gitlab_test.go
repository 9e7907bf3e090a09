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

// forge is a world whose versions are built somewhere.
func forge(s *ops.Strategy) (*changetest.World, *changetest.Forge) {
	w := world(s)
	f := changetest.NewForge(w)
	f.Builds["2.0"] = activities.Build{Version: "2.0", Commit: "0123456789abcdef", Title: "Faster", Author: "dan", Pipeline: 7, Link: "https://forge/7"}
	f.Builds["latest"], f.Builds["pipeline:7"] = f.Builds["2.0"], f.Builds["2.0"]
	f.Builds["3.0"] = activities.Build{Version: "3.0"}
	return w, f
}

// TestAVersionComesFromItsSource: by its tag, its pipeline or as the newest one; the plan says which commit it is.
func TestAVersionComesFromItsSource(t *testing.T) {
	for _, version := range []string{"2.0", "latest", "pipeline:7"} {
		w, _ := forge(&ops.Strategy{Source: ops.Source{Project: "shop/cart"}})
		s := changetest.New(t, w).Run(changetest.Ask("release", "target", "shop.cart.api", "version", version))
		if s.State != ops.Succeeded || w.Workloads[prod2].Version != "2.0" || s.Plan.Notes[0].En != "2.0 is commit 01234567 by dan (Faster), and pipeline 7 has built it: https://forge/7" {
			t.Errorf("%s: %s (%v), %v", version, s.State, s.Error, s.Plan)
		}
	}
}

// TestWhatIsNotBuiltIsNotReleased, and neither is what nobody knows.
func TestWhatIsNotBuiltIsNotReleased(t *testing.T) {
	for _, c := range []struct {
		version, says string
		source        ops.Source
		code          ops.Code
	}{
		{"3.0", "3.0 is not released: it has no pipeline", ops.Source{Project: "shop/cart"}, ops.Unsafe},
		{"9.9", "has no tag 9.9", ops.Source{Project: "shop/cart"}, ops.NotFound},
		{"pipeline:7", "the inventory does not say where the service is built", ops.Source{}, ops.Invalid},
		{"2.0", `"other" is not configured here`, ops.Source{Provider: "other", Project: "shop/cart"}, ops.Invalid},
	} {
		w, _ := forge(&ops.Strategy{Source: c.source})
		s := changetest.New(t, w).Run(changetest.Ask("release", "target", "shop.cart.api", "version", c.version))
		if s.State != ops.Failed || s.Error.Code != c.code || !strings.Contains(s.Error.Text.En, c.says) || s.Plan != nil || len(w.Written()) != 0 {
			t.Errorf("%s: %s (%v), written %q", c.version, s.State, s.Error, w.Written())
		}
	}
}

func TestATrainTakesVersionsFromTheirSources(t *testing.T) {
	w, _ := forge(&ops.Strategy{Source: ops.Source{Project: "shop/cart"}})
	s := changetest.New(t, w).Run(changetest.Ask("release.train", "services", "shop.cart.api=pipeline:7"))
	if s.State != ops.Succeeded || w.Workloads[prod2].Version != "2.0" {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

// smoke is a strategy with a pipeline as a gate.
func smoke(envs ...string) *ops.Strategy {
	return &ops.Strategy{Gates: []ops.Gate{{Name: "smoke", Kind: ops.GatePipeline, Envs: envs, Pipeline: ops.Pipeline{
		Project: "shop/checks", Ref: "main", Variables: map[string]string{"VERSION": "${version}", "WHERE": "${env}", "SERVICE": "${service}"},
	}}}}
}

// TestAPipelineIsAGate: it runs once per wave with what it has to know, and each answer may be lost.
func TestAPipelineIsAGate(t *testing.T) {
	w, f := forge(smoke())
	lost := map[string]bool{}
	w.After = func(verb string, target ops.Target) error {
		if key := verb + target.String(); verb == "pipeline" && !lost[key] {
			lost[key] = true
			return ops.Errorf(ops.Unavailable, "lost", "丢失")
		}
		return nil
	}
	s := changetest.New(t, w).Run(ask())
	want := []string{
		"deploy " + test1 + " 1.0->2.0", "pipeline shop.cart.api/test idc1/c1/smoke/1", "deploy " + prod1 + " 1.0->2.0", "pipeline shop.cart.api/prod idc1/c1/smoke/1",
		"deploy " + prod2 + " 1.0->2.0", "pipeline shop.cart.api/prod idc2/c1/smoke/1",
	}
	if s.State != ops.Succeeded || !slices.Equal(w.Written(), want) || len(lost) != 3 {
		t.Fatalf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
	if v := f.Ins[1].Run.Variables; v["VERSION"] != "2.0" || v["WHERE"] != "prod" || v["SERVICE"] != "shop.cart.api" || !strings.HasPrefix(f.Ins[1].Key, s.ID+"/") {
		t.Errorf("%+v", f.Ins[1])
	}
	if !slices.ContainsFunc(s.Events, func(e ops.Event) bool {
		return e.Text.En == "gate smoke at prod idc1/c1 runs pipeline 2: https://forge/2"
	}) {
		t.Errorf("the record does not say where it ran: %v", s.Events)
	}
}

func TestAFailedPipelineTakesEverythingBack(t *testing.T) {
	w, f := forge(smoke("prod"))
	f.Ends = func(in activities.PipelineIn) (activities.PipelineState, string) {
		if strings.Contains(in.Key, "idc2") {
			return activities.PipelineFailed, "checkout"
		}
		return activities.PipelinePassed, ""
	}
	s := changetest.New(t, w).Run(ask())
	if s.State != ops.RolledBack || w.Workloads[test1].Version != "1.0" || !strings.Contains(s.Error.Text.En, "gate smoke fails at prod idc2/c1: pipeline 2 is failed, at job checkout: https://forge/2") {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

// TestAnAbortCancelsThePipeline that runs, and a pipeline that does not end is no pass.
func TestAnAbortCancelsThePipeline(t *testing.T) {
	w, f := forge(smoke("test"))
	l := changetest.New(t, w)
	looks := 0
	f.Ends = func(activities.PipelineIn) (activities.PipelineState, string) {
		if looks++; looks == 1 {
			l.Env.RegisterDelayedCallback(func() { l.Act(ops.ActCancel, changetest.Ann, "") }, 0)
		}
		return activities.PipelineRuns, ""
	}
	s := l.Run(ask())
	if want := "pipeline.cancel shop.cart.api/test idc1/c1/smoke/1"; s.State != ops.Cancelled || !slices.Contains(w.Written(), want) || w.Workloads[test1].Version != "1.0" {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
	slow := smoke("test")
	slow.Gates[0].Pipeline.Timeout = 50 * time.Millisecond
	w, f = forge(slow)
	f.Ends = func(activities.PipelineIn) (activities.PipelineState, string) { return activities.PipelineWaits, "" }
	s = changetest.New(t, w).Run(ask())
	if s.State != ops.RolledBack || !strings.Contains(s.Error.Text.En, "is inconclusive at test idc1/c1, which is no pass: its time is over and pipeline 1 waits for a person") {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

// TestABadMetricDoesNotWaitForAPipeline: what fails first ends the watching, and the pipeline is cancelled.
func TestABadMetricDoesNotWaitForAPipeline(t *testing.T) {
	both := gated()
	both.Bake, both.Canary = 2*time.Second, ops.Canary{}
	both.Gates = append(both.Gates, smoke().Gates...)
	w, f := forge(both)
	f.Ends = func(activities.PipelineIn) (activities.PipelineState, string) { return activities.PipelineRuns, "" }
	w.Values = func(string) ([]string, error) {
		switch {
		case len(w.Ledger) == 0: // when it was planned
			return []string{"0"}, nil
		case len(f.Ran) == 0:
			return nil, ops.Errorf(ops.Unavailable, "away", "不可用")
		}
		return []string{"0.5"}, nil
	}
	s := changetest.New(t, w).Run(ask())
	if s.State != ops.RolledBack || !strings.Contains(s.Error.Text.En, "gate errors fails at test idc1/c1") || !slices.Contains(w.Written(), "pipeline.cancel shop.cart.api/test idc1/c1/smoke/1") {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

func TestAPipelineThatCannotRunIsFoundBefore(t *testing.T) {
	strategy := smoke("prod")
	strategy.Gates[0].Pipeline.Ref = "none"
	w, _ := forge(strategy)
	s := changetest.New(t, w).Run(ask())
	if s.State != ops.Failed || s.Plan != nil || !strings.Contains(s.Error.Text.En, "gate smoke cannot run its pipeline: there is no branch none") {
		t.Errorf("%s (%v)", s.State, s.Error)
	}
}

// TestAReleaseThroughGit: each wave is written, agreed to, followed by its cluster and only then counts; and back.
func TestAReleaseThroughGit(t *testing.T) {
	w, f := forge(&ops.Strategy{Canary: ops.Canary{Percent: 30}})
	f.InGit(ops.GitPlace{Project: "ops/live", Field: "image"})
	lost := map[string]bool{}
	w.After = func(verb string, target ops.Target) error {
		if key := verb + target.String(); !lost[key] {
			lost[key] = true
			return ops.Errorf(ops.Unavailable, "lost", "丢失")
		}
		return nil
	}
	s := changetest.New(t, w).Run(ask())
	want := []string{
		"propose " + test1 + " 2.0", "merge " + test1 + " 2.0", "canary " + prod1 + " 2", "canary " + prod1 + " 0",
		"propose " + prod1 + " 2.0", "merge " + prod1 + " 2.0", "propose " + prod2 + " 2.0", "merge " + prod2 + " 2.0",
	}
	if s.State != ops.Succeeded || !slices.Equal(w.Written(), want) {
		t.Fatalf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
	if !slices.ContainsFunc(s.Plan.Notes, func(n ops.Text) bool {
		return n.En == "3 places go out by merge requests in [ops/live], and are waited for in their clusters"
	}) {
		t.Errorf("the plan says %v", s.Plan.Notes)
	}
	l := changetest.New(t, w)
	l.Record[s.ID] = s
	back := l.Run(changetest.Ask("undo", "id", s.ID))
	if back.State != ops.Succeeded || w.Workloads[prod2].Version != "1.0" || f.Images[prod2] != "registry/shop.cart.api:1.0" {
		t.Errorf("%s (%v), written %q", back.State, back.Error, w.Written())
	}
}

// TestAClusterThatDoesNotFollowStops the release, which says what both say and goes back.
func TestAClusterThatDoesNotFollowStops(t *testing.T) {
	w, f := forge(nil)
	f.InGit(ops.GitPlace{Project: "ops/live", Field: "image", Follow: 50 * time.Millisecond})
	f.Follows = func(target string) bool { return target != prod1 }
	s := changetest.New(t, w).Run(ask())
	if s.State != ops.RolledBack || f.Images[prod1] != "registry/shop.cart.api:1.0" || w.Workloads[test1].Version != "1.0" ||
		!strings.Contains(s.Error.Text.En, "the cluster does not follow Git for 50ms: Git says registry/shop.cart.api:2.0 and the cluster shows registry/shop.cart.api:1.0 (https://forge/2.0)") {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

// TestAnAbortWhilePeopleThink takes back what was proposed.
func TestAnAbortWhilePeopleThink(t *testing.T) {
	w, f := forge(nil)
	f.InGit(ops.GitPlace{Project: "ops/live", Field: "image"})
	l := changetest.New(t, w)
	asked := 0
	f.Agree = func(string) bool {
		if asked++; asked == 1 {
			l.Env.RegisterDelayedCallback(func() { l.Act(ops.ActCancel, changetest.Ann, "") }, 0)
		}
		return false
	}
	s := l.Run(ask())
	if want := []string{"propose " + test1 + " 2.0", "close " + test1}; s.State != ops.Cancelled || !slices.Equal(w.Written(), want) || len(f.Open) != 0 {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

// TestOneLineForManyPlaces is refused where waves would go out at once.
func TestOneLineForManyPlaces(t *testing.T) {
	w, f := forge(nil)
	f.InGit(ops.GitPlace{Project: "ops/live", File: "all.yaml", Field: "image"})
	s := changetest.New(t, w).Run(ask())
	if s.State != ops.Failed || s.Error.Code != ops.Invalid || !strings.Contains(s.Error.Text.En, "image of all.yaml in ops/live stands for places in different waves (test idc1/c1 and prod idc1/c1)") {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}
