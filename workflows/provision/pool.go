package provision

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// asPool is the first part of the target of a pool.
const asPool = "pool."

// poolAt is a pool and the cluster that it belongs to.
type poolAt struct {
	Spot spot            `json:"spot"` // its provider is that of the cluster
	Pool activities.Pool `json:"pool"`
}

// pools are the pools of a cluster: the one of that name, or all when none is named.
func pools(ctx workflow.Context, cluster, name string) ([]poolAt, error) {
	places, err := inventory(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := spotOf(places, asPool, name, cluster); err != nil {
		return nil, err
	}
	all, err := activities.Pools.Do(ctx, activities.Clouds, activities.PoolsIn{Context: cluster})
	if err != nil {
		return nil, err
	}
	var out []poolAt
	var known []string
	for _, p := range all {
		known = append(known, p.Name)
		if name != "" && name != p.Name {
			continue
		}
		s, err := spotOf(places, asPool, p.Name, cluster)
		if err != nil {
			return nil, err
		}
		out = append(out, poolAt{Spot: s, Pool: p})
	}
	if len(out) == 0 {
		return nil, ops.Errorf(ops.NotFound, "%s has no pool of machines %q%s; known: %v; pools stand in the configuration under clouds", "%s 没有机器池 %q%s;已知:%v;机器池在配置的 clouds 中定义", cluster, name, ops.DidYouMean(name, known), known).At("pool")
	}
	return out, nil
}

// onePool is the pool of that name, or the only one.
func onePool(ctx workflow.Context, cluster, name string) (poolAt, error) {
	all, err := pools(ctx, cluster, name)
	if err != nil {
		return poolAt{}, err
	}
	if len(all) > 1 {
		var known []string
		for _, p := range all {
			known = append(known, p.Pool.Name)
		}
		return poolAt{}, ops.Errorf(ops.Invalid, "%s has the pools %v; name one with --pool", "%s 有多个机器池 %v;请用 --pool 指明", cluster, known).At("pool")
	}
	return all[0], nil
}

func (p poolAt) group(ctx workflow.Context) (activities.Group, error) {
	return activities.LookAtGroup.Do(ctx, p.Pool.Provider, activities.GroupIn{Pool: p.Pool})
}

func (p poolAt) hosts(ctx workflow.Context) ([]activities.Host, error) {
	return activities.Hosts.Do(ctx, p.Spot.Provider, activities.HostsIn{Context: p.Spot.Room.Context})
}

// drained empties the node of a machine, if it is one, and says which it is.
func (p poolAt) drained(ctx workflow.Context, m activities.Member, unmanaged bool) (activities.Machine, error) {
	hosts, err := p.hosts(ctx)
	if err != nil {
		return activities.Machine{}, err
	}
	i := slices.IndexFunc(hosts, func(h activities.Host) bool { return h.Is(m) })
	if i < 0 {
		return activities.Machine{}, nil
	}
	node := activities.Machine{Context: p.Spot.Room.Context, Name: hosts[i].Name}
	if _, err := activities.Cordon.Do(ctx, p.Spot.Provider, activities.CordonIn{Machine: node, Cordoned: true, Change: change.ID(ctx)}); err != nil {
		return node, err
	}
	_, err = activities.Drain.Do(ctx, p.Spot.Provider, activities.DrainIn{Machine: node, Unmanaged: unmanaged})
	return node, err
}

// giveBack gives a machine back whose node is empty, waits until it has gone, and forgets its node.
func (p poolAt) giveBack(ctx workflow.Context, m activities.Member, node activities.Machine) error {
	if _, err := activities.Leave.Do(ctx, p.Pool.Provider, activities.LeaveIn{Pool: p.Pool, ID: m.ID, Change: change.ID(ctx)}); err != nil {
		return err
	}
	if _, err := activities.AwaitGroup.Do(ctx, p.Pool.Provider, activities.SettleIn{Pool: p.Pool, Gone: m.ID}); err != nil || node.Name == "" {
		return err
	}
	_, err := activities.RemoveHost.Do(ctx, p.Spot.Provider, activities.RemoveHostIn{Machine: node, Change: change.ID(ctx)})
	return err
}
