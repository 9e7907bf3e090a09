package main

import (
	"maps"
	"slices"

	"orderly.example/activities"
	"orderly.example/cmd/orderly/app"
	"orderly.example/cmd/orderly/config"
	"orderly.example/integrations/alibaba"
	"orderly.example/integrations/cloudstack"
	"orderly.example/integrations/machines"
	"orderly.example/integrations/tencent"
)

// clouds puts in what makes machines.
func clouds(c config.Config, o *app.Options) {
	o.Clouds.Machines, o.Clouds.Tencent = map[string]machines.Config{}, map[string]tencent.Config{}
	o.Clouds.Alibaba, o.Clouds.CloudStack = map[string]alibaba.Config{}, map[string]cloudstack.Config{}
	for _, cloud := range c.Clouds {
		key, secret := string(cloud.Key), string(cloud.Secret)
		switch cloud.Kind {
		case "http":
			o.Clouds.Machines[cloud.Name] = machines.Config{URL: cloud.URL, Token: string(cloud.Token), Timeout: cloud.Timeout}
		case "tencent":
			o.Clouds.Tencent[cloud.Name] = tencent.Config{URL: cloud.URL, Region: cloud.Region, Key: key, Secret: secret, Timeout: cloud.Timeout}
		case "alibaba":
			o.Clouds.Alibaba[cloud.Name] = alibaba.Config{URL: cloud.URL, Region: cloud.Region, Key: key, Secret: secret, Timeout: cloud.Timeout}
		case "cloudstack":
			o.Clouds.CloudStack[cloud.Name] = cloudstack.Config{URL: cloud.URL, Key: key, Secret: secret, Timeout: cloud.Timeout}
		}
		for _, cluster := range slices.Sorted(maps.Keys(cloud.Pools)) {
			for _, name := range slices.Sorted(maps.Keys(cloud.Pools[cluster])) {
				o.Clouds.Pools = append(o.Clouds.Pools, activities.Pool{Context: cluster, Name: name, Provider: app.CloudProvider(cloud.Name), Group: cloud.Pools[cluster][name]})
			}
		}
	}
}
