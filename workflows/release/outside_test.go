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

// outside is a world that somebody outside deploys.
func outside(s *ops.Strategy) (*changetest.World, *changetest.Jobs) {
	w := world(s)
	return w, changetest.NewJobs(w)
}

// TestAnOutsideDeployer is told once per place, however often its answers are lost, and is waited for in the cluster. Undo goes
// the same way.
func TestAnOutsideDeployer(t *testing.T) {
	w, _ := outside(&ops.Strategy{Canary: ops.Canary{Percent: 30}})
	lost := map[string]bool{}
	w.After = func(verb string, target ops.Target) error {
		if key := verb + target.String(); !lost[key] {
			lost[key] = true
			return ops.Errorf(ops.Unavailable, "lost", "丢失")
		}
		return nil
	}
	s := changetest.New(t, w).Run(ask())
	want := []string{"run " + test1 + " 2.0", "canary " + prod1 + " 2", "canary " + prod1 + " 0", "run " + prod1 + " 2.0", "run " + prod2 + " 2.0"}
	if s.State != ops.Succeeded || !slices.Equal(w.Written(), want) || w.Workloads[prod2].Version != "2.0" {
		t.Fatalf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
	for _, says := range []string{"3 places are deployed by [jenkins shop/deploy], and are waited for in their clusters"} {
		if !slices.ContainsFunc(s.Plan.Notes, func(n ops.Text) bool { return n.En == says && n.Zh != says }) {
			t.Errorf("the plan says %v", s.Plan.Notes)
		}
	}
	if !slices.ContainsFunc(s.Events, func(e ops.Event) bool {
		return strings.Contains(e.Text.En, "jenkins shop/deploy has deployed registry/shop.cart.api:2.0: https://jobs/1")
	}) {
		t.Errorf("the record does not say where it ran: %v", s.Events)
	}
	l := changetest.New(t, w)
	l.Record[s.ID] = s
	back := l.Run(changetest.Ask("undo", "id", s.ID))
	if back.State != ops.Succeeded || w.Workloads[prod2].Version != "1.0" || !slices.Contains(w.Written(), "run "+prod2+" 1.0") {
		t.Errorf("%s (%v), written %q", back.State, back.Error, w.Written())
	}
}

// TestAFailedRunTakesTheWaveBack by the same job with the former version, and everything before.
func TestAFailedRunTakesTheWaveBack(t *testing.T) {
	w, j := outside(nil)
	j.Ends = func(r *changetest.JobRun) activities.PipelineState {
		if r.At == prod1 && r.Version == "2.0" {
			r.Text = ops.Textf("run 2 is FAILURE: no space left", "运行 2 失败:空间不足")
			return activities.PipelineFailed
		}
		return activities.PipelinePassed
	}
	s := changetest.New(t, w).Run(ask())
	want := []string{"run " + test1 + " 2.0", "run " + prod1 + " 2.0", "run " + prod1 + " 1.0", "run " + test1 + " 1.0"}
	if s.State != ops.RolledBack || !slices.Equal(w.Written(), want) || w.Workloads[test1].Version != "1.0" || !strings.Contains(s.Error.Text.En, "jenkins shop/deploy has failed: run 2 is FAILURE: no space left") {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

// TestAnAbortStopsTheRun, and then the former version is deployed: the run may have come anywhere.
func TestAnAbortStopsTheRun(t *testing.T) {
	w, j := outside(nil)
	l := changetest.New(t, w)
	looks := 0
	j.Ends = func(r *changetest.JobRun) activities.PipelineState {
		if r.Version == "1.0" {
			return activities.PipelinePassed
		}
		if looks++; looks == 2 {
			l.Env.RegisterDelayedCallback(func() { l.Act(ops.ActCancel, changetest.Ann, "") }, 0)
		}
		return activities.PipelineRuns
	}
	s := l.Run(ask())
	if want := []string{"run " + test1 + " 2.0", "stop " + test1 + " 2.0", "run " + test1 + " 1.0"}; s.State != ops.Cancelled || !slices.Equal(w.Written(), want) {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

// asking has every run ask before it passes.
func asking(j *changetest.Jobs, onAsk func(r *changetest.JobRun)) {
	asked := map[string]bool{}
	j.Ends = func(r *changetest.JobRun) activities.PipelineState {
		switch {
		case !asked[r.ID]:
			asked[r.ID] = true
			r.Question, r.Text = r.ID+"/ship", ops.Textf("run %s asks %q", "运行 %s 询问 %q", r.ID, "Ship it?")
			if onAsk != nil {
				onAsk(r)
			}
		case r.Question == "":
			return activities.PipelinePassed
		}
		return activities.PipelineWaits
	}
}

// TestPromoteAnswersWhatARunAsks: until then the change waits for a person, with the words of the question.
func TestPromoteAnswersWhatARunAsks(t *testing.T) {
	w, j := outside(nil)
	l := changetest.New(t, w)
	var saw []ops.Status
	asking(j, func(r *changetest.JobRun) {
		l.Env.RegisterDelayedCallback(func() {
			saw = append(saw, l.Now())
			l.Act(ops.ActPromote, changetest.Ann, "")
		}, 50*time.Millisecond)
	})
	s := l.Run(changetest.Ask("release", "target", test1, "version", "2.0"))
	if want := []string{"run " + test1 + " 2.0", "answer " + test1 + " 2.0"}; s.State != ops.Succeeded || !slices.Equal(w.Written(), want) {
		t.Fatalf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
	if n := saw[0]; n.State != ops.Paused || n.Waiting.En != test1+`: run 1 asks "Ship it?"; promote or cancel` || !slices.Contains(n.CanContinue, ops.ActPromote) {
		t.Errorf("%s, %v, %v", n.State, n.Waiting, n.CanContinue)
	}
	l = changetest.New(t, w)
	l.Record[s.ID] = s
	asking(j, nil)
	back := l.Run(changetest.Ask("undo", "id", s.ID))
	if back.State != ops.Succeeded || !slices.Contains(w.Written(), "answer "+test1+" 1.0") {
		t.Errorf("nobody is asked on the way back: %s (%v), written %q", back.State, back.Error, w.Written())
	}
}

// TestAnAnswerOverThereCounts as well, and a no ends the run and the release.
func TestAnAnswerOverThereCounts(t *testing.T) {
	for yes, state := range map[bool]ops.State{true: ops.Succeeded, false: ops.RolledBack} {
		w, j := outside(nil)
		l := changetest.New(t, w)
		looks := 0
		j.Ends = func(r *changetest.JobRun) activities.PipelineState {
			switch looks++; {
			case r.Version == "1.0" || looks > 4 && yes:
				return activities.PipelinePassed
			case looks > 4:
				r.Question = ""
				return activities.PipelineFailed
			}
			r.Question, r.Text = "1/ship", ops.Plain("Ship it?")
			return activities.PipelineWaits
		}
		s := l.Run(changetest.Ask("release", "target", test1, "version", "2.0"))
		if s.State != state || slices.ContainsFunc(w.Written(), func(s string) bool { return strings.HasPrefix(s, "answer") }) {
			t.Errorf("%v: %s (%v), written %q", yes, s.State, s.Error, w.Written())
		}
	}
}

// TestAnAbortWhileARunAsks stops it.
func TestAnAbortWhileARunAsks(t *testing.T) {
	w, j := outside(nil)
	l := changetest.New(t, w)
	asking(j, func(r *changetest.JobRun) {
		if r.Version == "2.0" {
			l.Env.RegisterDelayedCallback(func() { l.Act(ops.ActCancel, changetest.Ann, "") }, 50*time.Millisecond)
		}
	})
	s := l.Run(ask())
	if want := []string{"run " + test1 + " 2.0", "stop " + test1 + " 2.0", "run " + test1 + " 1.0", "answer " + test1 + " 1.0"}; s.State != ops.Cancelled || !slices.Equal(w.Written(), want) {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

// TestOnePromoteAnswersAWave: places of a wave ask at once.
func TestOnePromoteAnswersAWave(t *testing.T) {
	w, j := outside(&ops.Strategy{Wave: ops.WaveEnv})
	l := changetest.New(t, w)
	asks := 0
	asking(j, func(r *changetest.JobRun) {
		if asks++; asks == 2 {
			l.Env.RegisterDelayedCallback(func() { l.Act(ops.ActPromote, changetest.Ann, "") }, 200*time.Millisecond)
		}
	})
	s := l.Run(changetest.Ask("release", "target", "shop.cart.api@*:prod", "version", "2.0"))
	if s.State != ops.Succeeded || w.Workloads[prod1].Version != "2.0" || w.Workloads[prod2].Version != "2.0" || len(w.Written()) != 4 {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}

// TestARunThatDeploysSomethingElse is found in the cluster; one for places in different waves before.
func TestARunThatDeploysSomethingElse(t *testing.T) {
	w, j := outside(nil)
	w.External.Follow = 50 * time.Millisecond
	j.Ends = func(r *changetest.JobRun) activities.PipelineState {
		if r.Version == "2.0" {
			r.Version = "1.9"
		}
		return activities.PipelinePassed
	}
	s := changetest.New(t, w).Run(changetest.Ask("release", "target", test1, "version", "2.0"))
	if s.State == ops.Succeeded || s.Error == nil || !strings.Contains(s.Error.Text.En, "the cluster does not follow jenkins shop/deploy for 50ms: jenkins shop/deploy says registry/shop.cart.api:2.0 and the cluster shows registry/shop.cart.api:1.9 (https://jobs/1)") {
		t.Errorf("%s (%v)", s.State, s.Error)
	}
	w, _ = outside(nil)
	w.External.Parameters = map[string]string{"VERSION": "${version}"}
	s = changetest.New(t, w).Run(ask())
	if s.State != ops.Failed || s.Error.Code != ops.Invalid || !strings.Contains(s.Error.Text.En, "jenkins shop/deploy with these parameters stands for places in different waves") {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
	w, _ = outside(nil)
	w.External.Job = "none"
	if s = changetest.New(t, w).Run(ask()); s.State != ops.Failed || s.Plan != nil || !strings.Contains(s.Error.Text.En, "there is no job none") {
		t.Errorf("%s (%v)", s.State, s.Error)
	}
}
