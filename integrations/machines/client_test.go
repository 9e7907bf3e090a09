package machines

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"orderly.example/activities"
	"orderly.example/deploy/parts/faulttest"
	"orderly.example/integrations/machines/machinestest"
	"orderly.example/ops"
)

var pool = activities.Pool{Context: "idc1/c1", Name: "workers", Provider: "ours", Group: "w 1"}

type lab struct {
	*machinestest.Server
	*testing.T
	client *Client
}

func newLab(t *testing.T) *lab {
	t.Helper()
	s := machinestest.New(t)
	s.Put(pool.Group, 2, 1, 4)
	c, err := New(Config{URL: s.URL + "/", Token: machinestest.Token})
	if err != nil {
		t.Fatal(err)
	}
	return &lab{Server: s, T: t, client: c}
}

func (l *lab) group() activities.Group {
	l.Helper()
	g, err := l.client.Group(l.Context(), activities.GroupIn{Pool: pool})
	if err != nil {
		l.Fatal(err)
	}
	return g
}

func (l *lab) resize(from, size int, dry bool) (activities.Done, error) {
	return l.client.Resize(l.Context(), activities.ResizeIn{Pool: pool, From: from, Size: size, Change: "c", DryRun: dry})
}

func (l *lab) leave(id string) (activities.Done, error) {
	return l.client.Leave(l.Context(), activities.LeaveIn{Pool: pool, ID: id, Change: "c"})
}

// TestAGroupGrowsAndShrinks, and a repeat changes nothing.
func TestAGroupGrowsAndShrinks(t *testing.T) {
	l := newLab(t)
	if out, err := l.resize(2, 4, true); err != nil || !out.Changed || l.group().Wanted != 2 {
		t.Errorf("dry run: %v, %v", out, err)
	}
	for _, changed := range []bool{true, false} {
		if out, err := l.resize(2, 4, false); err != nil || out.Changed != changed {
			t.Errorf("%v, %v", out, err)
		}
	}
	for _, changed := range []bool{true, false} {
		if out, err := l.leave("m-1"); err != nil || out.Changed != changed {
			t.Errorf("%v, %v", out, err)
		}
	}
	g := l.group()
	if g.Wanted != 3 || g.Members[0] != (activities.Member{ID: "m-2", Name: "node-2", IP: "10.9.0.2", State: activities.MemberServing}) {
		t.Errorf("%+v", g)
	}
	if want := []string{"resize w 1 2->4", "leave m-1"}; !slices.Equal(l.Written(), want) {
		t.Errorf("written %q", l.Written())
	}
}

// TestFaults: after each the step is tried again, as the worker does, and everything happened once.
func TestFaults(t *testing.T) {
	for _, kind := range faulttest.Faults {
		for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete} {
			t.Run(string(kind)+" "+method, func(t *testing.T) {
				l := newLab(t)
				l.Inject(kind, method)
				again := func(do func() error) {
					t.Helper()
					for range 3 {
						err := do()
						if err == nil {
							return
						}
						if code := ops.CodeOf(err); code != ops.Unavailable && (code != ops.Conflict || kind != faulttest.Conflicts) || ops.TextOf(err).Zh == "" {
							t.Fatal(err)
						}
					}
					t.Fatal("it does not end")
				}
				again(func() error { _, err := l.resize(2, 3, false); return err })
				again(func() error { _, err := l.leave("m-1"); return err })
				again(func() error { _, err := l.client.Group(t.Context(), activities.GroupIn{Pool: pool}); return err })
				if want := []string{"resize w 1 2->3", "leave m-1"}; !slices.Equal(l.Written(), want) {
					t.Errorf("written %q", l.Written())
				}
			})
		}
	}
}

// TestRefusals say what is wrong, and write nothing.
func TestRefusals(t *testing.T) {
	l := newLab(t)
	other := *l.client
	other.token = "wrong"
	for name, tt := range map[string]struct {
		do   func() error
		code ops.Code
		want string
	}{
		"another size":  {func() error { _, err := l.resize(7, 3, false); return err }, ops.Conflict, "it has 2"},
		"too many":      {func() error { _, err := l.resize(2, 9, false); return err }, ops.Denied, "1 to 4"},
		"a wrong token": {func() error { _, err := other.Group(t.Context(), activities.GroupIn{Pool: pool}); return err }, ops.Denied, "token"},
		"no such group": {func() error {
			_, err := l.client.Group(t.Context(), activities.GroupIn{Pool: activities.Pool{Group: "x"}})
			return err
		}, ops.NotFound, "clouds"},
		"a bad address": {func() error { _, err := New(Config{URL: "machines"}); return err }, ops.Invalid, "https://"},
	} {
		check(t, name, tt.do(), tt.code, tt.want)
	}
	if _, err := l.leave("m-1"); err != nil {
		t.Fatal(err)
	}
	_, err := l.leave("m-2")
	check(t, "the last machine", err, ops.Denied, "at least 1")
	l.Close()
	_, err = l.resize(1, 2, false)
	check(t, "it is away", err, ops.Unavailable, "does not answer")
	if !slices.Equal(l.Written(), []string{"leave m-1"}) {
		t.Errorf("written %q", l.Written())
	}
}

func check(t *testing.T, name string, err error, code ops.Code, want string) {
	t.Helper()
	text := ops.TextOf(err)
	if ops.CodeOf(err) != code || !strings.Contains(text.En, want) || text.Zh == "" || text.Zh == text.En || strings.Contains(text.En, machinestest.Token) {
		t.Errorf("%s: %q %v", name, ops.CodeOf(err), err)
	}
}
