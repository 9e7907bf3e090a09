package provision_test

import (
	"strings"
	"testing"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

// farm is a cluster whose node-7 is one of the machines of a pool.
func farm(tenants ...activities.Tenant) *changetest.World {
	w := machines(tenants...)
	w.Estate.Nodes["idc1/c1/node-8"] = &activities.Node{Machine: activities.Machine{Context: cluster, Name: "node-8"}, Ready: true}
	changetest.NewCloud(w, cluster, "workers", 1, 4)
	return w
}

func nodes(w *changetest.World) int { return len(w.Estate.Nodes) }

// TestMachinesAreAdded, and each answer may be lost; then an undo gives the same ones back.
func TestMachinesAreAdded(t *testing.T) {
	for _, lost := range []string{"", "pool.resize"} {
		w := farm()
		losing(w, lost)
		s := run(t, w, "node.add", "cluster", cluster, "count", "2")
		expect(t, w, s, ops.Succeeded, "pool.resize idc1/c1/workers 2->4")
		if nodes(w) != 4 || s.Plan.Diffs[0].To != "4" || s.Plan.Targets[0].String() != "pool.workers@idc1/c1" {
			t.Errorf("%d nodes, plan %+v", nodes(w), s.Plan)
		}
		losing(w, "pool.leave")
		if s := undo(t, w, s); s.State != ops.Succeeded || nodes(w) != 2 || w.Cloud.Group.Wanted != 2 || w.Estate.Nodes[n7] == nil {
			t.Errorf("undone: %s (%v), written %q", s.State, s.Error, w.Written())
		}
	}
}

// TestMachinesThatDoNotCome are taken back, and the pool is as before.
func TestMachinesThatDoNotCome(t *testing.T) {
	w := farm()
	w.Cloud.Barren = true
	s := run(t, w, "node.add", "cluster", cluster, "pool", "workers")
	if s.State != ops.RolledBack || w.Cloud.Group.Wanted != 2 || !strings.Contains(s.Error.Text.En, "no stock") || !strings.Contains(s.Error.Text.Zh, "no stock") {
		t.Errorf("%s (%v), %d wanted, written %q", s.State, s.Error, w.Cloud.Group.Wanted, w.Written())
	}
}

// TestAPoolHasBounds that are kept, and nothing is written.
func TestAPoolHasBounds(t *testing.T) {
	w := farm()
	w.Cloud.Group.Min = 2
	for want, s := range map[string]ops.Status{
		"may have 4 at most":      run(t, w, "node.add", "cluster", cluster, "count", "3"),
		"may not have fewer":      run(t, w, "node.remove", "node", "node-7", "cluster", cluster),
		`no pool of machines "wo`: run(t, w, "node.add", "cluster", cluster, "pool", "worker"),
	} {
		if s.Error == nil || !strings.Contains(s.Error.Text.En, want) || len(w.Written()) > 0 {
			t.Errorf("%q: %s (%v), written %q", want, s.State, s.Error, w.Written())
		}
	}
	w.Cloud.Group.Members[0].Name = "another"
	refused(t, w, run(t, w, "node.remove", "node", "node-7", "cluster", cluster), ops.NotFound, "node.drain")
}

// TestANodeIsRemoved: emptied, given back, forgotten; and each answer may be lost.
func TestANodeIsRemoved(t *testing.T) {
	for _, lost := range []string{"", "node.cordon", "pool.leave", "host.remove"} {
		w := farm(one, agent)
		losing(w, lost)
		s := run(t, w, "node.remove", "node", "node-7", "cluster", cluster)
		expect(t, w, s, ops.Succeeded, "node.cordon "+n7, "evict "+n7+" shop/web-1", "pool.leave idc1/c1/workers/m-node-7", "host.remove "+n7)
		if s.Risk != ops.High || nodes(w) != 1 || s.Undoable {
			t.Errorf("%+v", s)
		}
	}
}

// TestAMachineThatMustStay: its node takes new instances again.
func TestAMachineThatMustStay(t *testing.T) {
	w := farm(one)
	w.Fail = func(verb string, _ ops.Target) error {
		if verb == "pool.leave" {
			return ops.Errorf(ops.Denied, "it is protected", "实例受保护")
		}
		return nil
	}
	s := run(t, w, "node.remove", "node", "node-7", "cluster", cluster)
	if s.State != ops.RolledBack || w.Estate.Nodes[n7].Cordoned || w.Cloud.Group.Wanted != 2 {
		t.Errorf("%s (%v), written %q", s.State, s.Error, w.Written())
	}
}
