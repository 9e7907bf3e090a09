package provision_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

const (
	cart    = "shop.cart.api@idc1/c1:test"
	web     = "shop.cart.web@idc1/c1:test"
	cluster = "idc1/c1"
)

func run(t *testing.T, w *changetest.World, operation string, values ...string) ops.Status {
	t.Helper()
	return changetest.New(t, w).Run(changetest.Ask(operation, values...))
}

func expect(t *testing.T, w *changetest.World, s ops.Status, state ops.State, written ...string) {
	t.Helper()
	if s.State != state {
		t.Fatalf("state %s, want %s: %v\n%+v", s.State, state, s.Error, s.Events)
	}
	if got := w.Written(); !slices.Equal(got, written) {
		t.Errorf("written %q, want %q", got, written)
	}
}

// undo takes a finished change back.
func undo(t *testing.T, w *changetest.World, done ops.Status) ops.Status {
	t.Helper()
	l := changetest.New(t, w)
	l.Record[done.ID] = done
	return l.Run(changetest.Ask("undo", "id", done.ID))
}

// refused checks that something was refused with the words and nothing was written.
func refused(t *testing.T, w *changetest.World, s ops.Status, code ops.Code, words ...string) {
	t.Helper()
	if s.State != ops.Failed || s.Error.Code != code || len(w.Written()) > 0 {
		t.Fatalf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
	for _, word := range words {
		if !strings.Contains(s.Error.Text.En, word) || !strings.Contains(s.Error.Text.Zh, word) {
			t.Errorf("%q does not say %q", s.Error.Text, word)
		}
	}
}

func room(name string) activities.Room { return activities.Room{Context: cluster, Name: name} }

// losing has the first answer of a step lost.
func losing(w *changetest.World, verb string) {
	lost := false
	w.After = func(v string, _ ops.Target) error {
		if v != verb || lost {
			return nil
		}
		lost = true
		return ops.Errorf(ops.Unavailable, "the answer is lost", "应答丢失")
	}
}

var newNamespace = []string{"namespace", "dev", "cluster", cluster, "owner", "shop", "labels", "tier=low", "pods", "9"}

func TestANamespaceIsMadeAndTakenBack(t *testing.T) {
	w := changetest.NewWorld(1, cart)
	losing(w, "namespace.make")
	s := run(t, w, "namespace.create", newNamespace...)
	expect(t, w, s, ops.Succeeded, "namespace.make idc1/c1/dev")
	n := w.Estate.Namespaces["idc1/c1/dev"]
	if n.Owner != "shop" || n.Change != s.ID || n.Labels["tier"] != "low" || w.Estate.Quotas["idc1/c1/dev"][0].Hard["pods"] != "9" {
		t.Errorf("made %+v", n)
	}
	if got := s.Plan.Targets[0].String(); got != "namespace.dev@idc1/c1" || len(s.Plan.Diffs) != 8 {
		t.Errorf("target %s, plan %+v", got, s.Plan.Diffs)
	}
	n.Workloads = []string{"Deployment/web"}
	if back := undo(t, w, s); back.State != ops.Failed || !strings.Contains(back.Error.Text.En, "Deployment/web") {
		t.Fatalf("with something in it: %s (%v)", back.State, back.Error)
	}
	n.Workloads = nil
	expect(t, w, undo(t, w, s), ops.Succeeded, "namespace.make idc1/c1/dev", "namespace.drop idc1/c1/dev")
	if back := undo(t, w, s); back.State != ops.Succeeded || len(back.Plan.Diffs) != 0 {
		t.Errorf("a second undo: %s (%v)", back.State, back.Error)
	}
}

func TestANamespaceThatCannotBeMadeLeavesNothing(t *testing.T) {
	w := changetest.NewWorld(1, cart)
	w.After = func(verb string, _ ops.Target) error {
		if verb == "namespace.make" {
			return ops.Errorf(ops.Denied, "the limit range is refused", "LimitRange 被拒绝")
		}
		return nil
	}
	expect(t, w, run(t, w, "namespace.create", newNamespace...), ops.RolledBack, "namespace.make idc1/c1/dev", "namespace.drop idc1/c1/dev")
}

func TestNamesThatAreTaken(t *testing.T) {
	w := changetest.NewWorld(1, cart)
	w.Settle(activities.Namespace{Room: room("dev"), Change: "namespace-create-old"})
	refused(t, w, run(t, w, "namespace.create", newNamespace...), ops.Conflict, "idc1/c1/dev", "namespace-create-old")
	refused(t, w, run(t, w, "namespace.create", "namespace", "kube-more", "cluster", cluster, "owner", "shop"), ops.Invalid, "kube-more")
	refused(t, w, run(t, w, "namespace.create", "namespace", "dev", "cluster", "idc1/c2", "owner", "shop"), ops.NotFound, "idc1/c2", "idc1/c1")
	refused(t, w, run(t, w, "namespace.create", "namespace", "dev", "cluster", cluster, "owner", "shop", "labels", "a=1,a=2"), ops.Invalid, "a=2")
	refused(t, w, run(t, w, "namespace.create", "namespace", "dev", "cluster", cluster, "owner", "shop", "labels", "pod-security.kubernetes.io/enforce=privileged"), ops.Invalid, "enforce")
	refused(t, w, run(t, w, "namespace.create", "namespace", "dev", "cluster", cluster, "owner", "shop", "labels", "orderly.example/env=prod"), ops.Invalid, "orderly.example/env")
}

func TestAPlanOfANamespaceMakesNothing(t *testing.T) {
	w := changetest.NewWorld(1, cart)
	r := changetest.Ask("namespace.create", newNamespace...)
	r.DryRun = true
	s := changetest.New(t, w).Run(r)
	expect(t, w, s, ops.Planned)
}

func limited(t *testing.T) *changetest.World {
	t.Helper()
	w := changetest.NewWorld(1, cart)
	w.Settle(activities.Namespace{Room: room("shop")}, activities.Quota{Name: "few", Hard: map[string]string{"pods": "6"}, Used: map[string]string{"pods": "4"}})
	return w
}

func TestAQuotaIsChangedAndBack(t *testing.T) {
	w := limited(t)
	losing(w, "quota.set")
	s := run(t, w, "quota.change", "namespace", "shop", "cluster", cluster, "limits", "pods=9,requests.cpu=8")
	expect(t, w, s, ops.Succeeded, "quota.set idc1/c1/shop[ pods 6->9  requests.cpu ->8]")
	if len(s.Plan.Diffs) != 2 || s.Plan.Targets[0].String() != "namespace.shop@idc1/c1:test" || !slices.Equal(s.Plan.Blast.Envs, []string{"test"}) {
		t.Errorf("plan %+v", s.Plan)
	}
	s = undo(t, w, s)
	expect(t, w, s, ops.Succeeded, "quota.set idc1/c1/shop[ pods 6->9  requests.cpu ->8]", "quota.set idc1/c1/shop[ pods 9->6  requests.cpu 8->]")
	before := len(w.Written())
	if s = run(t, w, "quota.change", "namespace", "shop", "cluster", cluster, "limits", "pods=6"); s.State != ops.Succeeded || len(s.Plan.Diffs) != 0 || len(w.Written()) != before {
		t.Errorf("what is so already: %s %+v", s.State, s.Plan)
	}
}

func TestAQuotaThatDoesNotFit(t *testing.T) {
	w := limited(t)
	refused(t, w, run(t, w, "quota.change", "namespace", "shop", "cluster", cluster, "limits", "pods=3"), ops.Unsafe, "4")
	refused(t, w, run(t, w, "quota.change", "namespace", "other", "cluster", cluster, "limits", "pods=3"), ops.NotFound, "other")
	refused(t, w, run(t, w, "quota.change", "namespace", "shop", "cluster", cluster, "limits", "pods=9", "quota", "fwe"), ops.NotFound, "few")
	w.Settle(activities.Namespace{Room: room("shop")}, activities.Quota{Name: "a"}, activities.Quota{Name: "b"})
	refused(t, w, run(t, w, "quota.change", "namespace", "shop", "cluster", cluster, "limits", "pods=9"), ops.Invalid, "a, b")
}

func TestAQuotaIsSetBackWhenTheStepFails(t *testing.T) {
	w := limited(t)
	first := true
	w.After = func(verb string, _ ops.Target) error {
		if verb == "quota.set" && first {
			first = false
			return ops.Errorf(ops.Denied, "half", "一半")
		}
		return nil
	}
	expect(t, w, run(t, w, "quota.change", "namespace", "shop", "cluster", cluster, "limits", "pods=9"), ops.RolledBack,
		"quota.set idc1/c1/shop[ pods 6->9]", "quota.set idc1/c1/shop[ pods 9->6]")
}

func ask(extra ...string) ops.Request {
	return changetest.Ask("access.grant", append([]string{"namespace", "shop", "cluster", cluster, "who", "ann", "role", "view", "for", "2h"}, extra...)...)
}

const (
	given = "access.grant idc1/c1/shop user:ann view"
	taken = "access.revoke idc1/c1/shop user:ann view"
)

func TestAccessEndsByItself(t *testing.T) {
	for _, lost := range []string{"", "access.grant", "access.revoke"} {
		w := changetest.NewWorld(1, cart)
		losing(w, lost)
		l := changetest.New(t, w)
		l.At(time.Hour, func() {
			g := w.Estate.Grants["idc1/c1/shop"]
			if len(g) != 1 || g[0].Change != l.Now().ID || !strings.Contains(l.Now().Waiting.En, "user:ann may view in idc1/c1/shop until 20") {
				t.Errorf("after an hour: %+v, %+v", g, l.Now().Waiting)
			}
		})
		s := l.Run(ask())
		expect(t, w, s, ops.Succeeded, given, taken)
		if took := s.ClosedAt.Sub(s.CreatedAt); took < 2*time.Hour-time.Second || took > 2*time.Hour+time.Minute {
			t.Errorf("it took %s", took)
		}
	}
}

// TestAccessEndsWhateverHappens: on a cancel, on a step that fails, and when the policy lets a run take less time.
func TestAccessEndsWhateverHappens(t *testing.T) {
	w := changetest.NewWorld(1, cart)
	l := changetest.New(t, w)
	l.At(time.Hour, func() { l.Act(ops.ActCancel, changetest.Ann, "") })
	s := l.Run(ask())
	expect(t, w, s, ops.Cancelled, given, taken)
	if took := s.ClosedAt.Sub(s.CreatedAt); took > time.Hour+time.Minute {
		t.Errorf("it took %s", took)
	}

	w = changetest.NewWorld(1, cart)
	w.After = func(verb string, _ ops.Target) error {
		if verb == "access.grant" {
			return ops.Errorf(ops.Denied, "who knows", "未知")
		}
		return nil
	}
	expect(t, w, changetest.New(t, w).Run(ask()), ops.RolledBack, given, taken)

	w = changetest.NewWorld(1, cart)
	l = changetest.New(t, w)
	l.Decide = func(ops.Facts) (ops.Decision, error) {
		return ops.Decision{Allow: true, Sure: true, RunExpiry: 30 * time.Minute}, nil
	}
	expect(t, w, l.Run(ask()), ops.Expired, given, taken)
}

func TestAccessThatIsThereAlready(t *testing.T) {
	other := activities.Granted{Who: "user:ann", Role: "view", Until: changetest.Start.Add(3 * time.Hour), Change: "access-grant-old"}
	world := func() *changetest.World {
		w := changetest.NewWorld(1, cart)
		w.Settle(activities.Namespace{Room: room("shop")})
		w.Estate.Grants["idc1/c1/shop"] = []activities.Granted{other}
		return w
	}
	w := world()
	refused(t, w, changetest.New(t, w).Run(ask()), ops.Conflict, "user:ann", "access-grant-old")
	w = world()
	s := changetest.New(t, w).Run(ask("for", "5h"))
	expect(t, w, s, ops.Succeeded, given, taken)
	if len(s.Plan.Notes) != 1 || !strings.Contains(s.Plan.Notes[0].En, "access-grant-old") {
		t.Errorf("plan %+v", s.Plan)
	}
	// The one that was taken over ends without taking anything from the other.
	w = changetest.NewWorld(1, cart)
	l := changetest.New(t, w)
	l.At(time.Hour, func() { w.Estate.Grants["idc1/c1/shop"][0].Change = "access-grant-new" })
	s = l.Run(ask())
	expect(t, w, s, ops.Succeeded, given)
	if !slices.ContainsFunc(s.Events, func(e ops.Event) bool { return strings.Contains(e.Text.En, "not of this change any more") }) {
		t.Errorf("events %+v", s.Events)
	}
}

func TestAPlanOfAccessGivesNone(t *testing.T) {
	w := changetest.NewWorld(1, cart)
	r := ask()
	r.DryRun = true
	s := changetest.New(t, w).Run(r)
	expect(t, w, s, ops.Planned)
	if s.Plan.Diffs[0].To != "view for 2h0m0s" {
		t.Errorf("plan %+v", s.Plan)
	}
}
