package simulated

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"

	"orderly.example/ops"
)

// details say what an inventory does not: what runs of its services.
type details struct {
	Nodes     int           `yaml:"nodes"`
	Workloads []detail      `yaml:"workloads"`
	Quotas    []quotaDetail `yaml:"quotas"`
}

// detail is about the workloads whose targets match.
type detail struct {
	Match    ops.Target `yaml:"match"`
	Tags     []string   `yaml:"tags"`
	Replicas int        `yaml:"replicas"`
	CPU      string     `yaml:"cpu"`
	Memory   string     `yaml:"memory"`
	Min      int        `yaml:"min"`
	Max      int        `yaml:"max"`
	Keep     int        `yaml:"keep"`
}

type quotaDetail struct {
	Cluster   string            `yaml:"cluster"`
	Namespace string            `yaml:"namespace"`
	Name      string            `yaml:"name"`
	Hard      map[string]string `yaml:"hard"`
}

// NewWorld makes a world in which the services run at their places. The YAML text says how many of which version;
// where several of its entries match, a later one adds to the earlier ones.
func NewWorld(services []ops.Service, text []byte) (World, error) {
	var d details
	if err := yaml.UnmarshalWithOptions(text, &d, yaml.Strict()); err != nil {
		return World{}, fmt.Errorf("the world cannot be read: %w", err)
	}
	clusters := map[string]*ClusterWorld{}
	at := func(name string) *ClusterWorld {
		if clusters[name] == nil {
			clusters[name] = &ClusterWorld{Name: name, Nodes: d.Nodes}
		}
		return clusters[name]
	}
	for _, s := range services {
		for _, p := range s.Places {
			c := at(p.Context)
			c.Workloads = append(c.Workloads, d.workload(s, p))
		}
	}
	for _, q := range d.Quotas {
		c := at(q.Cluster)
		c.Quotas = append(c.Quotas, Quota{Namespace: q.Namespace, Name: q.Name, Hard: q.Hard})
	}
	var w World
	for _, c := range clusters {
		w.Clusters = append(w.Clusters, *c)
	}
	slices.SortFunc(w.Clusters, func(a, b ClusterWorld) int { return cmp.Compare(a.Name, b.Name) })
	return w, nil
}

func (d details) workload(s ops.Service, p ops.Place) Workload {
	w := Workload{Place: p, Owner: s.Owner, Image: "registry.example/" + p.Namespace + "/" + p.Name, Tags: []string{"1.0.0"}, Replicas: 1}
	for _, e := range d.Workloads {
		if !e.Match.Matches(p.Target) {
			continue
		}
		if len(e.Tags) > 0 {
			w.Tags = e.Tags
		}
		w.Replicas, w.CPU, w.Memory = cmp.Or(e.Replicas, w.Replicas), cmp.Or(e.CPU, w.CPU), cmp.Or(e.Memory, w.Memory)
		w.Min, w.Max, w.Keep = cmp.Or(e.Min, w.Min), cmp.Or(e.Max, w.Max), cmp.Or(e.Keep, w.Keep)
	}
	return w
}
