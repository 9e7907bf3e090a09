package spinnaker

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/deploy/parts/faulttest"
	"orderly.example/integrations/spinnaker/spinnakertest"
	"orderly.example/ops"
)

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

// TestFaults: after each fault the step is tried again, and in the end everything happened once: an execution that asks and is
// answered, is cancelled, and the one of the former version.
func TestFaults(t *testing.T) {
	calls := []string{"GET /executions/search", "POST /pipelines/cart/", "PATCH /stages/", "PUT /cancel", "GET /pipelines/01H0001"}
	for _, kind := range faulttest.Faults {
		for _, call := range calls {
			t.Run(string(kind)+" "+call, func(t *testing.T) {
				l := newLab(t)
				l.Started = func(e *spinnakertest.Execution) {
					if e.Parameters["version"] == "1.1" {
						e.AskLocked("Ship it?")
					}
				}
				l.Inject(kind, call)
				var landed activities.Landing
				met := ops.Code("")
				for _, step := range []func() error{
					func() error { _, err := l.Deploy(t.Context(), deploy()); return err },
					func() (err error) { landed, err = l.Land(t.Context(), deploy()); return err },
					func() error {
						_, err := l.Answer(t.Context(), activities.AnswerIn{DeployIn: deploy(), Question: landed.Question})
						return err
					},
					func() error { _, err := l.Deploy(t.Context(), back()); return err },
				} {
					if seen := l.again(step); seen != "" {
						met = seen
					}
				}
				l.wrote(started, "judge 01H0001 continue", "cancel 01H0001", "start cart/Deploy to prod 1.0")
				l.met(kind, call, met)
			})
		}
	}
}

func (l *lab) met(kind faulttest.Fault, call string, was ops.Code) {
	l.Helper()
	want := map[bool]ops.Code{true: ops.Conflict, false: ops.Unavailable}[kind == faulttest.Conflicts]
	silent := was == "" && strings.HasPrefix(call, "GET") && (kind == faulttest.Hangs || kind == faulttest.Loses) // net/http asks again by itself
	if was != want && !silent {
		l.Errorf("the fault was seen as %q, want %q", was, want)
	}
	if l.Pending() != 0 {
		l.Error("the fault was never met")
	}
}

func TestAwayAndStrange(t *testing.T) {
	l := newLab(t)
	said, status, to := "", 200, ""
	l.Handles = func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", to)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(said))
		})
	}
	for _, tt := range []struct {
		status int
		said   string
		to     string
		code   ops.Code
		want   string
	}{
		{200, "<html>", "", ops.Unavailable, "not what a Gate says"},
		{200, strings.Repeat(" ", maxAnswer+1), "", ops.Invalid, "more than 32 MiB"},
		{302, "", "https://elsewhere.example/", ops.Invalid, "sends us elsewhere"},
		{302, "", "/login", ops.Denied, "does not accept the token"},
		{500, "", "", ops.Unavailable, "cannot answer now (500)"},
		{400, `{"message":"` + strings.Repeat("数", 500) + `"}`, "", ops.Invalid, "Deploy to prod: 数数"},
	} {
		status, said, to = tt.status, tt.said, tt.to
		_, err := l.Deploy(t.Context(), deploy())
		l.refused(err, tt.code, tt.want)
	}
	over := make(chan struct{})
	l.Handles = func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over })
	}
	l.client.timeout = 50 * time.Millisecond
	_, err := l.Deploy(t.Context(), deploy())
	close(over)
	l.refused(err, ops.Unavailable, "did not answer within 50ms")
	l.Close()
	_, err = l.Deploy(t.Context(), deploy())
	l.refused(err, ops.Unavailable, "cannot be reached")
}
