package app

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"time"

	"go.temporal.io/sdk/worker"

	"orderly.example/activities"
	"orderly.example/bot"
	"orderly.example/bot/api"
	"orderly.example/bot/console"
	"orderly.example/bot/lark"
	"orderly.example/bot/signin"
	"orderly.example/bot/slack"
	"orderly.example/cmd/orderly/telemetry"
	"orderly.example/deploy/demo"
	"orderly.example/integrations/apollo"
	"orderly.example/integrations/consul"
	"orderly.example/integrations/database"
	"orderly.example/integrations/gitlab"
	"orderly.example/integrations/grafana"
	"orderly.example/integrations/harbor"
	"orderly.example/integrations/inventory"
	"orderly.example/integrations/istio"
	"orderly.example/integrations/jenkins"
	"orderly.example/integrations/kafka"
	"orderly.example/integrations/kubernetes"
	"orderly.example/integrations/kubernetes/simulated"
	"orderly.example/integrations/nacos"
	"orderly.example/integrations/prometheus"
	"orderly.example/integrations/registry"
	"orderly.example/integrations/spinnaker"
	"orderly.example/integrations/web"
	"orderly.example/ops"
	"orderly.example/policy"
	"orderly.example/workflows"
)

// parts are what is joined: the integrations, the policy, the people and the front doors.
type parts struct {
	kubernetes  *kubernetes.Client
	istio       *istio.Client // nil: the clusters are simulated
	inventory   *inventory.Inventory
	meter       *prometheus.Client // nil: there is none
	apollo      *apollo.Client     // nil: there is none
	consul      *consul.Client     // nil: there is none
	nacos       *nacos.Client      // nil: there is none
	gitlab      *gitlab.Client     // nil: there is none
	harbor      *harbor.Client     // nil: there is none
	grafana     *grafana.Client    // nil: there is none
	templates   templates          // of new services
	kafka       *kafka.Client
	database    *database.Client
	jenkins     *jenkins.Client   // nil: there is none
	spinnaker   *spinnaker.Client // nil: there is none
	web         *web.Client
	registry    *registry.Client
	clouds      [][]activities.Bound
	policy      *policy.Engine
	people      *bot.Identities
	desk        *bot.Desk
	rooms       *console.Hub
	signIn      *signin.Desk // nil: there is none
	slack       *room        // nil: there is none
	slackClient *slack.Client
	slackDoor   *slack.Door // nil: deliveries are taken in elsewhere
	lark        *room
	larkClient  *lark.Client
	larkDoor    *lark.Door
}

// register is the table of contents of what answers steps: one line per provider.
func (p *parts) register(w worker.ActivityRegistry, e workflows.Engine) {
	for _, b := range [][]activities.Bound{
		activities.Bind("kubernetes", p.kubernetes),
		activities.Bind(activities.Inventory, p.inventory),
		activities.Bind(activities.Policy, p.policy),
		activities.Bind(activities.Engine, e),
		activities.Bind("console", p.rooms),
		activities.Bind("web", p.web),
		activities.Bind("kafka", p.kafka),
		activities.Bind("database", p.database),
		activities.Bind("registry", p.registry),
		activities.Bind(activities.Templates, p.templates),
	} {
		activities.Register(w, b)
	}
	for _, b := range p.optional() {
		activities.Register(w, b)
	}
	for _, r := range []*room{p.slack, p.lark} {
		if r != nil {
			activities.Register(w, activities.Bind(r.platform.Name(), r.keeper))
		}
	}
}

// startParts makes the parts by the options.
func (a *App) startParts(context.Context) error {
	o := a.options
	p := &parts{rooms: console.NewHub(), templates: templates{o.Templates}}
	a.parts = p
	var err error
	if p.kubernetes, err = a.cloud(); err != nil {
		return err
	}
	for _, start := range []func(Options) error{p.startMesh, p.startMeters, p.startCentres, p.startForges, p.startClouds, p.startData} {
		if err := start(o); err != nil {
			return err
		}
	}
	a.onStop(func(context.Context) error { p.kafka.Close(); p.database.Close(); return nil })
	sources := append([]inventory.Source{}, o.Inventory...)
	if o.Demo() {
		sources = append(sources, demo.Inventory())
	} else {
		sources = append(sources, p.kubernetes)
	}
	p.inventory = inventory.New(sources...)
	if p.people, err = bot.NewIdentities(o.People); err != nil {
		return err
	}
	operations := a.catalogue.Operations()
	if p.policy, err = policy.New(o.Policy, p.inventory, time.Now, operations...); err != nil {
		return err
	}
	p.desk = &bot.Desk{
		Operations: operations, Identities: p.people, Starter: telemetry.NewRequests(a.starter, a.metrics),
		Policy: p.policy, Options: choices{a}, Links: a.links, Clock: time.Now,
	}
	if o.SignIn != nil {
		if p.signIn, err = signin.New(*o.SignIn, p.people, a.starter, o.Logger); err != nil {
			return err
		}
		p.signIn.Linked = a.welcome
	}
	p.startRooms(a)
	return nil
}

