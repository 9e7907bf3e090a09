package gitlab

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/integrations/gitlab/gitlabtest"
	"orderly.example/ops"
)

const values = `# what the cart runs
replicas: 3
image:
  repository: registry.example/shop/cart-api
  tag: "1.4.2"   # 由 orderly 维护
resources: {cpu: 1}
`

// lab is a GitLab with a project that builds, one that says what runs, and a client.
type lab struct {
	*gitlabtest.Server
	*testing.T
	code, env *gitlabtest.Project
	client    *Client
}

func newLab(t *testing.T) *lab {
	s := gitlabtest.New(t)
	l := &lab{Server: s, T: t, code: s.Project("shop/cart-api", map[string]string{"main.go": "package main"}), env: s.Project("ops/live", map[string]string{"apps/cart/values.yaml": values, "other.yaml": "a: 1\n"})}
	l.client = l.as(gitlabtest.Token)
	return l
}

func (l *lab) as(token string) *Client {
	l.Helper()
	c, err := New(Config{URL: l.URL, Token: token})
	if err != nil {
		l.Fatal(err)
	}
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
	if err != nil && strings.Contains(err.Error(), gitlabtest.Token) {
		l.Errorf("the token shows in %v", err)
	}
}

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

func (l *lab) build(version string) (activities.Build, error) {
	return l.client.Build(l.Context(), activities.BuildIn{Project: "shop/cart-api", Version: version})
}

func TestAVersionIsATagWhosePipelineSucceeded(t *testing.T) {
	l := newLab(t)
	l.code.Tag("v1.4.1")
	commit := l.code.Tag("v1.4.2")
	run := l.code.Run("v1.4.2", "success")
	want := activities.Build{Version: "v1.4.2", Commit: commit, Title: "Make v1.4.2", Author: "ann", Pipeline: run.ID, Link: fmt.Sprintf("%s/shop/cart-api/-/pipelines/%d", l.URL, run.ID)}
	for _, version := range []string{"v1.4.2", "latest", fmt.Sprintf("pipeline:%d", run.ID)} {
		got, err := l.build(version)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", version, got, err)
		}
	}
	l.code.Run("v1.4.2", "failed").End("failed", "test")
	_, err := l.build("v1.4.2")
	l.refused(err, ops.Unsafe, "v1.4.2 is not released: pipeline ")
	l.refused(err, ops.Unsafe, "is failed, at job test; repair it and run it again: "+l.URL+"/shop/cart-api/-/jobs/")
	l.code.Run("v1.4.2", "running")
	_, err = l.build("v1.4.2")
	l.refused(err, ops.Unsafe, "is running; ask again when it has succeeded")
	_, err = l.build("v1.4.1")
	l.refused(err, ops.Unsafe, "has no pipeline for it")
	_, err = l.build("v1.4.3")
	l.refused(err, ops.NotFound, "has no tag v1.4.3; did you mean v1.4.1, v1.4.2?")
	_, err = l.build("pipeline:99")
	l.refused(err, ops.NotFound, "knows no pipeline 99 of shop/cart-api")
	_, err = l.client.Build(t.Context(), activities.BuildIn{Project: "shop/nothing", Version: "latest"})
	l.refused(err, ops.NotFound, "knows no project shop/nothing")
	_, err = l.client.Build(t.Context(), activities.BuildIn{Project: "ops/live", Version: "latest"})
	l.refused(err, ops.NotFound, "has no tags yet")
}

// TestAPipelineOfABranch stands for the one tag at its commit; a tag without a pipeline of its own for that of its commit.
func TestAPipelineOfABranch(t *testing.T) {
	l := newLab(t)
	l.code.Tag("v1")
	run := l.code.Run("main", "success")
	l.code.Tag("v2") // holds the commit of v1 as well
	for _, version := range []string{fmt.Sprintf("pipeline:%d", run.ID), "v1"} {
		got, err := l.build(version)
		if err != nil || got.Version != "v1" || got.Pipeline != run.ID {
			t.Errorf("%s: %+v, %v", version, got, err)
		}
	}
	l.code.Push("main", "x", "y")
	_, err := l.build(fmt.Sprintf("pipeline:%d", l.code.Run("main", "success").ID))
	l.refused(err, ops.NotFound, "and 0 tags are at its commit")
}

func gate() activities.PipelineIn {
	return activities.PipelineIn{
		Run: ops.Pipeline{Project: "shop/cart-api", Ref: "main", Variables: map[string]string{"VERSION": "1.4.3", "ENV": "prod"}}, Key: "release-abc/prod/smoke/0", Since: time.Now(),
	}
}

