package spinnaker

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/integrations/spinnaker/spinnakertest"
	"orderly.example/ops"
)

const (
	old = "registry.example/shop/cart:1.0"
	new = "registry.example/shop/cart:1.1"
)

// lab is a Spinnaker with a pipeline that deploys, and who deploys by it.
type lab struct {
	*spinnakertest.Server
	*testing.T
	pipeline *spinnakertest.Pipeline
	client   *Client
	activities.Outside
}

func newLab(t *testing.T) *lab {
	s := spinnakertest.New(t)
	l := &lab{Server: s, T: t, pipeline: s.Pipeline("cart", "Deploy to prod", "version", "env")}
	l.client = l.as(Config{Token: spinnakertest.Token})
	l.Outside = activities.Outside{Jobs: l.client, Poll: time.Millisecond}
	return l
}

func (l *lab) as(c Config) *Client {
	l.Helper()
	c.URL, c.UI = l.URL, "https://deck.example"
	out, err := New(c)
	l.must(err)
	out.grace = 100 * time.Millisecond
	return out
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
	if err != nil && (strings.Contains(err.Error(), spinnakertest.Token) || strings.Contains(err.Error(), spinnakertest.Password)) {
		l.Errorf("a secret shows in %v", err)
	}
}

func deploy() activities.DeployIn {
	at := ops.Place{
		Target: ops.Target{Service: "shop.cart.api", IDC: "idc1", Cluster: "c1", Env: "prod"}, Provider: "kubernetes",
		External: ops.External{Provider: ops.Spinnaker, Application: "cart", Pipeline: "Deploy to prod"},
	}
	return activities.DeployIn{Place: at, From: old, Image: new, Shows: old, Change: "release-abc", Why: "release-abc by ann", Parameters: map[string]string{"version": "1.1", "env": "prod"}}
}

