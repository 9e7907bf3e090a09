package jenkins

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/integrations/jenkins/jenkinstest"
	"orderly.example/ops"
)

const (
	old = "registry.example/shop/cart:1.0"
	new = "registry.example/shop/cart:1.1"
)

// lab is a Jenkins with a job that deploys, and who deploys by it.
type lab struct {
	*jenkinstest.Server
	*testing.T
	job    *jenkinstest.Job
	client *Client
	activities.Outside
}

func newLab(t *testing.T) *lab {
	s := jenkinstest.New(t)
	l := &lab{Server: s, T: t, job: s.Job("shop/cart deploy", "VERSION", "ENV", ops.KeyVariable)}
	l.client = l.as(jenkinstest.Token)
	l.Outside = activities.Outside{Jobs: l.client, Poll: time.Millisecond}
	return l
}

func (l *lab) as(token string) *Client {
	l.Helper()
	c, err := New(Config{URL: l.URL, User: jenkinstest.User, Token: token})
	l.must(err)
	c.grace = 100 * time.Millisecond
	return c
}

func (l *lab) must(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

func (l *lab) refused(err error, code ops.Code, words string) {
	l.Helper()
	if ops.CodeOf(err) != code || !strings.Contains(ops.TextOf(err).En, words) || ops.TextOf(err).Zh == "" || ops.TextOf(err).Zh == ops.TextOf(err).En {
		l.Errorf("got %s %v, want %s %q", ops.CodeOf(err), err, code, words)
	}
	if err != nil && strings.Contains(err.Error(), jenkinstest.Token) {
		l.Errorf("the token shows in %v", err)
	}
}

func deploy() activities.DeployIn {
	at := ops.Place{
		Target: ops.Target{Service: "shop.cart.api", IDC: "idc1", Cluster: "c1", Env: "prod"}, Provider: "kubernetes",
		External: ops.External{Provider: ops.Jenkins, Job: "shop/cart deploy"},
	}
	return activities.DeployIn{Place: at, From: old, Image: new, Shows: old, Change: "release-abc", Why: "release-abc by ann", Parameters: map[string]string{"VERSION": "1.1", "ENV": "prod"}}
}

func back() activities.DeployIn {
	in := deploy()
	in.From, in.Image, in.Parameters = in.Image, in.From, map[string]string{"VERSION": "1.0", "ENV": "prod"}
	return in
}

func (l *lab) deploy(in activities.DeployIn) bool {
	l.Helper()
	out, err := l.Deploy(l.Context(), in)
	l.must(err)
	return out.Changed
}

func (l *lab) land(in activities.DeployIn) activities.Landing {
	l.Helper()
	out, err := l.Land(l.Context(), in)
	l.must(err)
	return out
}

func (l *lab) wrote(want ...string) {
	l.Helper()
	if w := l.Written(); !slices.Equal(w, want) {
		l.Errorf("written %q, want %q", w, want)
	}
}

// TestAJobIsBuiltOnce, with the key and the parameters, and is followed from the queue to its end.
func TestAJobIsBuiltOnce(t *testing.T) {
	l := newLab(t)
	l.Busy = true
	if !l.deploy(deploy()) || l.deploy(deploy()) {
		t.Error("the second call changes nothing")
	}
	if got := l.land(deploy()); got.Holds || got.Waits.En != "shop/cart deploy waits in the queue: Waiting for next available executor" {
		t.Errorf("%+v", got)
	}
	l.Work()
	if l.deploy(deploy()) {
		t.Error("the third call changes nothing")
	}
	b := l.job.Builds()[0]
	if want := map[string]string{"VERSION": "1.1", "ENV": "prod", ops.KeyVariable: b.Parameters[ops.KeyVariable]}; !maps.Equal(b.Parameters, want) || !strings.HasPrefix(b.Parameters[ops.KeyVariable], "release-abc/") {
		t.Errorf("%v", b.Parameters)
	}
	if got := l.land(deploy()); got.Holds || !strings.HasPrefix(got.Waits.En, "build 1 runs at stage Prepare (1 of 2): "+l.URL+"/job/shop/job/cart") {
		t.Errorf("%+v", got)
	}
	b.End("SUCCESS", "")
	if got := l.land(deploy()); !got.Holds || got.Link == "" {
		t.Errorf("%+v", got)
	}
	l.wrote("build shop/cart deploy 1.1")
}

// TestAFailedBuildSaysWhy: at which stage, where one sees it, and how its log ends. So does a job without stages.
func TestAFailedBuildSaysWhy(t *testing.T) {
	for _, plain := range []bool{false, true} {
		l := newLab(t)
		l.Plain = plain
		l.deploy(deploy())
		l.job.Builds()[0].End("FAILURE", strings.Repeat("line\n", 2000)+"no space left on device\n")
		_, err := l.Land(t.Context(), deploy())
		l.refused(err, ops.Unsafe, map[bool]string{false: "build 1 is FAILURE at stage Prepare (1 of 2): http://", true: "build 1 is FAILURE: http://"}[plain])
		l.refused(err, ops.Unsafe, "line | no space left on device | Finished: FAILURE")
		if n := len(ops.TextOf(err).En); n > 1000 {
			t.Errorf("the error has %d bytes", n)
		}
	}
}

// TestTheWayBackStopsAndBuildsTheFormer: a build that began may have come anywhere, whatever the cluster shows.
func TestTheWayBackStopsAndBuildsTheFormer(t *testing.T) {
	for stubborn, verb := range map[bool]string{false: "stop", true: "term"} {
		l := newLab(t)
		l.deploy(deploy())
		l.job.Builds()[0].Stubborn = stubborn
		l.deploy(back())
		l.wrote("build shop/cart deploy 1.1", verb+" shop/cart deploy 1", "build shop/cart deploy 1.0")
		l.job.Builds()[1].End("SUCCESS", "")
		if !l.land(back()).Holds {
			t.Error("the way back does not hold")
		}
	}
}

func TestABuildThatDoesNotStopIsTriedAgain(t *testing.T) {
	l := newLab(t)
	l.deploy(deploy())
	l.job.Builds()[0].Immortal = true
	_, err := l.Deploy(t.Context(), back())
	l.refused(err, ops.Unavailable, "build 1 of shop/cart deploy does not stop")
	l.wrote("build shop/cart deploy 1.1")
}

// TestWhatHasNotBegunIsTakenOutOfTheQueue, and then there is nothing to take back.
func TestWhatHasNotBegunIsTakenOutOfTheQueue(t *testing.T) {
	l := newLab(t)
	l.Busy = true
	l.deploy(deploy())
	if l.deploy(back()) || !l.land(back()).Holds {
		t.Error("there was something to do")
	}
	l.wrote("build shop/cart deploy 1.1", "cancel shop/cart deploy")
}

func TestARunThatAPersonRemovesIsNoSuccess(t *testing.T) {
	l := newLab(t)
	l.Busy = true
	l.deploy(deploy())
	l.Clear()
	_, err := l.Land(t.Context(), deploy())
	l.refused(err, ops.Conflict, "is gone")
}

func TestWhatSomebodyElseHasChangedIsLeftAlone(t *testing.T) {
	l := newLab(t)
	in := deploy()
	in.Shows = "registry.example/shop/cart:0.9"
	_, err := l.Deploy(t.Context(), in)
	l.refused(err, ops.Conflict, "runs registry.example/shop/cart:0.9 and not "+old)
	if in.Shows = new; l.deploy(in) || !l.land(in).Holds {
		t.Error("it was so already")
	}
	l.wrote()
}

// TestCrossedStarts: what two attempts have started is one build in the end. One that a person runs again counts.
func TestCrossedStarts(t *testing.T) {
	l := newLab(t)
	l.Started = func(b *jenkinstest.Build) { // the late effect of an attempt that was given up
		l.Started = nil
		b.Twin()
	}
	l.deploy(deploy())
	all := l.job.Builds()
	if len(all) != 2 || !all[0].Building || all[1].Building || l.land(deploy()).Holds {
		t.Errorf("%+v %+v", all[0], all[1])
	}
	all[0].End("FAILURE", "")
	_, err := l.Land(t.Context(), deploy())
	l.refused(err, ops.Unsafe, "has failed")
	l.Started = func(b *jenkinstest.Build) { b.EndLocked("SUCCESS", "") }
	all[0].Twin()
	if !l.land(deploy()).Holds {
		t.Error("what was run again does not count")
	}
}

// TestAnInputIsAnswered once; one that wants values is not.
func TestAnInputIsAnswered(t *testing.T) {
	l := newLab(t)
	l.deploy(deploy())
	b := l.job.Builds()[0]
	b.Ask(jenkinstest.Input{ID: "Ship", Message: "Ship it to prod?"})
	got := l.land(deploy())
	if got.Holds || got.Question != "1/Ship" || !strings.Contains(got.Waits.En, `build 1 asks "Ship it to prod?" (http://`) {
		t.Errorf("%+v", got)
	}
	for _, want := range []bool{true, false} {
		done, err := l.Answer(t.Context(), activities.AnswerIn{DeployIn: deploy(), Question: got.Question})
		if err != nil || done.Changed != want {
			t.Errorf("%+v, %v", done, err)
		}
	}
	b.Ask(jenkinstest.Input{ID: "Pick", Message: "Which?", Wants: []string{"ZONE"}})
	if got = l.land(deploy()); got.Question != "" || !strings.Contains(got.Waits.En, "wants values, which are given there") {
		t.Errorf("%+v", got)
	}
	l.wrote("build shop/cart deploy 1.1", "proceed shop/cart deploy 1")
}

// TestWhyAJobCannotBuild is found before anything starts.
func TestWhyAJobCannotBuild(t *testing.T) {
	l := newLab(t)
	try := func(change func(*activities.DeployIn)) error {
		in := deploy()
		in.DryRun = true
		change(&in)
		_, err := l.Deploy(t.Context(), in)
		return err
	}
	l.must(try(func(*activities.DeployIn) {}))
	l.refused(try(func(in *activities.DeployIn) { in.Place.External.Job = "shop/other" }), ops.NotFound, "knows no job shop/other")
	l.refused(try(func(in *activities.DeployIn) { in.Parameters = map[string]string{"VERSIONS": "1"} }), ops.Invalid, "declares no parameter VERSIONS; did you mean VERSION?")
	l.refused(try(func(in *activities.DeployIn) { in.Place.External = ops.External{} }), ops.Invalid, "has no external in the inventory")
	l.job.Declares["ENV"] = []string{"test", "prd"}
	l.refused(try(func(*activities.DeployIn) {}), ops.Invalid, "the parameter ENV of the job shop/cart deploy cannot be prod; did you mean prd?")
	delete(l.job.Declares, ops.KeyVariable)
	l.refused(try(func(*activities.DeployIn) {}), ops.Invalid, "declares no parameter ORDERLY_KEY")
	l.job.Disabled = true
	l.refused(try(func(*activities.DeployIn) {}), ops.Unsafe, "is disabled")
	l.wrote()
}

// TestCrumbsAndRights: a Jenkins that asks for a crumb gets one of the same session.
func TestCrumbsAndRights(t *testing.T) {
	l := newLab(t)
	l.must(l.client.Check(t.Context()))
	l.refused(l.as("wrong").Check(t.Context()), ops.Denied, "does not accept the user orderly")
	l.Crumbs = true
	l.deploy(deploy())
	l.deploy(back())
	l.wrote("build shop/cart deploy 1.1", "stop shop/cart deploy 1", "build shop/cart deploy 1.0")
	l.Reads = true
	in := deploy()
	in.Change = "release-def"
	_, err := l.Deploy(t.Context(), in)
	l.refused(err, ops.Denied, "orderly is missing the Job/Build permission); give the user Job/Read")
	for field, c := range map[string]Config{"url": {URL: "j", User: "u", Token: "t"}, "user": {URL: "http://j", Token: "t"}, "token": {URL: "http://j", User: "u"}, "timeout": {URL: "http://j", User: "u", Token: "t", Timeout: -1}} {
		if _, err := New(c); ops.CodeOf(err) != ops.Invalid || ops.AsError(err).Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
