package tencent

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"orderly.example/activities"
	"orderly.example/deploy/parts/faulttest"
	"orderly.example/integrations/tencent/tencenttest"
	"orderly.example/ops"
)

var pool = activities.Pool{Context: "gz/c1", Name: "workers", Provider: "cloud-gz", Group: "asg-1"}

type lab struct {
	*tencenttest.Server
	*testing.T
	client *Client
}

func newLab(t *testing.T) *lab {
	t.Helper()
	s := tencenttest.New(t)
	s.Put(pool.Group, 2, 1, 4)
	c, err := New(Config{URL: s.URL, Region: tencenttest.Region, Key: tencenttest.Key, Secret: tencenttest.Secret})
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

func (l *lab) leave(id string, dry bool) (activities.Done, error) {
	return l.client.Leave(l.Context(), activities.LeaveIn{Pool: pool, ID: id, Change: "c", DryRun: dry})
}

// TestAGroupGrowsAndShrinks, a repeat changes nothing, and machines come and go in their time.
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
	if g := l.group(); g.Wanted != 4 || g.Members[3] != (activities.Member{ID: "ins-0004", State: activities.MemberComing}) {
		t.Errorf("%+v", g)
	}
	if _, err := l.leave("ins-0001", false); ops.CodeOf(err) != ops.Unavailable {
		t.Errorf("during an activity: %v", err)
	}
	l.Settle()
	if out, err := l.leave("ins-0001", true); err != nil || !out.Changed {
		t.Errorf("dry run: %v, %v", out, err)
	}
	for _, changed := range []bool{true, false} {
		if out, err := l.leave("ins-0001", false); err != nil || out.Changed != changed {
			t.Errorf("%v, %v", out, err)
		}
	}
	if g := l.group(); g.Wanted != 3 || g.Members[0].State != activities.MemberLeaving {
		t.Errorf("%+v", g)
	}
	l.Settle()
	if out, err := l.leave("ins-0001", false); err != nil || out.Changed {
		t.Errorf("gone: %v, %v", out, err)
	}
	g := l.group()
	if g.Min != 1 || g.Max != 4 || g.Members[0] != (activities.Member{ID: "ins-0002", IP: "10.9.0.2", State: activities.MemberServing}) {
		t.Errorf("%+v", g)
	}
	if want := []string{"resize asg-1 2->4", "remove ins-0001"}; !slices.Equal(l.Written(), want) {
		t.Errorf("written %q", l.Written())
	}
}

// TestManyMachinesComeInPages, each with its address.
func TestManyMachinesComeInPages(t *testing.T) {
	l := newLab(t)
	l.Put(pool.Group, 250, 1, 300)
	g := l.group()
	if len(g.Members) != 250 || slices.ContainsFunc(g.Members, func(m activities.Member) bool { return m.IP == "" }) {
		t.Errorf("%d machines", len(g.Members))
	}
}

// TestStatesOfMachines: what the cloud calls them, and what is wrong with them.
func TestStatesOfMachines(t *testing.T) {
	l := newLab(t)
	for _, tt := range []struct {
		life, health string
		state        activities.MemberState
		problem      string
	}{
		{"IN_SERVICE", "HEALTHY", activities.MemberServing, ""},
		{"IN_SERVICE", "UNHEALTHY", activities.MemberServing, "UNHEALTHY"},
		{"DETACHING_LB", "HEALTHY", activities.MemberServing, ""},
		{"IN_LAUNCHING_HOOK", "HEALTHY", activities.MemberComing, ""},
		{"STOPPED", "HEALTHY", activities.MemberComing, ""},
		{"IN_TERMINATING_HOOK", "UNHEALTHY", activities.MemberLeaving, ""},
		{"CREATION_FAILED", "UNHEALTHY", activities.MemberBroken, "CREATION_FAILED"},
	} {
		l.Turn("ins-0001", tt.life, tt.health)
		if m := l.group().Members[0]; m.State != tt.state || m.Problem != tt.problem {
			t.Errorf("%s %s: %+v", tt.life, tt.health, m)
		}
	}
}

