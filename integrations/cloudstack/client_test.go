package cloudstack

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/deploy/parts/faulttest"
	"orderly.example/integrations/cloudstack/cloudstacktest"
	"orderly.example/ops"
)

var pool = activities.Pool{Context: "idc1/c1", Name: "workers", Provider: "cloud-cs", Group: "c-1"}

type lab struct {
	*cloudstacktest.Server
	*testing.T
	client *Client
}

func newLab(t *testing.T) *lab {
	t.Helper()
	s := cloudstacktest.New(t)
	s.Put(pool.Group, 2, 1, 4)
	c, err := New(Config{URL: s.URL + "/client/api", Key: cloudstacktest.Key, Secret: cloudstacktest.Secret})
	if err != nil {
		t.Fatal(err)
	}
	c.poll = time.Millisecond
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

func (l *lab) leave(id string, dry bool) (activities.Done, error) {
	return l.client.Leave(l.Context(), activities.LeaveIn{Pool: pool, ID: id, Change: "c", DryRun: dry})
}

// TestAClusterGrowsAndShrinks, a repeat changes nothing, and while a job goes on nothing else begins.
func TestAClusterGrowsAndShrinks(t *testing.T) {
	l := newLab(t)
	if out, err := l.resize(2, 4, true); err != nil || !out.Changed || l.group().Wanted != 2 {
		t.Errorf("dry run: %v, %v", out, err)
	}
	if out, err := l.resize(2, 4, false); err != nil || !out.Changed {
		t.Errorf("%v, %v", out, err)
	}
	if g := l.group(); len(g.Members) != 4 || g.Members[3].State != activities.MemberComing {
		t.Errorf("%+v", g)
	}
	_, again := l.resize(2, 4, false)
	check(t, "a repeat during the job", again, ops.Unavailable, "is being scaled")
	_, planned := l.leave("vm-1", true)
	check(t, "a plan during the job", planned, ops.Conflict, "ask again")
	l.Settle()
	if out, err := l.resize(2, 4, false); err != nil || out.Changed {
		t.Errorf("%v, %v", out, err)
	}
	if out, err := l.leave("vm-1", true); err != nil || !out.Changed {
		t.Errorf("dry run: %v, %v", out, err)
	}
	for _, changed := range []bool{true, false} {
		if out, err := l.leave("vm-1", false); err != nil || out.Changed != changed {
			t.Errorf("%v, %v", out, err)
		}
	}
	l.Settle()
	if out, err := l.leave("vm-1", false); err != nil || out.Changed {
		t.Errorf("gone: %v, %v", out, err)
	}
	g := l.group()
	if g.Wanted != 3 || g.Min != 1 || g.Max != 4 || g.Members[0] != (activities.Member{ID: "vm-2", Name: "c-1-node-18e2", IP: "10.7.0.2", State: activities.MemberServing}) {
		t.Errorf("%+v", g)
	}
	if want := []string{"scale c-1 2->4", "remove vm-1"}; !slices.Equal(l.Written(), want) {
		t.Errorf("written %q", l.Written())
	}
}

// TestFaults: after each the step is tried again, as the worker does while jobs end, and everything happened once.
func TestFaults(t *testing.T) {
	for _, kind := range faulttest.Faults {
		for _, command := range cloudstacktest.Commands {
			t.Run(string(kind)+" "+command, func(t *testing.T) {
				l := newLab(t)
				again := func(do func() error) {
					t.Helper()
					l.Inject(kind, command)
					for range 3 {
						err := do()
						l.Settle()
						if err == nil {
							return
						}
						if ops.CodeOf(err) != ops.Unavailable || ops.TextOf(err).Zh == "" {
							t.Fatal(err)
						}
					}
					t.Fatal("it does not end")
				}
				again(func() error { _, err := l.resize(2, 3, false); return err })
				again(func() error { _, err := l.leave("vm-1", false); return err })
				again(func() error { _, err := l.client.Group(t.Context(), activities.GroupIn{Pool: pool}); return err })
				if want := []string{"scale c-1 2->3", "remove vm-1"}; !slices.Equal(l.Written(), want) {
					t.Errorf("written %q", l.Written())
				}
			})
		}
	}
}

// TestStatesOfMachines: what CloudStack calls them, and what is wrong with them.
func TestStatesOfMachines(t *testing.T) {
	l := newLab(t)
	for _, tt := range []struct {
		cluster, machine string
		state            activities.MemberState
		problem          string
	}{
		{"Running", "Running", activities.MemberServing, ""},
		{"Running", "Migrating", activities.MemberServing, ""},
		{"Scaling", "Starting", activities.MemberComing, ""},
		{"Running", "Stopped", activities.MemberComing, ""},
		{"Scaling", "Expunging", activities.MemberLeaving, ""},
		{"Running", "Error", activities.MemberBroken, "Error"},
		{"Alert", "Starting", activities.MemberBroken, "Starting, and the cluster is in the state Alert"},
	} {
		l.Turn(pool.Group, tt.cluster, "vm-1", tt.machine)
		if m := l.group().Members[0]; m.State != tt.state || m.Problem != tt.problem {
			t.Errorf("%+v: %+v", tt, m)
		}
	}
}

// TestWorkersAreNotTheControlPlane, whatever the cluster is called.
func TestWorkersAreNotTheControlPlane(t *testing.T) {
	for name, worker := range map[string]bool{
		"c1-node-18e2f": true, "flight-control-node-18e2f": true, "c1-node-1": true,
		"c1-control-18e2f": false, "big-node-control-18e2f": false, "c1-etcd-1": false, "c1-master": false, "": false,
	} {
		if (machine{Name: name}).worker() != worker {
			t.Errorf("%q", name)
		}
	}
	if !(machine{Name: "mine", External: true}).worker() {
		t.Error("one that was put in")
	}
}

// TestRefusals say what is wrong, and write nothing.
func TestRefusals(t *testing.T) {
	l := newLab(t)
	wrong, err := New(Config{URL: l.URL, Key: cloudstacktest.Key, Secret: "another"})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(c *Client, p activities.Pool) error {
		_, err := c.Group(t.Context(), activities.GroupIn{Pool: p})
		return err
	}
	_, another := l.resize(7, 3, false)
	_, many := l.resize(2, 9, false)
	_, far := New(Config{URL: "cloud", Key: "k", Secret: "s"})
	_, bare := New(Config{URL: "https://cloud"})
	for name, tt := range map[string]struct {
		err  error
		code ops.Code
		want string
	}{
		"another size":    {another, ops.Conflict, "has 2"},
		"too many":        {many, ops.Denied, "1 to 4"},
		"a wrong secret":  {ask(wrong, pool), ops.Denied, "does not accept the key"},
		"no such cluster": {ask(l.client, activities.Pool{Group: "x"}), ops.NotFound, "clouds"},
		"a bad address":   {far, ops.Invalid, "/client/api"},
		"no key":          {bare, ops.Invalid, "API key"},
	} {
		check(t, name, tt.err, tt.code, tt.want)
	}
	for code, want := range map[int]ops.Code{
		401: ops.Denied, 429: ops.Unavailable, 431: ops.Invalid, 432: ops.Denied, 404: ops.Invalid, 502: ops.Unavailable, 530: ops.Unavailable,
		531: ops.Denied, 533: ops.Denied,
	} {
		l.Refuse("scaleKubernetesCluster", code)
		_, err := l.resize(2, 3, false)
		check(t, "refused", err, want, "")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.client.Group(gone, activities.GroupIn{Pool: pool}); !errors.Is(err, context.Canceled) {
		t.Errorf("taken back: %v", err)
	}
	l.Turn(pool.Group, "Upgrading", "", "")
	_, busy := l.leave("vm-1", false)
	check(t, "it is upgraded", busy, ops.Denied, "Upgrading")
	l.Put(pool.Group, 1, 0, 0)
	_, last := l.leave("vm-3", false)
	check(t, "the last worker", last, ops.Denied, "may not have fewer")
	l.Close()
	check(t, "it is away", ask(l.client, pool), ops.Unavailable, "does not answer")
	if len(l.Written()) > 0 {
		t.Errorf("written %q", l.Written())
	}
}

// TestAJobThatFails is told with CloudStack's words.
func TestAJobThatFails(t *testing.T) {
	l := newLab(t)
	l.Break("insufficient capacity, said of " + cloudstacktest.Secret)
	_, err := l.resize(2, 3, false)
	check(t, "failed", err, ops.Unsafe, "insufficient capacity")
	_, err = l.resize(2, 3, false)
	check(t, "after it", err, ops.Denied, "state Alert")
}

// TestAWorkerThatLeftMeanwhile, between the look and the job, is done as well; a node that CloudStack does not take is told.
func TestAWorkerThatLeftMeanwhile(t *testing.T) {
	l := newLab(t)
	l.Refuse("scaleKubernetesCluster", 431)
	_, err := l.leave("vm-1", false)
	check(t, "it is still there", err, ops.Invalid, "431")
	l.Refuse("scaleKubernetesCluster", 0)
	l.Take("vm-1")
	if out, err := l.leave("vm-1", false); err != nil || out.Changed || len(l.Written()) > 0 {
		t.Errorf("%v, %v, written %q", out, err, l.Written())
	}
}

// check wants an error with its code and words in both languages, and without the key in what people and logs get.
func check(t *testing.T, name string, err error, code ops.Code, want string) {
	t.Helper()
	text := ops.TextOf(err)
	if ops.CodeOf(err) != code || !strings.Contains(text.En, want) || text.Zh == "" || text.Zh == text.En {
		t.Errorf("%s: %q %v", name, ops.CodeOf(err), err)
		return
	}
	for _, secret := range []string{cloudstacktest.Key, cloudstacktest.Secret, "signature="} {
		if strings.Contains(err.Error()+text.Zh, secret) {
			t.Errorf("%s: %s is in %v", name, secret, err)
		}
	}
}