func back() activities.DeployIn {
	in := deploy()
	in.From, in.Image, in.Parameters = in.Image, in.From, map[string]string{"version": "1.0", "env": "prod"}
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

const started = "start cart/Deploy to prod 1.1"

// TestAPipelineIsStartedOnce, with the key and the parameters, and is followed to its end.
func TestAPipelineIsStartedOnce(t *testing.T) {
	l := newLab(t)
	if !l.deploy(deploy()) || l.deploy(deploy()) {
		t.Error("the second call changes nothing")
	}
	e := l.Executions()[0]
	if want := map[string]string{"version": "1.1", "env": "prod", ops.KeyVariable: e.Parameters[ops.KeyVariable]}; !maps.Equal(e.Parameters, want) || !strings.HasPrefix(e.Parameters[ops.KeyVariable], "release-abc/") {
		t.Errorf("%v", e.Parameters)
	}
	if got := l.land(deploy()); got.Holds || got.Waits.En != "execution 01H0001 is RUNNING at stage Bake (1 of 2): https://deck.example/#/applications/cart/executions/details/01H0001" {
		t.Errorf("%+v", got)
	}
	e.Pause()
	if got := l.land(deploy()); got.Holds || !strings.Contains(got.Waits.En, "was paused by a person; resume it there") {
		t.Errorf("%+v", got)
	}
	e.End("SUCCEEDED", "")
	if got := l.land(deploy()); !got.Holds || got.Link == "" {
		t.Errorf("%+v", got)
	}
	l.wrote(started)
}

func TestAFailedExecutionSaysWhy(t *testing.T) {
	l := newLab(t)
	l.deploy(deploy())
	l.Executions()[0].End("TERMINAL", "no such image")
	_, err := l.Land(t.Context(), deploy())
	l.refused(err, ops.Unsafe, "spinnaker cart/Deploy to prod has failed: execution 01H0001 is TERMINAL at stage Bake (1 of 2): https://deck.example/")
	l.refused(err, ops.Unsafe, ": no such image Unexpected Task Failure")
}

// TestTheWayBackCancelsAndStartsTheFormer, by force when that is needed.
func TestTheWayBackCancelsAndStartsTheFormer(t *testing.T) {
	for stubborn, force := range map[bool]string{false: "", true: " by force"} {
		l := newLab(t)
		l.deploy(deploy())
		l.Executions()[0].Stubborn = stubborn
		l.deploy(back())
		l.wrote(started, "cancel 01H0001"+force, "start cart/Deploy to prod 1.0")
	}
	l := newLab(t)
	l.deploy(deploy())
	l.Executions()[0].Immortal = true
	_, err := l.Deploy(t.Context(), back())
	l.refused(err, ops.Unavailable, "does not end")
	l.wrote(started)
}

// TestWhatHasNotBegunIsCancelled, and then there is nothing to take back.
func TestWhatHasNotBegunIsCancelled(t *testing.T) {
	l := newLab(t)
	l.Busy = true
	l.deploy(deploy())
	if l.deploy(back()) || !l.land(back()).Holds {
		t.Error("there was something to do")
	}
	l.wrote(started, "cancel 01H0001")
}

func TestCrossedStarts(t *testing.T) {
	l := newLab(t)
	l.Started = func(e *spinnakertest.Execution) { // the late effect of an attempt that was given up
		l.Started = nil
		e.Twin()
	}
	l.deploy(deploy())
	all := l.Executions()
	if len(all) != 2 || all[0].Status != "RUNNING" || all[1].Status != "CANCELED" || l.land(deploy()).Holds {
		t.Errorf("%+v %+v", all[0], all[1])
	}
}

// TestAJudgmentIsAnswered once; one with options is not.
func TestAJudgmentIsAnswered(t *testing.T) {
	l := newLab(t)
	l.deploy(deploy())
	e := l.Executions()[0]
	e.Ask("Ship it?")
	got := l.land(deploy())
	if got.Holds || got.Question == "" || !strings.Contains(got.Waits.En, `execution 01H0001 asks "Ship it?" (https://deck.example/`) {
		t.Errorf("%+v", got)
	}
	for _, want := range []bool{true, false} {
		done, err := l.Answer(t.Context(), activities.AnswerIn{DeployIn: deploy(), Question: got.Question})
		if err != nil || done.Changed != want {
			t.Errorf("%+v, %v", done, err)
		}
	}
	e.Ask("Where?", "north", "south")
	if got = l.land(deploy()); got.Question != "" || !strings.Contains(got.Waits.En, "offers a choice, which is made there") {
		t.Errorf("%+v", got)
	}
	l.wrote(started, "judge 01H0001 continue")
}

// TestWhyAPipelineCannotStart is found before anything starts.
func TestWhyAPipelineCannotStart(t *testing.T) {
	l := newLab(t)
	try := func(change func(*activities.DeployIn)) error {
		in := deploy()
		in.DryRun = true
		change(&in)
		_, err := l.Deploy(t.Context(), in)
		return err
	}
	same := func(*activities.DeployIn) {}
	l.must(try(same))
	l.refused(try(func(in *activities.DeployIn) { in.Place.External.Pipeline = "Other" }), ops.NotFound, "knows no pipeline cart/Other")
	l.refused(try(func(in *activities.DeployIn) { in.Parameters = map[string]string{"versions": "1"} }), ops.Invalid, "declares no parameter versions; did you mean version?")
	l.pipeline.Parameters = append(l.pipeline.Parameters, spinnakertest.Parameter{Name: "region", Required: true})
	l.refused(try(same), ops.Invalid, "needs the parameter region")
	l.pipeline.Parameters[1].Options = []string{"test", "prd"}
	l.refused(try(same), ops.Invalid, "the parameter env of the pipeline cart/Deploy to prod cannot be prod; did you mean prd?")
	l.pipeline.Disabled = true
	l.refused(try(same), ops.Unsafe, "is disabled")
	l.wrote()
}

func TestWhoWeAre(t *testing.T) {
	l := newLab(t)
	l.must(l.client.Check(t.Context()))
	l.must(l.as(Config{User: spinnakertest.User, Password: spinnakertest.Password}).Check(t.Context()))
	l.refused(l.as(Config{}).Check(t.Context()), ops.Denied, "does not accept the token or the password")
	l.Reads = true
	_, err := l.Deploy(t.Context(), deploy())
	l.refused(err, ops.Denied, "required authorization: EXECUTE); give our user READ and EXECUTE")
	for field, c := range map[string]Config{
		"url": {URL: "g"}, "ui": {URL: "http://g", UI: "d"}, "token": {URL: "http://g", Token: "t", User: "u"}, "password": {URL: "http://g", User: "u"}, "timeout": {URL: "http://g", Timeout: -1},
	} {
		if _, err := New(c); ops.CodeOf(err) != ops.Invalid || ops.AsError(err).Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
