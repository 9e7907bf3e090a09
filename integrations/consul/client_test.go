package consul

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/deploy/parts/faulttest"
	"orderly.example/integrations/consul/consultest"
	"orderly.example/ops"
)

var at = ops.ConfigAt{Provider: "consul", App: "cart", Env: "prod", Namespace: "main"}

const under = "config/cart/prod/main/"

func newLab(t *testing.T) (*consultest.Server, *Client) {
	t.Helper()
	s := consultest.New(t, map[string]string{under + "timeout": "30", under + "db/pool": "5", under + "db/": "", under + "old": "x", "config/cart/prod/mainly/a": "1"})
	return s, client(t, Config{URL: s.URL, Token: consultest.Token})
}

func client(t *testing.T, c Config) *Client {
	t.Helper()
	out, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func edit(t *testing.T, c *Client) activities.EditIn {
	t.Helper()
	now, err := c.ReadConfig(t.Context(), at)
	if err != nil || !maps.Equal(now.Values, map[string]string{"timeout": "30", "db/pool": "5", "old": "x"}) || now.Release != now.Content || !now.Instant {
		t.Fatalf("%+v, %v", now, err)
	}
	return activities.EditIn{At: at, Content: now.Content, Changes: []activities.ConfigChange{
		{Key: "timeout", From: "30", To: "60"}, {Key: "new", To: "值", Add: true}, {Key: "old", From: "x", Remove: true},
	}}
}

func TestEdit(t *testing.T) {
	s, c := newLab(t)
	in := edit(t, c)
	out, err := c.EditConfig(t.Context(), in)
	now, _ := c.ReadConfig(t.Context(), at)
	want := []string{"cas " + under + "timeout, cas " + under + "new, delete-cas " + under + "old, cas orderly/releases/cart/prod/main/00000001, cas orderly/releases/cart/prod/main/00000002"}
	if err != nil || !out.Changed || out.Content != now.Content || !maps.Equal(now.Values, map[string]string{"timeout": "60", "db/pool": "5", "new": "值"}) || !slices.Equal(s.Written(), want) {
		t.Errorf("%+v, %v, %v, written %q", out, err, now.Values, s.Written())
	}
	again, err := c.EditConfig(t.Context(), in)
	if err != nil || again.Changed || again.Content != out.Content || len(s.Written()) != 1 {
		t.Errorf("again: %+v, %v", again, err)
	}
}

func TestOtherHands(t *testing.T) {
	for name, hurts := range map[string]func(*consultest.Server){
		"one of ours":       func(s *consultest.Server) { s.Put(under+"timeout", "40") },
		"another":           func(s *consultest.Server) { s.Put(under+"db/pool", "6") },
		"a key that is new": func(s *consultest.Server) { s.Put(under+"new", "theirs") },
	} {
		for _, between := range []bool{false, true} { // before the look, or between the look and the write
			s, c := newLab(t)
			in := edit(t, c)
			if !between {
				hurts(s)
			} else if name != "another" { // that one does not stand in the way of a write
				s.Before = func(method string) {
					if method == http.MethodPut {
						s.Before = nil
						hurts(s)
					}
				}
			} else {
				continue
			}
			_, err := c.EditConfig(t.Context(), in)
			if ops.CodeOf(err) != ops.Conflict || len(s.Written()) != 0 || ops.TextOf(err).Zh == "" {
				t.Errorf("%s: %v, written %q", name, err, s.Written())
			}
		}
	}
}

// TestFaults: after each fault the step is tried again, and everything happened once.
func TestFaults(t *testing.T) {
	for _, kind := range faulttest.Faults {
		for _, method := range []string{http.MethodGet, http.MethodPut} {
			s, c := newLab(t)
			in := edit(t, c)
			s.Inject(kind, method)
			for i := 0; ; i++ {
				_, err := c.EditConfig(t.Context(), in)
				if err == nil {
					break
				}
				if ops.CodeOf(err) != ops.Unavailable || i > 2 {
					t.Fatalf("%s of %s: %v", kind, method, err)
				}
			}
			if len(s.Written()) != 1 || s.Values()[under+"timeout"] != "60" {
				t.Errorf("%s of %s: written %q", kind, method, s.Written())
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	s, c := newLab(t)
	says := func(err error, code ops.Code, words string) {
		t.Helper()
		if ops.CodeOf(err) != code || !strings.Contains(ops.TextOf(err).En, words) || ops.TextOf(err).Zh == "" || strings.Contains(err.Error(), "geheim") {
			t.Errorf("got %v, want %s %q", err, code, words)
		}
	}
	_, err := client(t, Config{URL: s.URL, Token: "geheim"}).ReadConfig(t.Context(), at)
	says(err, ops.Denied, "give it key write")
	in := activities.EditIn{At: at}
	for i := range maxChanges + 1 {
		in.Changes = append(in.Changes, activities.ConfigChange{Key: fmt.Sprint("k", i), To: "1", Add: true})
	}
	_, err = c.EditConfig(t.Context(), in)
	says(err, ops.Invalid, "61 keys at once")
	_, err = c.EditConfig(t.Context(), activities.EditIn{At: at, Changes: []activities.ConfigChange{{Key: "big", To: strings.Repeat("x", 512<<10+1), Add: true}}})
	says(err, ops.Invalid, "Value for key is too large")
	_, err = c.EditConfig(t.Context(), activities.EditIn{At: at, Restore: "1"})
	says(err, ops.Conflict, "since the plan was made")
	_, err = New(Config{URL: "consul:8500"})
	says(err, ops.Invalid, "no address of a Consul")
	_, err = New(Config{URL: s.URL, Prefix: "a/${app}/${namespace}"})
	says(err, ops.Invalid, "does not hold ${env}")
	_, err = New(Config{URL: s.URL, History: "config/${app}/${env}/${namespace}/.releases"})
	says(err, ops.Invalid, "is below the prefix")
	s.Close()
	_, err = c.ReadConfig(t.Context(), at)
	says(err, ops.Unavailable, "cannot be reached")
}

func TestNoAnswerInTime(t *testing.T) {
	s, _ := newLab(t)
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	s.Before = func(string) { <-over }
	_, err := client(t, Config{URL: s.URL, Token: consultest.Token, Timeout: 50 * time.Millisecond}).ReadConfig(t.Context(), at)
	if ops.CodeOf(err) != ops.Unavailable || !strings.Contains(ops.TextOf(err).En, "did not answer within 50ms") {
		t.Errorf("got %v", err)
	}
}
