package nacos

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/deploy/parts/faulttest"
	"orderly.example/integrations/nacos/nacostest"
	"orderly.example/ops"
)

// again does a step until it is done, as the worker does, and says which failure it met.
func (l *lab) again(do func() error) (met ops.Code) {
	l.Helper()
	for range 3 {
		err := do()
		if err == nil {
			return met
		}
		if met = ops.CodeOf(err); met != ops.Unavailable && met != ops.Conflict || ops.TextOf(err).Zh == "" {
			l.Fatal(err)
		}
	}
	l.Fatal("it does not end")
	return ""
}

// TestFaults: after each fault the step is tried again, and in the end everything happened once.
func TestFaults(t *testing.T) {
	calls := []string{nacostest.Login, nacostest.Read, nacostest.Publish, nacostest.ReadGray, nacostest.Listener, nacostest.List, nacostest.Entry}
	for _, kind := range faulttest.Faults {
		for _, call := range calls {
			for _, api := range []string{"v3", "v1"} {
				t.Run(string(kind)+" "+call+" "+api, func(t *testing.T) {
					l := newLab(t, api)
					in := l.set("timeout", "60")
					if call == nacostest.Login {
						l.Expire()
					}
					l.Inject(kind, call)
					var met []ops.Code
					step := func(do func() error) { met = append(met, l.again(do)) }
					step(func() error { _, err := l.client.EditConfig(t.Context(), in); return err })
					was := nacostest.MD5(grayed)
					step(func() error { _, err := l.client.ConfigReceived(t.Context(), at, was); return err })
					step(func() error { _, err := l.client.ConfigReleases(t.Context(), at, 5); return err })
					step(func() error {
						_, err := l.client.EditConfig(t.Context(), activities.EditIn{At: at, Restore: nacostest.MD5(first), Was: was})
						return err
					})
					want := []string{"publish prod/shop/cart.yaml " + was, "publish prod/shop/cart.yaml " + nacostest.MD5(first)}
					if !slices.Equal(l.Written(), want) {
						t.Errorf("written %q", l.Written())
					}
					l.texts(first)
					quiet := strings.HasPrefix(call, "GET") && (kind == faulttest.Hangs || kind == faulttest.Loses) || call == nacostest.Publish && kind == faulttest.Conflicts
					if seen := slices.ContainsFunc(met, func(c ops.Code) bool { return c != "" }); !seen && !quiet { // net/http asks again by itself, and a write looks again
						t.Errorf("the fault was not met")
					}
				})
			}
		}
	}
}

// TestFaultsOfGray is the same for gray releases.
func TestFaultsOfGray(t *testing.T) {
	for _, kind := range faulttest.Faults {
		for _, call := range []string{nacostest.Read, nacostest.Publish, nacostest.ReadGray, nacostest.EndGray} {
			for _, merge := range []string{"", "merged"} {
				for _, api := range []string{"v3", "v1"} {
					t.Run(string(kind)+" "+call+" "+merge+" "+api, func(t *testing.T) {
						l := newLab(t, api)
						l.read()
						if call != nacostest.EndGray {
							l.Inject(kind, call)
						}
						l.again(func() error { _, err := l.client.SetGray(t.Context(), gray("10.0.0.1")); return err })
						if call != nacostest.EndGray {
							l.Inject(kind, call)
						}
						l.again(func() error { _, err := l.client.SetGray(t.Context(), gray("10.0.0.1", "10.0.0.2")); return err })
						l.Inject(kind, call)
						l.again(func() error { _, err := l.client.EndGray(t.Context(), end(merge)); return err })
						want := 3
						if merge != "" {
							want = 4
						}
						if len(l.Written()) != want {
							t.Errorf("written %q", l.Written())
						}
					})
				}
			}
		}
	}
}

func TestAwayAndStrange(t *testing.T) {
	l := newLab(t, "v3")
	l.read()
	said, status := "", 200
	l.Handles = func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status); _, _ = w.Write([]byte(said)) })
	}
	for _, tt := range []struct {
		status int
		said   string
		code   ops.Code
		want   string
	}{
		{200, "<html>", ops.Unavailable, "not what a Nacos says"},
		{200, `{"code":30000,"message":"server error"}`, ops.Unavailable, "cannot answer now"},
		{302, "", ops.Invalid, "sends us elsewhere"},
		{500, `{"code":30000,"message":"server error"}`, ops.Unavailable, "cannot answer now (500)"},
		{410, `{"code":40000,"message":"API deprecated."}`, ops.Invalid, "or api: v1 for an older one"},
		{400, `{"code":20002,"message":"` + strings.Repeat("数", 500) + `"}`, ops.Invalid, "数…"},
	} {
		status, said = tt.status, tt.said
		_, err := l.client.ReadConfig(t.Context(), at)
		l.refused(err, tt.code, tt.want)
	}
	l.Close()
	_, err := l.client.ReadConfig(t.Context(), at)
	l.refused(err, ops.Unavailable, "cannot be reached")
}

func TestNoAnswerInTime(t *testing.T) {
	l := newLab(t, "v3")
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	l.Handles = func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over })
	}
	_, err := l.as(Config{Timeout: 50 * time.Millisecond}).ReadConfig(t.Context(), at)
	l.refused(err, ops.Unavailable, "did not answer within 50ms")
}
