package app

import (
	"orderly.example/activities"
	"orderly.example/integrations/apollo"
	"orderly.example/integrations/consul"
	"orderly.example/integrations/gitlab"
	"orderly.example/integrations/grafana"
	"orderly.example/integrations/harbor"
	"orderly.example/integrations/istio"
	"orderly.example/integrations/jenkins"
	"orderly.example/integrations/kubernetes"
	"orderly.example/integrations/nacos"
	"orderly.example/integrations/prometheus"
	"orderly.example/integrations/registry"
	"orderly.example/integrations/spinnaker"
	"orderly.example/integrations/web"
	"orderly.example/ops"
)

// system is an outside system that answers steps.
type system struct {
	name   string
	create func() (any, error) // nil: it is not configured
}

// systems is the table of contents of the systems that are only asked by steps: one line each.
func (o Options) systems() []system {
	return []system{
		when("web", &o.Probe, web.New),
		when("registry", &o.Registry, registry.New),
		when("prometheus", o.Meter, prometheus.New),
		when("apollo", o.Apollo, apollo.New),
		when("consul", o.Consul, consul.New),
		when("nacos", o.Nacos, nacos.New),
		when(istio.Provider, o.Cloud, mesh),
		when(ops.GitLab, o.GitLab, gitlab.New),
		when(ops.Harbor, o.Harbor, harbor.New),
		when(ops.Grafana, o.Grafana, grafana.New),
		when(ops.Jenkins, o.Jenkins, outside(jenkins.New)),
		when(ops.Spinnaker, o.Spinnaker, outside(spinnaker.New)),
	}
}

// when makes a client if there is a configuration.
func when[C, T any](name string, c *C, create func(C) (T, error)) system {
	if c == nil {
		return system{name: name}
	}
	return system{name, func() (any, error) { return create(*c) }}
}

// outside makes a deployer of what runs jobs.
func outside[C any, T activities.Jobs](create func(C) (T, error)) func(C) (activities.Outside, error) {
	return func(c C) (activities.Outside, error) {
		jobs, err := create(c)
		return activities.Outside{Jobs: jobs}, err
	}
}

// mesh makes what divides traffic in the clusters. Whether they have Istio shows when it is asked.
func mesh(c kubernetes.Config) (*istio.Client, error) {
	configs, err := c.RESTConfigs()
	if err != nil {
		return nil, err
	}
	return istio.New(istio.Config{Clusters: configs, FieldManager: c.FieldManager})
}

// bound are the steps of all systems that are configured, and of the clouds.
func (o Options) bound() ([][]activities.Bound, error) {
	out, err := o.Clouds.bind()
	if err != nil {
		return nil, err
	}
	for _, s := range o.systems() {
		if s.create == nil {
			continue
		}
		client, err := s.create()
		if err != nil {
			return nil, err
		}
		out = append(out, activities.Bind(s.name, client))
	}
	return out, nil
}
