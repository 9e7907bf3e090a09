package apollo

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/deploy/parts/faulttest"
	"orderly.example/integrations/apollo/apollotest"
	"orderly.example/ops"
)

// TestFaults: after each fault the step is tried again, as the worker does, and in the end everything happened once.
func TestFaults(t *testing.T) {
	for _, kind := range faulttest.Faults {
		for _, call := range []string{
			"GET /items", "GET /releases/latest", "GET /releases/active", "PUT /items/timeout", "DELETE /items/greeting", "POST /releases", "GET /by-release",
		} {
			t.Run(string(kind)+" "+call, func(t *testing.T) {
				l := newLab(t)
				in := l.set("timeout", "60", "greeting", "")
				l.Inject(kind, call)
				met := ops.Code("")
				again := func(do func() error) {
					t.Helper()
					for range 3 {
						err := do()
						if err == nil {
							return
						}
						if met = ops.CodeOf(err); met != ops.Unavailable && met != ops.Conflict || ops.TextOf(err).Zh == "" {
							t.Fatal(err)
						}
					}
					t.Fatal("it does not end")
				}
				var out activities.EditOut
				again(func() (err error) { out, err = l.client.EditConfig(t.Context(), in); return err })
				p := activities.PublishIn{At: at, Title: "t", Content: out.Content, Release: "1"}
				var made activities.PublishOut
				again(func() (err error) { made, err = l.client.PublishConfig(t.Context(), p); return err })
				var got activities.Received
				again(func() (err error) { got, err = l.client.ConfigReceived(t.Context(), at, made.Release); return err })
				want := []string{"delete greeting", "put timeout=60", "publish t"}
				if !slices.Equal(l.Written(), want) || len(got.Have) != 2 || l.Published(l.space).ID != 2 {
					t.Errorf("written %q, received by %v", l.Written(), got.Have)
				}
				silent := met == "" && strings.HasPrefix(call, "GET") && (kind == faulttest.Hangs || kind == faulttest.Loses) // net/http asks again by itself
				if wanted := map[bool]ops.Code{true: ops.Conflict, false: ops.Unavailable}[kind == faulttest.Conflicts]; met != wanted && !silent {
					t.Errorf("the fault was seen as %q, want %q", met, wanted)
				}
			})
		}
	}
}

func TestAwayAndStrange(t *testing.T) {
	l := newLab(t)
	said := ""
	status := 200
	l.Handles = func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status); _, _ = w.Write([]byte(said)) })
	}
	for _, tt := range []struct {
		status int
		said   string
		code   ops.Code
		want   string
	}{
		{200, "<html>", ops.Unavailable, "not what an Apollo portal says"},
		{302, "", ops.Invalid, "sends us elsewhere"},
		{403, "", ops.Denied, "lets the token not work on"},
		{500, "{}", ops.Unavailable, "cannot answer now (500)"},
		{400, `{"message":"` + strings.Repeat("数", 500) + `"}`, ops.Invalid, "数…"},
	} {
		status, said = tt.status, tt.said
		_, err := l.client.ReadConfig(t.Context(), at)
		l.refused(err, tt.code, tt.want)
		if err != nil && strings.Contains(err.Error(), apollotest.Token) {
			t.Errorf("the token shows in %v", err)
		}
	}
	l.Close()
	_, err := l.client.ReadConfig(t.Context(), at)
	l.refused(err, ops.Unavailable, "cannot be reached")
}

func TestNoAnswerInTime(t *testing.T) {
	l := newLab(t)
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	l.Handles = func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over })
	}
	_, err := l.as(Config{Timeout: 50 * time.Millisecond}).ReadConfig(t.Context(), at)
	l.refused(err, ops.Unavailable, "did not answer within 50ms")
}