// optional are the providers that are there when they are configured.
func (p *parts) optional() [][]activities.Bound {
	out := slices.Clone(p.clouds)
	if p.meter != nil {
		out = append(out, activities.Bind("prometheus", p.meter))
	}
	if p.istio != nil {
		out = append(out, activities.Bind(istio.Provider, p.istio))
	}
	if p.apollo != nil {
		out = append(out, activities.Bind("apollo", p.apollo))
	}
	if p.consul != nil {
		out = append(out, activities.Bind("consul", p.consul))
	}
	if p.nacos != nil {
		out = append(out, activities.Bind("nacos", p.nacos))
	}
	if p.gitlab != nil {
		out = append(out, activities.Bind(ops.GitLab, p.gitlab))
	}
	if p.harbor != nil {
		out = append(out, activities.Bind(ops.Harbor, p.harbor))
	}
	if p.grafana != nil {
		out = append(out, activities.Bind(ops.Grafana, p.grafana))
	}
	if p.jenkins != nil {
		out = append(out, activities.Bind(ops.Jenkins, activities.Outside{Jobs: p.jenkins}))
	}
	if p.spinnaker != nil {
		out = append(out, activities.Bind(ops.Spinnaker, activities.Outside{Jobs: p.spinnaker}))
	}
	return out
}

// startMesh makes what divides traffic in the clusters of the configuration. Whether they have Istio shows when it is asked.
func (p *parts) startMesh(o Options) error {
	if o.Cloud == nil {
		return nil
	}
	configs, err := o.Cloud.RESTConfigs()
	if err != nil {
		return err
	}
	p.istio, err = istio.New(istio.Config{Clusters: configs, FieldManager: o.Cloud.FieldManager})
	return err
}

// startCentres makes the config centres that the options name.
func (p *parts) startCentres(o Options) (err error) {
	if o.Apollo != nil {
		if p.apollo, err = apollo.New(*o.Apollo); err != nil {
			return err
		}
	}
	if o.Consul != nil {
		if p.consul, err = consul.New(*o.Consul); err != nil {
			return err
		}
	}
	if o.Nacos != nil {
		p.nacos, err = nacos.New(*o.Nacos)
	}
	return err
}

// startClouds makes what machines come from.
func (p *parts) startClouds(o Options) (err error) {
	p.clouds, err = o.Clouds.bind()
	return err
}

// startForges makes what versions are built and written in, and where their images are.
func (p *parts) startForges(o Options) (err error) {
	if o.GitLab != nil {
		if p.gitlab, err = gitlab.New(*o.GitLab); err != nil {
			return err
		}
	}
	if o.Jenkins != nil {
		if p.jenkins, err = jenkins.New(*o.Jenkins); err != nil {
			return err
		}
	}
	if o.Spinnaker != nil {
		if p.spinnaker, err = spinnaker.New(*o.Spinnaker); err != nil {
			return err
		}
	}
	if o.Harbor != nil {
		p.harbor, err = harbor.New(*o.Harbor)
	}
	return err
}

// startData makes the clients of Kafka clusters and databases; without any configured they know none.
func (p *parts) startData(o Options) (err error) {
	if p.kafka, err = kafka.New(o.Kafka); err != nil {
		return err
	}
	p.database, err = database.New(o.Databases)
	return err
}

// startMeters makes what the gates of releases are measured with, and what keeps dashboards.
func (p *parts) startMeters(o Options) (err error) {
	if o.Grafana != nil {
		if p.grafana, err = grafana.New(*o.Grafana); err != nil {
			return err
		}
	}
	if o.Meter != nil {
		if p.meter, err = prometheus.New(*o.Meter); err != nil {
			return err
		}
	}
	if p.web, err = web.New(o.Probe); err != nil {
		return err
	}
	p.registry, err = registry.New(o.Registry)
	return err
}

// cloud is the clusters to act on: those of the configuration, or the simulated ones.
func (a *App) cloud() (*kubernetes.Client, error) {
	if a.options.Cloud != nil {
		return kubernetes.New(*a.options.Cloud)
	}
	dir := ""
	if a.options.DataDir != "" {
		dir = filepath.Join(a.options.DataDir, "cloud")
	}
	c, err := simulated.Open(dir, demo.World(), simulated.Options{PodDelay: a.options.PodDelay})
	if err != nil {
		return nil, fmt.Errorf("open the demo cloud: %w", err)
	}
	a.onStop(func(context.Context) error { return c.Close() })
	return kubernetes.NewFor(c.Clients()), nil
}

// api is the HTTP front door.
func (p *parts) api(a *App, streams context.Context) http.Handler {
	tokens, err := api.NewTokens(a.options.Tokens)
	if err != nil {
		a.fail(err)
	}
	return api.New(api.Options{
		Desk: p.desk, Starter: p.desk.Starter, Operations: p.desk.Operations, Identities: p.people, Rooms: p.rooms,
		Tokens: tokens, Dev: a.options.Dev, Demo: a.options.Demo(), Version: a.options.Version, Context: streams, Logger: a.options.Logger,
	})
}
