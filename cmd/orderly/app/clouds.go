package app

import (
	"context"
	"maps"
	"slices"

	"orderly.example/activities"
	"orderly.example/integrations/alibaba"
	"orderly.example/integrations/cloudstack"
	"orderly.example/integrations/machines"
	"orderly.example/integrations/tencent"
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
	out := [][]activities.Bound{activities.Bind(activities.Clouds, pools(c.Pools))}
	for _, kind := range []func() ([][]activities.Bound, error){
		func() ([][]activities.Bound, error) { return bindAll(c.Machines, machines.New) },
		func() ([][]activities.Bound, error) { return bindAll(c.Tencent, tencent.New) },
		func() ([][]activities.Bound, error) { return bindAll(c.Alibaba, alibaba.New) },
		func() ([][]activities.Bound, error) { return bindAll(c.CloudStack, cloudstack.New) },
	} {
		bound, err := kind()
		if err != nil {
			return nil, err
		}
		out = append(out, bound...)
	}
	return out, nil
}

// bindAll makes the clients of one kind of cloud.
func bindAll[C any, T activities.Cloud](configs map[string]C, make func(C) (T, error)) ([][]activities.Bound, error) {
	var out [][]activities.Bound
	for _, name := range slices.Sorted(maps.Keys(configs)) {
		client, err := make(configs[name])
		if err != nil {
			return nil, err
		}
		out = append(out, activities.Bind(CloudProvider(name), client))
	}
	return out, nil
}
