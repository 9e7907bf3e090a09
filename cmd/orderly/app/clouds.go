package app

import (
	"context"
	"maps"
	"slices"

	"orderly.example/activities"
	"orderly.example/integrations/machines"
)

// Clouds are what makes the machines of clusters, by name, and which pools they have.
type Clouds struct {
	Machines map[string]machines.Config
	Pools    []activities.Pool // their providers are CloudProvider of a name
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
	for _, name := range slices.Sorted(maps.Keys(c.Machines)) {
		client, err := machines.New(c.Machines[name])
		if err != nil {
			return nil, err
		}
		out = append(out, activities.Bind(CloudProvider(name), client))
	}
	return out, nil
}
