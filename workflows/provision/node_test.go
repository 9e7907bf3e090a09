package provision_test

import (
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

const n7 = "idc1/c1/node-7"

// machines is a world with a node that holds the tenants.
func machines(tenants ...activities.Tenant) *changetest.World {
	w := changetest.NewWorld(1, cart)
	w.Estate.Nodes = map[string]*activities.Node{n7: {Machine: activities.Machine{Context: cluster, Name: "node-7"}, Ready: true, Tenants: tenants}}
	return w
}

func tenant(name, of string, fate activities.Fate) activities.Tenant {
	return activities.Tenant{Namespace: "shop", Name: name, Of: of, Fate: fate}
}

var (
	one   = tenant("web-1", "Deployment/web", activities.FateMoves)
	two   = tenant("web-2", "Deployment/web", activities.FateMoves)
	agent = tenant("agent-1", "DaemonSet/agent", activities.FateStays)
	alone = tenant("alone", "", activities.FateLost)
)

func TestACordonAndItsEnd(t *testing.T) {
	w := machines(one)
	losing(w, "node.cordon")
	s := run(t, w, "node.cordon", "node", "node-7", "cluster", cluster)
	expect(t, w, s, ops.Succeeded, "node.cordon "+n7)
	if n := w.Estate.Nodes[n7]; n.Change != s.ID || s.Plan.Targets[0].String() != "node.node-7@idc1/c1" {
		t.Errorf("%+v, plan %+v", n, s.Plan)
	}
	if again := run(t, w, "node.cordon", "node", "node-7", "cluster", cluster); again.State != ops.Succeeded || len(again.Plan.Diffs) != 0 {
		t.Errorf("again: %s %+v", again.State, again.Plan)
	}
	expect(t, w, undo(t, w, s), ops.Succeeded, "node.cordon "+n7, "node.uncordon "+n7)

	w = machines()
	w.Estate.Nodes[n7].Cordoned, w.Estate.Nodes[n7].Change = true, "node-cordon-old"
	s = run(t, w, "node.uncordon", "node", "node-7", "cluster", cluster)
	expect(t, w, s, ops.Succeeded, "node.uncordon "+n7)
	expect(t, w, undo(t, w, s), ops.Succeeded, "node.uncordon "+n7, "node.cordon "+n7)
	if w.Estate.Nodes[n7].Change != "node-cordon-old" {
		t.Errorf("it is the cordon of %q now", w.Estate.Nodes[n7].Change)
	}
	if s = run(t, w, "node.cordon", "node", "node-8", "cluster", cluster); s.State != ops.Failed || s.Error.Code != ops.NotFound {
		t.Errorf("no such node: %s (%v)", s.State, s.Error)
	}
}

func drainOf(extra ...string) ops.Request {
	return changetest.Ask("node.drain", append([]string{"node", "node-7", "cluster", cluster}, extra...)...)
}

func TestADrain(t *testing.T) {
	w := machines(agent, one, two)
	s := changetest.New(t, w).Run(drainOf())
	expect(t, w, s, ops.Succeeded, "node.cordon "+n7, "evict "+n7+" shop/web-1", "evict "+n7+" shop/web-2")
	if b := s.Plan.Blast; b.Instances != 2 || len(s.Plan.Diffs) != 2 || s.Plan.Diffs[1].Field != "shop/Deployment/web" || len(b.Envs) != 1 || b.Envs[0] != "test" {
		t.Errorf("plan %+v", s.Plan)
	}
	if again := changetest.New(t, w).Run(drainOf()); again.State != ops.Succeeded || len(again.Plan.Diffs) != 0 {
		t.Errorf("again: %s %+v", again.State, again.Plan)
	}
	r := drainOf()
	r.DryRun = true
	w = machines(one)
	expect(t, w, changetest.New(t, w).Run(r), ops.Planned)
}

func TestADrainAndWhatNobodyMakesAnew(t *testing.T) {
	w := machines(one, alone)
	refused(t, w, changetest.New(t, w).Run(drainOf()), ops.Unsafe, "shop/alone", "--unmanaged")
	s := changetest.New(t, w).Run(drainOf("unmanaged", "true"))
	expect(t, w, s, ops.Succeeded, "node.cordon "+n7, "evict "+n7+" shop/web-1", "evict "+n7+" shop/alone")
}

// TestADrainThatDoesNotGetOn uncordons the node, unless it was not the one who cordoned it.
func TestADrainThatDoesNotGetOn(t *testing.T) {
	w := machines(one)
	w.Estate.Leave = func() bool { return false }
	s := changetest.New(t, w).Run(drainOf("patience", "1s"))
	expect(t, w, s, ops.RolledBack, "node.cordon "+n7, "node.uncordon "+n7)
	if !strings.Contains(s.Error.Text.En, "shop/web-1: a budget keeps it") {
		t.Errorf("error %v", s.Error)
	}
	w.Estate.Nodes[n7].Cordoned = true
	before := len(w.Written())
	if s = changetest.New(t, w).Run(drainOf("patience", "1s")); s.State != ops.RolledBack || len(w.Written()) != before {
		t.Errorf("%s, written %q", s.State, w.Written())
	}
}

func TestACancelOfADrainUncordons(t *testing.T) {
	w := machines(one)
	l := changetest.New(t, w)
	w.Estate.Leave = func() bool { return false }
	l.At(time.Second, func() { l.Act(ops.ActCancel, changetest.Ann, "") })
	expect(t, w, l.Run(drainOf()), ops.Cancelled, "node.cordon "+n7, "node.uncordon "+n7)
}
