package changetest

import (
	"context"
	"slices"

	"orderly.example/activities"
	"orderly.example/ops"
)

var _ activities.Nodes = (*World)(nil)

func (w *World) node(m activities.Machine) (*activities.Node, error) {
	n := w.Estate.Nodes[m.Object()]
	if n == nil {
		return nil, ops.Errorf(ops.NotFound, "there is no node %s", "没有节点 %s", m.Object())
	}
	return n, nil
}

// Node reads a node.
func (w *World) Node(_ context.Context, in activities.Machine) (activities.Node, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, err := w.node(in)
	if err != nil {
		return activities.Node{}, err
	}
	out := *n
	out.Tenants = slices.Clone(n.Tenants)
	return out, w.fault("node", activities.Room(in))
}

// Cordon keeps new instances from a node, as the contract says.
func (w *World) Cordon(_ context.Context, in activities.CordonIn) (activities.Done, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, err := w.node(in.Machine)
	if err != nil || n.Cordoned == in.Cordoned || in.Own && n.Change != in.Change {
		return activities.Done{}, err
	}
	verb := "node.cordon"
	if !in.Cordoned {
		verb = "node.uncordon"
	}
	if in.DryRun {
		return activities.Done{Changed: true}, w.fault(verb+".try", activities.Room(in.Machine))
	}
	if err := w.fault(verb, activities.Room(in.Machine)); err != nil {
		return activities.Done{}, err
	}
	n.Cordoned, n.Change = in.Cordoned, ""
	if in.Cordoned {
		n.Change = in.Change
	}
	return activities.Done{Changed: true}, w.wrote(verb, activities.Room(in.Machine), "")
}

// Evict has the instances of a node leave, as the contract says.
func (w *World) Evict(_ context.Context, in activities.DrainIn) (activities.Drained, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, err := w.node(in.Machine)
	if err != nil {
		return activities.Drained{}, err
	}
	if err := w.fault("node.drain", activities.Room(in.Machine)); err != nil {
		return activities.Drained{}, err
	}
	var out activities.Drained
	var stay []activities.Tenant
	for _, t := range n.Tenants {
		switch {
		case t.Fate == activities.FateStays:
			stay = append(stay, t)
		case t.Fate == activities.FateLost && !in.Unmanaged:
			return out, ops.Errorf(ops.Unsafe, "%s would be lost", "%s 将丢失", t.Name)
		case w.Estate.Leave != nil && !w.Estate.Leave():
			stay, out.Left = append(stay, t), append(out.Left, activities.Leaving{Tenant: t, Why: ops.Textf("a budget keeps it", "预算不允许")})
		default:
			if err := w.wrote("evict", activities.Room(in.Machine), " %s/%s", t.Namespace, t.Name); err != nil {
				return out, err
			}
		}
	}
	n.Tenants = stay
	return out, nil
}
