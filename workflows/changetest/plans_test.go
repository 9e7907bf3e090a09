package changetest_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/bot"
	"orderly.example/ops"
	"orderly.example/workflows"
	"orderly.example/workflows/change"
	"orderly.example/workflows/changetest"
)

var update = flag.Bool("update", false, "write the plans in testdata anew")

// lines are what is asked of operations whose own example does not fit the world of this test, or takes long there.
var lines = map[string]string{
	"scale.event":     `scale.event "shop.cart.api=x3 shop.order.*=x2" 1s *:prod --pause 0s`,
	"scale.fleet":     "scale.fleet shop.*:prod x1.5 --wave 20 --pause 0s",
	"scale.schedule":  "scale.schedule shop.cart.api@idc1:prod 20 1s",
	"scale.metric":    `scale.metric shop.cart.api@idc1/c1:prod "load of ${service}" 20 3 12 8h`,
	"config.gray":     "config.gray shop.cart.api:prod timeout=30 --steps 1,50% --bake 10s",
	"config.rollback": "config.rollback shop.cart.api:prod 1",
	"env.create":      "env.create bob-dev shop.*@idc1/c1:test shop 72h versions=shop.cart.api=1.5.0",
	"undo":            "undo scale-000000000000",
}

// first is what has to be so before an example has something to do.
var first = map[string]func(w *changetest.World){
	"config.publish": func(w *changetest.World) { w.Centre.Values["color"] = "red" },
	"env.wake": func(w *changetest.World) {
		w.Workloads["shop.cart.api@idc1/c1:ann-dev"].Wanted = 0
		w.Estate.Namespaces["idc1/c1/ann-dev"].Notes = map[string]string{"asleep": "shop.cart.api=4"}
	},
	"service.create": func(w *changetest.World) { changetest.NewInstant(w, map[string]string{}) },
	"node.uncordon":  func(w *changetest.World) { w.Estate.Nodes["idc1/c1/node-7"].Cordoned = true },
	"undo":           func(w *changetest.World) { w.Set("shop.cart.api@idc1/c1:prod", 3) },
}

// elsewhere are tested with the engine that they are about, or by the tests that are named.
var elsewhere = map[string]string{
	"schedule.pause": "TestSchedules", "schedule.resume": "TestSchedules", "schedule.skip": "TestSchedules", "schedule.run": "TestSchedules", "schedule.delete": "TestSchedules",
}

// TestThePlanOfEveryOperation: its example is understood, planning it changes nothing, and the plan reads as in testdata/plans,
// in both languages.
func TestThePlanOfEveryOperation(t *testing.T) {
	operations := change.Catalogue{Definitions: workflows.All()}.Operations()
	for _, o := range operations {
		if o.Reads() || elsewhere[o.Name] != "" {
			continue
		}
		t.Run(o.Name, func(t *testing.T) {
			w := estate(o.Name)
			before := world(t, w)
			s := lab(t, w).Run(asked(t, o, operations, true))
			if s.State != ops.Planned || s.Plan == nil || s.Plan.Empty() {
				t.Fatalf("it is %s: %v", s.State, s.Error)
			}
			if after := world(t, w); after != before || len(w.Written()) > 0 {
				t.Errorf("planning changed the world: %q\n%s\n%s", w.Written(), before, after)
			}
			golden(t, filepath.Join("testdata", "plans", o.Name+".txt"), told(*s.Plan))
		})
	}
}

// TestTheUndoOfEveryOperation brings the former world back.
func TestTheUndoOfEveryOperation(t *testing.T) {
	operations := change.Catalogue{Definitions: workflows.All()}.Operations()
	for _, o := range operations {
		itself := o.Name == "scale.metric" || o.Name == "scale.event" // has taken itself back at its end, which their own tests show
		if !o.Undoable || itself || elsewhere[o.Name] != "" {
			continue
		}
		t.Run(o.Name, func(t *testing.T) {
			w := estate(o.Name)
			before := world(t, w)
			done := lab(t, w).Run(asked(t, o, operations, false))
			if done.State != ops.Succeeded || len(w.Written()) == 0 {
				t.Fatalf("it is %s: %v, written %q", done.State, done.Error, w.Written())
			}
			l := lab(t, w)
			l.Record[done.ID] = done
			if s := l.Run(changetest.Ask("undo", "id", done.ID)); s.State != ops.Succeeded {
				t.Fatalf("the undo is %s: %v", s.State, s.Error)
			}
			if after := world(t, w); after != before {
				t.Errorf("it is not as before:\n%s\n%s\nwritten %q", before, after, w.Written())
			}
		})
	}
}