// TestFaults: after each the step is tried again, as the worker does, and everything happened once.
func TestFaults(t *testing.T) {
	for _, kind := range faulttest.Faults {
		for _, action := range tencenttest.Actions {
			t.Run(string(kind)+" "+action, func(t *testing.T) {
				l := newLab(t)
				l.Inject(kind, action)
				again := func(do func() error) {
					t.Helper()
					for range 3 {
						err := do()
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
				l.Settle()
				again(func() error { _, err := l.leave("ins-0001", false); return err })
				again(func() error { _, err := l.client.Group(t.Context(), activities.GroupIn{Pool: pool}); return err })
				if want := []string{"resize asg-1 2->3", "remove ins-0001"}; !slices.Equal(l.Written(), want) {
					t.Errorf("written %q", l.Written())
				}
			})
		}
	}
}

// TestRefusals say what is wrong, and write nothing.
func TestRefusals(t *testing.T) {
	l := newLab(t)
	wrong, err := New(Config{URL: l.URL, Region: tencenttest.Region, Key: tencenttest.Key, Secret: "another"})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(c *Client, p activities.Pool) error {
		_, err := c.Group(t.Context(), activities.GroupIn{Pool: p})
		return err
	}
	_, another := l.resize(7, 3, false)
	_, many := l.resize(2, 9, false)
	_, far := New(Config{URL: "ftp://x", Region: "r", Key: "k", Secret: "s"})
	_, bare := New(Config{Region: "r"})
	for name, tt := range map[string]struct {
		err  error
		code ops.Code
		want string
	}{
		"another size":   {another, ops.Conflict, "has 2"},
		"too many":       {many, ops.Denied, "1 to 4"},
		"a wrong secret": {ask(wrong, pool), ops.Denied, "does not accept the key"},
		"no such group":  {ask(l.client, activities.Pool{Group: "x"}), ops.NotFound, "clouds"},
		"a bad address":  {far, ops.Invalid, "{service}"},
		"no key":         {bare, ops.Invalid, "SecretId"},
	} {
		check(t, name, tt.err, tt.code, tt.want)
	}
	for code, want := range map[string]ops.Code{
		"UnauthorizedOperation": ops.Denied, "LimitExceeded.DesiredCapacityLimitExceeded": ops.Denied, "InternalError": ops.Unavailable,
		"RequestLimitExceeded.UinLimitExceeded": ops.Unavailable, "ResourceUnavailable.AutoScalingGroupDisabled": ops.Denied,
		"ResourceNotFound.AutoScalingGroupNotFound": ops.NotFound, "ResourceNotFound.Other": ops.NotFound, "InvalidParameter": ops.Invalid,
	} {
		l.Refuse("ModifyDesiredCapacity", code)
		_, err := l.resize(2, 3, false)
		check(t, code, err, want, "")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.client.Group(gone, activities.GroupIn{Pool: pool}); !errors.Is(err, context.Canceled) {
		t.Errorf("taken back: %v", err)
	}
	l.Close()
	check(t, "it is away", ask(l.client, pool), ops.Unavailable, "does not answer")
	if len(l.Written()) > 0 {
		t.Errorf("written %q", l.Written())
	}
}

// check wants an error with its code and words in both languages, and without the key in what people and logs get.
func check(t *testing.T, name string, err error, code ops.Code, want string) {
	t.Helper()
	text := ops.TextOf(err)
	if ops.CodeOf(err) != code || !strings.Contains(text.En, want) || text.Zh == "" || text.Zh == text.En {
		t.Errorf("%s: %q %v", name, ops.CodeOf(err), err)
	}
	for _, secret := range []string{tencenttest.Key, tencenttest.Secret, "Signature="} {
		if strings.Contains(err.Error()+text.Zh, secret) {
			t.Errorf("%s: %s is in %v", name, secret, err)
		}
	}
}

// TestTheLastMachineStays, and the cloud is not asked to take it.
func TestTheLastMachineStays(t *testing.T) {
	l := newLab(t)
	l.Put(pool.Group, 1, 1, 4)
	_, err := l.leave("ins-0003", false)
	check(t, "the last machine", err, ops.Denied, "may not have fewer")
	if len(l.Written()) > 0 {
		t.Errorf("written %q", l.Written())
	}
}

// TestAMachineThatLeftMeanwhile, between the look and the request, is done as well.
func TestAMachineThatLeftMeanwhile(t *testing.T) {
	l := newLab(t)
	l.Refuse("RemoveInstances", "ResourceNotFound.InstancesNotInAutoScalingGroup")
	if out, err := l.leave("ins-0001", false); err != nil || out.Changed {
		t.Errorf("%v, %v", out, err)
	}
}
