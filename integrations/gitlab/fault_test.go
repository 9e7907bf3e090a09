package gitlab

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/deploy/parts/faulttest"
	"orderly.example/integrations/gitlab/gitlabtest"
	"orderly.example/ops"
)

// met checks how a fault was seen.
func (l *lab) met(kind faulttest.Fault, call string, was ops.Code) {
	l.Helper()
	silent := was == "" && strings.HasPrefix(call, "GET") && (kind == faulttest.Hangs || kind == faulttest.Loses) // net/http asks again by itself
	waited := was == "" && call == "PUT /merge" && kind == faulttest.Conflicts                                    // it is looked at again
	want := map[bool]ops.Code{true: ops.Conflict, false: ops.Unavailable}[kind == faulttest.Conflicts]
	if call == "POST /merge_requests" {
		want = ops.Unavailable // a conflict there is another attempt of the same
	}
	if was != want && !silent && !waited {
		l.Errorf("the fault was seen as %q, want %q", was, want)
	}
	if l.Pending() != 0 {
		l.Error("the fault was never met")
	}
}

// TestFaultsOfAMergeRequest: after each fault the step is tried again, as the worker does, and in the end everything
// happened once.
func TestFaultsOfAMergeRequest(t *testing.T) {
	for _, kind := range faulttest.Faults {
		for _, call := range []string{"GET /files/", "GET /merge_requests", "GET /merge_requests/1", "POST /commits", "POST /merge_requests", "PUT /merge", "GET /projects/ops%2Flive"} {
			t.Run(string(kind)+" "+call, func(t *testing.T) {
				l := newLab(t)
				l.Inject(kind, call)
				was := l.again(func() error { _, err := l.client.Deploy(t.Context(), deploy()); return err })
				if landed := l.again(func() error { return l.land(deploy()) }); landed != "" {
					was = landed
				}
				line := "shop.cart.api@idc1/c1:prod: 1.4.2 -> 1.4.3"
				if w := l.Written(); !slices.Equal(w, []string{"commit " + line, "merge request " + line, "merge !1"}) || !strings.Contains(l.env.File("apps/cart/values.yaml"), "1.4.3") {
					t.Errorf("written %q", w)
				}
				l.met(kind, call, was)
			})
		}
	}
}

// TestFaultsOfTheWayBack of what is not merged.
func TestFaultsOfTheWayBack(t *testing.T) {
	for _, kind := range faulttest.Faults {
		for _, call := range []string{"PUT /merge_requests/1", "DELETE /branches/"} {
			t.Run(string(kind)+" "+call, func(t *testing.T) {
				l := newLab(t)
				_, err := l.client.Deploy(t.Context(), deploy())
				l.must(err)
				l.Inject(kind, call)
				was := l.again(func() error { return l.whole(inverse(deploy())) })
				if w := l.Written(); !slices.Equal(w[2:], []string{"close", "delete branch"}) || len(l.env.Branches()) != 1 {
					t.Errorf("written %q", w)
				}
				l.met(kind, call, was)
			})
		}
	}
}

// TestFaultsOfAPipeline: there is one, however often it was tried, and it is cancelled once.
func TestFaultsOfAPipeline(t *testing.T) {
	for _, kind := range faulttest.Faults {
		for _, call := range []string{"GET /pipelines", "POST /pipeline", "GET /variables", "POST /cancel", "POST /play", "GET /jobs"} {
			t.Run(string(kind)+" "+call, func(t *testing.T) {
				l := newLab(t)
				l.code.Jobs = []gitlabtest.Job{{Name: "smoke", Status: "manual"}}
				in := gate()
				in.Run.Job = "smoke"
				_, err := l.client.StartPipeline(t.Context(), activities.PipelineIn{Run: in.Run, Key: "other", Since: in.Since})
				l.must(err)
				l.Inject(kind, call)
				var run activities.PipelineRun
				steps := []func() error{
					func() (err error) { run, err = l.client.StartPipeline(t.Context(), in); return err },
					func() error { _, err := l.client.LookPipeline(t.Context(), in, run.ID); return err },
					func() error { _, err := l.client.CancelPipeline(t.Context(), in); return err },
				}
				was := ops.Code("")
				for _, s := range steps {
					if seen := l.again(s); seen != "" {
						was = seen
					}
				}
				if w := l.Written(); !slices.Equal(w[1:], []string{"start main", "play smoke", "cancel"}) {
					t.Errorf("written %q", w)
				}
				l.met(kind, call, was)
			})
		}
	}
}

// TestRetryAfter: for as long as GitLab asks for, it is left alone.
func TestRetryAfter(t *testing.T) {
	l := newLab(t)
	l.RetryAfter = "1"
	l.Inject(faulttest.Limited, "GET /personal_access_tokens/self")
	l.refused(l.client.Check(t.Context()), ops.Unavailable, "is asked too often")
	began := time.Now()
	l.must(l.client.Check(t.Context()))
	if took := time.Since(began); took < 900*time.Millisecond {
		t.Errorf("it was asked again after %s", took)
	}
	l.RetryAfter = "50"
	l.Inject(faulttest.Limited, "GET /personal_access_tokens/self")
	hasty := l.as(gitlabtest.Token)
	hasty.timeout = 50 * time.Millisecond
	l.refused(hasty.Check(t.Context()), ops.Unavailable, "is asked too often")
	l.refused(hasty.Check(t.Context()), ops.Unavailable, "is asked too often")
}

func TestAwayAndStrange(t *testing.T) {
	l := newLab(t)
	said, status := "", 200
	l.Handles = func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status); _, _ = w.Write([]byte(said)) })
	}
	for _, tt := range []struct {
		status int
		said   string
		code   ops.Code
		want   string
	}{
		{200, "<html>", ops.Unavailable, "not what a GitLab says"},
		{200, strings.Repeat(" ", maxAnswer+1), ops.Invalid, "more than 16 MiB"},
		{302, "", ops.Invalid, "sends us elsewhere"},
		{500, "{}", ops.Unavailable, "cannot answer now (500)"},
		{400, `{"message":"` + strings.Repeat("数", 500) + `"}`, ops.Invalid, "数…"},
		{422, `{"error":"no such thing"}`, ops.Invalid, "no such thing"},
	} {
		status, said = tt.status, tt.said
		_, err := l.build("v1")
		l.refused(err, tt.code, tt.want)
	}
	l.Close()
	_, err := l.build("v1")
	l.refused(err, ops.Unavailable, "cannot be reached")
}

func TestNoAnswerInTime(t *testing.T) {
	l := newLab(t)
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	l.Handles = func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over })
	}
	l.client.timeout = 50 * time.Millisecond
	_, err := l.build("v1")
	l.refused(err, ops.Unavailable, "did not answer within 50ms")
}