func TestAPipelineRunsOncePerKey(t *testing.T) {
	l := newLab(t)
	for range 3 { // others run as well
		l.code.Run("main", "success")
		_, err := l.client.StartPipeline(t.Context(), activities.PipelineIn{Run: ops.Pipeline{Project: "shop/cart-api", Ref: "main"}, Key: fmt.Sprint("other", len(l.Written())), Since: time.Now()})
		l.must(err)
	}
	before := len(l.Written())
	first, err := l.client.StartPipeline(t.Context(), gate())
	l.must(err)
	second, err := l.client.StartPipeline(t.Context(), gate())
	l.must(err)
	runs := l.code.Pipelines()
	if first != second || first.State != activities.PipelineRuns || len(runs) != 4 || len(l.Written()) != before+1 {
		t.Errorf("%+v, %+v, written %q", first, second, l.Written())
	}
	if want := map[string]string{"VERSION": "1.4.3", "ENV": "prod", "ORDERLY_KEY": "release-abc/prod/smoke/0"}; !maps.Equal(runs[3].Variables, want) {
		t.Errorf("its variables are %v", runs[3].Variables)
	}
	runs[3].End("failed", "test")
	got, err := l.client.LookPipeline(t.Context(), gate(), first.ID)
	l.must(err)
	if got.State != activities.PipelineFailed || got.Failed != "test" || !strings.Contains(got.Link, "/-/jobs/") {
		t.Errorf("%+v", got)
	}
	done, err := l.client.CancelPipeline(t.Context(), gate())
	if err != nil || done.Changed {
		t.Errorf("what has ended is not cancelled: %+v, %v", done, err)
	}
}

// TestCrossedStarts: what two attempts have started is one pipeline in the end.
func TestCrossedStarts(t *testing.T) {
	l := newLab(t)
	l.Started = func(p *gitlabtest.Pipeline) { // the late effect of an attempt that was given up
		l.Started = nil
		p.Twin()
	}
	run, err := l.client.StartPipeline(t.Context(), gate())
	l.must(err)
	all := l.code.Pipelines()
	if len(all) != 2 || run.ID != all[0].ID || all[0].Status != "running" || all[1].Status != "canceled" {
		t.Errorf("%+v, %+v %+v", run, all[0], all[1])
	}
	done, err := l.client.CancelPipeline(t.Context(), gate())
	l.must(err)
	if all = l.code.Pipelines(); !done.Changed || all[0].Status != "canceled" {
		t.Errorf("%+v, %+v", done, all[0])
	}
}

func TestOneJobThatAPersonWouldStart(t *testing.T) {
	l := newLab(t)
	l.code.Jobs = []gitlabtest.Job{{Name: "build"}, {Name: "smoke", Status: "manual"}}
	in := gate()
	in.Run.Job = "smoke"
	run, err := l.client.StartPipeline(t.Context(), in)
	l.must(err)
	for range 2 {
		got, err := l.client.LookPipeline(t.Context(), in, run.ID)
		l.must(err)
		if got.State != activities.PipelineRuns || got.Status != "running" {
			t.Errorf("%+v", got)
		}
	}
	l.code.Pipelines()[0].End("success", "")
	got, err := l.client.LookPipeline(t.Context(), in, run.ID)
	l.must(err)
	if got.State != activities.PipelinePassed || !slices.Equal(l.Written(), []string{"start main", "play smoke"}) {
		t.Errorf("%+v, written %q", got, l.Written())
	}
	in.Run.Job = "smoek"
	_, err = l.client.LookPipeline(t.Context(), in, run.ID)
	l.refused(err, ops.NotFound, "has no job smoek; did you mean smoke?")
}

func TestWhyAPipelineDoesNotStart(t *testing.T) {
	l := newLab(t)
	in := gate()
	l.must(l.client.TryPipeline(t.Context(), in))
	in.Run.Ref = "nowhere"
	l.refused(l.client.TryPipeline(t.Context(), in), ops.NotFound, "knows no branch or tag nowhere of shop/cart-api")
	_, err := l.client.StartPipeline(t.Context(), in)
	l.refused(err, ops.Invalid, "Reference not found")
	l.code.NoVariables = true
	_, err = l.client.StartPipeline(t.Context(), gate())
	l.refused(err, ops.Denied, "lets the token set no variables")
	l.code.Role = gitlabtest.Reporter
	_, err = l.client.StartPipeline(t.Context(), gate())
	l.refused(err, ops.Denied, "at least the role Developer")
	l.refused(l.client.TryPipeline(t.Context(), gate()), ops.Denied, "nor run pipelines there")
}

func TestTheTokenIsChecked(t *testing.T) {
	l := newLab(t)
	l.Tokens["glpat-reads"] = []string{"read_api", "read_repository"}
	l.must(l.client.Check(t.Context()))
	l.refused(l.as("glpat-wrong").Check(t.Context()), ops.Denied, "does not accept the token")
	l.refused(l.as("glpat-reads").Check(t.Context()), ops.Denied, "has the scopes read_api, read_repository, and api is needed")
	_, err := l.as("glpat-reads").StartPipeline(t.Context(), gate())
	l.refused(err, ops.Denied, "has not the scope")
	for field, c := range map[string]Config{"url": {URL: "gitlab", Token: "t"}, "token": {URL: "http://g"}, "timeout": {URL: "http://g", Token: "t", Timeout: -1}} {
		if _, err := New(c); ops.CodeOf(err) != ops.Invalid || ops.AsError(err).Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
