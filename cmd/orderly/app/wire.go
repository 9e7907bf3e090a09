package app

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
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
	"orderly.example/integrations/database"
	"orderly.example/integrations/inventory"
	"orderly.example/integrations/kafka"
	"orderly.example/integrations/kubernetes"
	"orderly.example/integrations/kubernetes/simulated"
	"orderly.example/policy"
	"orderly.example/workflows"
)

// parts are what is joined: the integrations, the policy, the people and the front doors.
type parts struct {
	kubernetes  *kubernetes.Client
	inventory   *inventory.Inventory
	templates   templates // of new services
	kafka       *kafka.Client
	database    *database.Client
	systems     [][]activities.Bound // what else answers steps
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
		activities.Bind("kafka", p.kafka),
		activities.Bind("database", p.database),
		activities.Bind(activities.Templates, p.templates),
	} {
		activities.Register(w, b)
	}
	for _, b := range p.systems {
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
	if p.systems, err = o.bound(); err != nil {
		return err
	}
	if p.kafka, err = kafka.New(o.Kafka); err != nil {
		return err
	}
	if p.database, err = database.New(o.Databases); err != nil {
		return err
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
