package main

import (
	"maps"
	"slices"

	"orderly.example/activities"
	"orderly.example/cmd/orderly/app"
	"orderly.example/cmd/orderly/config"
	"orderly.example/integrations/machines"
)

// clouds puts in what makes machines.
func clouds(c config.Config, o *app.Options) {
	o.Clouds.Machines = map[string]machines.Config{}
	for _, cloud := range c.Clouds {
		o.Clouds.Machines[cloud.Name] = machines.Config{URL: cloud.URL, Token: string(cloud.Token), Timeout: cloud.Timeout}
		for _, cluster := range slices.Sorted(maps.Keys(cloud.Pools)) {
			for _, name := range slices.Sorted(maps.Keys(cloud.Pools[cluster])) {
				o.Clouds.Pools = append(o.Clouds.Pools, activities.Pool{Context: cluster, Name: name, Provider: app.CloudProvider(cloud.Name), Group: cloud.Pools[cluster][name]})
			}
		}
	}
}
