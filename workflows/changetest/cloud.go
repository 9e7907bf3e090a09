package changetest

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Cloud is a cloud in memory with one pool. Its machines serve at once and become nodes of the World, unless it is Barren.
type Cloud struct {
	w      *World
	Pool   activities.Pool
	Group  activities.Group
	Barren bool // machines that come are broken
	made   int
}

var (
	_ activities.Pooler = (*Cloud)(nil)
	_ activities.Cloud  = cloud{}
	_ activities.Hoster = (*World)(nil)
)

// CloudProvider is the name under which a Cloud answers.
const CloudProvider = "cloud"

// cloud answers the steps; the fields of a Cloud have the names of its methods.
type cloud struct{ *Cloud }

// NewCloud gives a world a pool of a cluster whose machines are the nodes that the world has there.
func NewCloud(w *World, cluster, name string, least, most int) *Cloud {
	c := &Cloud{w: w, Pool: activities.Pool{Context: cluster, Name: name, Provider: CloudProvider, Group: "group-" + name}}
	c.Group.Min, c.Group.Max = least, most
	for _, object := range slices.Sorted(maps.Keys(w.Estate.Nodes)) {
		if n := w.Estate.Nodes[object]; n.Context == cluster {
			c.Group.Members = append(c.Group.Members, activities.Member{ID: "m-" + n.Name, Name: n.Name, State: activities.MemberServing})
		}
	}
	c.Group.Wanted = len(c.Group.Members)
	w.Cloud = c
	return c
}

// Pools is the pool.
func (c *Cloud) Pools(_ context.Context, in activities.PoolsIn) ([]activities.Pool, error) {
	if in.Context != c.Pool.Context {
		return nil, nil
	}
	return []activities.Pool{c.Pool}, nil
}

// Group is the pool as it is.
func (c cloud) Group(context.Context, activities.GroupIn) (activities.Group, error) {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	out := c.Cloud.Group
	out.Members = slices.Clone(out.Members)
	return out, c.w.fails("pool", ops.Target{Service: c.Cloud.Pool.Name})
}

// Resize sets the number of machines, as the contract says.
func (c cloud) Resize(_ context.Context, in activities.ResizeIn) (activities.Done, error) {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	g := &c.Cloud.Group
	switch {
	case g.Wanted == in.Size:
		return activities.Done{}, nil
	case g.Wanted != in.From:
		return activities.Done{}, ops.Errorf(ops.Conflict, "it has %d", "现有 %d", g.Wanted)
	}
	verb := "pool.resize"
	if in.DryRun {
		return activities.Done{Changed: true}, c.w.fails(verb+".try", ops.Target{Service: in.Pool.Name})
	}
	if err := c.w.fails(verb, ops.Target{Service: in.Pool.Name}); err != nil {
		return activities.Done{}, err
	}
	for n := g.Wanted; n < in.Size; n++ {
		c.make()
	}
	c.w.Ledger = append(c.w.Ledger, fmt.Sprintf("%s %s %d->%d", verb, in.Object(), g.Wanted, in.Size))
	g.Wanted = in.Size
	return activities.Done{Changed: true}, c.w.after(verb, ops.Target{Service: in.Pool.Name})
}

func (c cloud) make() {
	c.made++
	m := activities.Member{ID: fmt.Sprintf("m-new-%d", c.made), Name: fmt.Sprintf("new-%d", c.made), State: activities.MemberServing}
	if c.Barren {
		m.State, m.Problem = activities.MemberBroken, "no stock"
	} else {
		at := activities.Machine{Context: c.Cloud.Pool.Context, Name: m.Name}
		c.w.Estate.Nodes[at.Object()] = &activities.Node{Machine: at, Ready: true}
	}
	c.Cloud.Group.Members = append(c.Cloud.Group.Members, m)
}

// Leave gives a machine back, as the contract says. Its node stays, and is not ready any more.
func (c cloud) Leave(_ context.Context, in activities.LeaveIn) (activities.Done, error) {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	g := &c.Cloud.Group
	i := slices.IndexFunc(g.Members, func(m activities.Member) bool { return m.ID == in.ID })
	if i < 0 {
		return activities.Done{}, nil
	}
	verb := "pool.leave"
	if in.DryRun {
		return activities.Done{Changed: true}, c.w.fails(verb+".try", ops.Target{Service: in.Pool.Name})
	}
	if err := c.w.fails(verb, ops.Target{Service: in.Pool.Name}); err != nil {
		return activities.Done{}, err
	}
	if n := c.w.Estate.Nodes[in.Pool.Context+"/"+g.Members[i].Name]; n != nil {
		n.Ready = false
	}
	g.Members, g.Wanted = slices.Delete(g.Members, i, i+1), g.Wanted-1
	c.w.Ledger = append(c.w.Ledger, verb+" "+in.Object())
	return activities.Done{Changed: true}, c.w.after(verb, ops.Target{Service: in.Pool.Name})
}

// Hosts are the nodes of a cluster.
func (w *World) Hosts(_ context.Context, in activities.HostsIn) ([]activities.Host, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []activities.Host
	for _, object := range slices.Sorted(maps.Keys(w.Estate.Nodes)) {
		if n := w.Estate.Nodes[object]; n.Context == in.Context {
			out = append(out, activities.Host{Name: n.Name, Ready: n.Ready})
		}
	}
	return out, w.fails("hosts", ops.Target{})
}

// RemoveHost forgets a node, as the contract says.
func (w *World) RemoveHost(_ context.Context, in activities.RemoveHostIn) (activities.Done, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := w.Estate.Nodes[in.Object()]
	if n == nil || n.Change != in.Change {
		return activities.Done{}, nil
	}
	if err := w.fault("host.remove", activities.Room(in.Machine)); err != nil {
		return activities.Done{}, err
	}
	delete(w.Estate.Nodes, in.Object())
	return activities.Done{Changed: true}, w.wrote("host.remove", activities.Room(in.Machine), "")
}
