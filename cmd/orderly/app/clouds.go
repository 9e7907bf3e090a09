package app

import (
	"context"
	"maps"
	"slices"
	"time"

	"orderly.example/activities"
	"orderly.example/integrations/alibaba"
	"orderly.example/integrations/cloudstack"
	"orderly.example/integrations/machines"
	"orderly.example/integrations/tencent"
	"orderly.example/ops"
)

// Clouds are what makes the machines of clusters, by name, and which pools they have.
type Clouds struct {
	Machines   map[string]machines.Config
	Tencent    map[string]tencent.Config
	Alibaba    map[string]alibaba.Config
	CloudStack map[string]cloudstack.Config
	Pools      []activities.Pool // their providers are CloudProvider of a name
}

// CloudProvider is the provider of a cloud of that name.
func CloudProvider(name string) string { return "cloud-" + name }

// pools answers which pools a cluster has.
type pools []activities.Pool

var _ activities.Pooler = pools(nil)

// Pools are those of a cluster.
func (p pools) Pools(_ context.Context, in activities.PoolsIn) ([]activities.Pool, error) {
	return slices.DeleteFunc(slices.Clone(p), func(o activities.Pool) bool { return o.Context != in.Context }), nil
}

// bind makes the clients of the clouds.
func (c Clouds) bind() ([][]activities.Bound, error) {
	clients, err := c.clients()
	out := [][]activities.Bound{activities.Bind(activities.Clouds, pools(c.Pools))}
	for _, name := range slices.Sorted(maps.Keys(clients)) {
		out = append(out, activities.Bind(name, clients[name]))
	}
	return out, err
}

// clients are by the names of their providers.
func (c Clouds) clients() (map[string]activities.Cloud, error) {
	out := map[string]activities.Cloud{}
	for _, err := range []error{
		fill(out, c.Machines, machines.New), fill(out, c.Tencent, tencent.New), fill(out, c.Alibaba, alibaba.New), fill(out, c.CloudStack, cloudstack.New),
	} {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fill makes the clients of one kind of cloud.
func fill[C any, T activities.Cloud](out map[string]activities.Cloud, configs map[string]C, create func(C) (T, error)) error {
	for name, c := range configs {
		client, err := create(c)
		if err != nil {
			return err
		}
		out[CloudProvider(name)] = client
	}
	return nil
}

// poolTimeout is how long a check waits for one cloud.
const poolTimeout = 15 * time.Second

// pools looks whether the cloud of every pool answers, takes the key and knows the group.
func (r *Report) pools(ctx context.Context, c Clouds) {
	clients, err := c.clients()
	if err != nil {
		r.add(ops.Textf("clouds", "云"), err)
		return
	}
	for _, pool := range c.Pools {
		limited, cancel := context.WithTimeout(ctx, poolTimeout)
		_, err := clients[pool.Provider].Group(limited, activities.GroupIn{Pool: pool})
		cancel()
		r.add(ops.Textf("pool of machines %s", "机器池 %s", pool.Object()), err)
	}
}