// estate is a world in which the example of an operation has something to do.
func estate(operation string) *changetest.World {
	w := changetest.NewWorld(4, "shop.cart.api@idc1/c1:prod", "shop.cart.api@idc1/c1:test", "shop.order.api@idc1/c1:prod", "shop.order.api@idc1/c1:test", "shop.cart.api@idc1/c1:ann-dev")
	for name, o := range w.Workloads {
		o.Version = "1.4.2"
		w.Former[name] = []string{"registry/" + strings.SplitN(name, "@", 2)[0] + ":1.4.1"}
	}
	c := changetest.NewCentre(w, map[string]string{"timeout": "10", "greeting": "hello"})
	c.Release("second", map[string]string{"timeout": "20", "greeting": "hello"})
	c.Values = map[string]string{"timeout": "20", "greeting": "hello"}
	room := func(name string) activities.Room { return activities.Room{Context: "idc1/c1", Name: name} }
	w.Settle(activities.Namespace{Room: room("shop")}, activities.Quota{Name: "few", Hard: map[string]string{"pods": "20", "requests.cpu": "4"}, Used: map[string]string{"pods": "8", "requests.cpu": "2"}})
	w.Settle(activities.Namespace{Room: room("ann-dev"), Change: "env.create-abc", Owner: "shop", Labels: map[string]string{"orderly.example/env": "ann-dev"}, Until: changetest.Start.Add(48 * time.Hour), Notes: map[string]string{}})
	w.Estate.Homes = map[string]string{"shop.cart.api@idc1/c1:ann-dev": "ann-dev"}
	w.Estate.Nodes = map[string]*activities.Node{"idc1/c1/node-7": {
		Machine: activities.Machine{Context: "idc1/c1", Name: "node-7"}, Ready: true,
		Tenants: []activities.Tenant{{Namespace: "shop", Name: "cart-api-1", Of: "Deployment/cart-api", Fate: activities.FateMoves}},
	}}
	changetest.NewCloud(w, "idc1/c1", "workers", 0, 9)
	changetest.NewYard(w).Templates = ops.ServiceTemplates{"go-api": {
		Repository: ops.TemplateRepository{Project: "${product}/${subsystem}-${module}", From: "templates/go"}, Registry: ops.TemplateRegistry{Project: "${product}-${subsystem}", QuotaGiB: 10},
		Workload:  ops.TemplateWorkload{From: "shop.cart.api:prod", Namespace: "${product}-${subsystem}", Quota: map[string]string{"requests.cpu": "4"}},
		Config:    ops.TemplateConfig{Provider: changetest.CentreProvider, Namespace: "application", Values: map[string]string{"name": "${service}"}},
		Dashboard: ops.TemplateDashboard{From: "go-api", Folder: "services"}, Inventory: ops.TemplateInventory{Project: "ops/inventory", File: "services.yaml"},
	}}
	w.Data = changetest.Data{
		Brokers: map[string]int{"main": 3}, Databases: map[string]map[string][]string{"shop": {"read": {"SELECT", "SHOW VIEW"}}}, Accounts: map[string][]string{"ann": {"SHOW VIEW"}},
	}
	if prepare := first[operation]; prepare != nil {
		prepare(w)
	}
	return w
}

// lab knows a change that can be taken back.
func lab(t *testing.T, w *changetest.World) *changetest.Lab {
	t.Helper()
	l := changetest.New(t, w)
	l.Record["scale-000000000000"] = changetest.New(t, estate("scale")).Run(changetest.Ask("scale", "target", "shop.cart.api@idc1/c1:prod", "replicas", "3"))
	return l
}

// asked is the request of an operation's line.
func asked(t *testing.T, o ops.Operation, all []ops.Operation, dryRun bool) ops.Request {
	t.Helper()
	line := o.Example
	if own := lines[o.Name]; own != "" {
		line = own
	}
	c, err := bot.Parse(line, all)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	r := changetest.Ask(o.Name)
	r.Params, r.DryRun = c.Request.Params, dryRun
	return r
}

// world is what a world is, without what only tells of its past.
func world(t *testing.T, w *changetest.World) string {
	t.Helper()
	type workload struct {
		Wanted  int
		Version string
	}
	out := struct {
		Workloads map[string]workload
		Canaries  map[string]int
		Config    map[string]string
		Cordoned  map[string]bool
		Machines  any
		Estate    any
		Yard      any
	}{Machines: w.Cloud.Group, Yard: []any{w.Yard.Repositories, w.Yard.Projects, w.Yard.Owners, w.Yard.Entries, w.Yard.Open}, Cordoned: map[string]bool{}, Workloads: map[string]workload{}, Canaries: w.Canaries, Config: w.Centre.Published(), Estate: []any{w.Estate.Namespaces, w.Estate.Quotas, w.Estate.Grants, len(w.Data.Topics), len(w.Data.Grants)}}
	for name, o := range w.Workloads {
		out.Workloads[name] = workload{o.Wanted, o.Version}
	}
	for name, n := range w.Estate.Nodes { // who has left a node does not come back
		out.Cordoned[name] = n.Cordoned
	}
	raw, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

var moments = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)`)

// told is all that people read of a plan.
func told(p ops.Plan) string {
	var b strings.Builder
	both := func(what string, text ops.Text) {
		fmt.Fprintf(&b, "%s: %s\n%s: %s\n", what, text.En, strings.Repeat(" ", len(what)), text.Zh)
	}
	both("summary", p.Summary)
	for _, d := range p.Diffs {
		fmt.Fprintf(&b, "diff: %s %s: %s -> %s\n", d.Object, d.Field, d.From, d.To)
	}
	both("blast", p.Blast.Text)
	for _, n := range p.Notes {
		both("note", n)
	}
	both("undo", p.Undo)
	return moments.ReplaceAllString(b.String(), "TIME")
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it with `make golden`", err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
