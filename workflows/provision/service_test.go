package provision_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

const (
	hello1 = "demo.hello.api@idc1/c1:prod"
	hello2 = "demo.hello.api@idc2/c1:prod"
)

// fresh is a world with a template, whose service runs in two clusters, and a centre that publishes what is written.
func fresh() (*changetest.World, *changetest.Yard) {
	w := changetest.NewWorld(2, hello1, hello2, "shop.cart.api@idc1/c1:prod")
	changetest.NewInstant(w, map[string]string{})
	y := changetest.NewYard(w)
	y.Templates = ops.ServiceTemplates{"go-api": {
		Repository: ops.TemplateRepository{Project: "${product}/${subsystem}-${module}", From: "templates/go"}, Registry: ops.TemplateRegistry{Project: "${product}-${subsystem}", QuotaGiB: 10},
		Workload: ops.TemplateWorkload{From: "demo.hello.api:prod", Namespace: "${product}-${subsystem}", Replicas: 2},
		Config:   ops.TemplateConfig{Provider: changetest.CentreProvider, Namespace: "application", Values: map[string]string{"name": "${service}"}}, Inventory: ops.TemplateInventory{Project: "ops/inventory", File: "services.yaml"},
		Dashboard: ops.TemplateDashboard{From: "go-api", Folder: "${product}"},
	}}
	return w, y
}

var newService = []string{"service", "shop.pay.api", "owner", "shop", "template", "go-api", "image", "registry/pay:0.1"}

var (
	allMade = []string{
		"repository.make shop/pay-api", "project.make shop-pay", `edit name ""->"shop.pay.api"`, "namespace.make idc1/c1/shop-pay", "copy shop.pay.api@idc1/c1:prod registry/pay:0.1",
		"namespace.make idc2/c1/shop-pay", "copy shop.pay.api@idc2/c1:prod registry/pay:0.1", "dashboard.make shop_pay_api", "entry.put shop.pay.api", "entry.merge shop.pay.api",
	}
	allGone = []string{
		"entry.put shop.pay.api", "entry.merge shop.pay.api", "dashboard.drop shop_pay_api", "namespace.drop idc2/c1/shop-pay", "namespace.drop idc1/c1/shop-pay", `edit name "shop.pay.api"->""`, "project.drop shop-pay", "repository.drop shop/pay-api",
	}
)

// nothingOf checks that nothing of the service is there.
func nothingOf(t *testing.T, w *changetest.World) {
	t.Helper()
	y := w.Yard
	if n := len(y.Repositories) + len(y.Projects) + len(y.Owners) + len(y.Entries) + len(y.Dashboards) + len(y.Open) + len(w.Centre.Values) + len(w.Estate.Namespaces); n > 0 || len(w.Workloads) != 3 {
		t.Errorf("left: %v %v %v %v %v %v %v %v", y.Repositories, y.Projects, y.Entries, y.Dashboards, y.Open, w.Centre.Values, w.Estate.Namespaces, w.Workloads)
	}
}

// TestAServiceIsMadeAndTakenBack: every answer is lost once, and nothing happens twice, neither there nor back.
func TestAServiceIsMadeAndTakenBack(t *testing.T) {
	verbs := []string{"", "repository.make", "project.make", "config.edit", "namespace.make", "copy", "dashboard.make", "entry.put", "entry.merge", "dashboard.drop", "namespace.drop", "project.drop", "repository.drop"}
	for _, verb := range verbs {
		t.Run(verb, func(t *testing.T) {
			w, y := fresh()
			losing(w, verb)
			s := run(t, w, "service.create", newService...)
			expect(t, w, s, ops.Succeeded, allMade...)
			entry := y.Entries["shop.pay.api"]
			for _, want := range []string{"name: shop.pay.api\nowner: shop\nrepository: shop/pay-api\nconfig: {provider: centre, app: shop.pay.api, namespaces: [{name: application}]}\n", `- target: "shop.pay.api@idc2/c1:prod"`, "    namespace: \"shop-pay\"\n    kind: \"Deployment\"\n    name: \"pay-api\"\n"} {
				if !strings.Contains(entry, want) {
					t.Errorf("the entry has not %q:\n%s", want, entry)
				}
			}
			if w.Wanted("shop.pay.api@idc1/c1:prod") != 2 || w.Estate.Namespaces["idc1/c1/shop-pay"].Owner != "shop" || !s.Undoable {
				t.Errorf("%+v", w.Estate.Namespaces["idc1/c1/shop-pay"])
			}
			back := undo(t, w, s)
			expect(t, w, back, ops.Succeeded, slices.Concat(allMade, allGone)...)
			nothingOf(t, w)
			if again := undo(t, w, s); again.State != ops.Succeeded || len(again.Plan.Diffs) != 0 {
				t.Errorf("a second undo: %s (%v) %v", again.State, again.Error, again.Plan)
			}
		})
	}
}

// TestAServiceThatCannotBeMadeLeavesNothing, whichever step fails, before or after it has had its effect.
func TestAServiceThatCannotBeMadeLeavesNothing(t *testing.T) {
	refusal := ops.Errorf(ops.Denied, "it is refused", "被拒绝")
	for _, verb := range []string{"repository.make", "project.make", "config.edit", "namespace.make", "copy", "dashboard.make", "entry.put", "entry.land", "entry.merge"} {
		for _, after := range []bool{false, true} {
			if after && verb == "entry.land" || !after && verb == "entry.merge" {
				continue // the look, and what it does
			}
			t.Run(verb, func(t *testing.T) {
				w, _ := fresh()
				refuse := func(v string, _ ops.Target) error {
					if v != verb {
						return nil
					}
					w.After, w.Fail = nil, nil
					return refusal
				}
				if w.Fail = refuse; after {
					w.Fail, w.After = nil, refuse
				}
				s := run(t, w, "service.create", newService...)
				if s.State != ops.RolledBack || !strings.Contains(s.Error.Text.En, "it is refused") {
					t.Fatalf("%s (%v), written %q", s.State, s.Error, w.Written())
				}
				nothingOf(t, w)
			})
		}
	}
}

// TestACancelTakesAHalfMadeServiceBack, while a cluster cannot answer.
func TestACancelTakesAHalfMadeServiceBack(t *testing.T) {
	w, _ := fresh()
	w.Fail = func(verb string, _ ops.Target) error {
		if verb == "copy" {
			return ops.Errorf(ops.Unavailable, "it cannot answer", "无法响应")
		}
		return nil
	}
	l := changetest.New(t, w)
	l.At(10*time.Second, func() { l.Act(ops.ActCancel, changetest.Ann, "") })
	s := l.Run(changetest.Ask("service.create", newService...))
	expect(t, w, s, ops.Cancelled, slices.Concat(allMade[:4], []string{"namespace.drop idc1/c1/shop-pay"}, allGone[5:])...)
	nothingOf(t, w)
}

// TestAnEntryThatPeopleHaveToAgreeTo stays open, which the record says; undo closes it.
func TestAnEntryThatPeopleHaveToAgreeTo(t *testing.T) {
	w, y := fresh()
	y.Agree = func(string) bool { return false }
	s := run(t, w, "service.create", newService...)
	expect(t, w, s, ops.Succeeded, allMade[:9]...)
	if !slices.ContainsFunc(s.Events, func(e ops.Event) bool {
		return strings.Contains(e.Text.En, "services.yaml of ops/inventory is not changed yet: merge request 1 waits for people")
	}) {
		t.Errorf("%+v", s.Events)
	}
	if back := undo(t, w, s); back.State != ops.Succeeded || w.Written()[9] != "entry.close shop.pay.api" {
		t.Errorf("%s (%v), written %q", back.State, back.Error, w.Written())
	}
	nothingOf(t, w)
}

// TestWhatOthersWorkWithIsNotTakenBack: nothing at all is.
func TestWhatOthersWorkWithIsNotTakenBack(t *testing.T) {
	for says, use := range map[string]func(w *changetest.World){
		"shop/pay-api holds 3 commits of others": func(w *changetest.World) { w.Yard.Repositories["shop/pay-api"].Others = 3 },
		"image project shop-pay holds images":    func(w *changetest.World) { w.Yard.Projects["shop-pay"].Repositories = 1 },
		"holds what this change has not made: Deployment/other": func(w *changetest.World) {
			w.Estate.Namespaces["idc2/c1/shop-pay"].Workloads = []string{"Deployment/other", "Deployment/pay-api"}
		},
		"dashboard shop_pay_api was edited since":                 func(w *changetest.World) { w.Yard.Dashboards["shop_pay_api"].Edited = true },
		"name of prod/shop.pay.api/application was changed since": func(w *changetest.World) { w.Centre.Values["name"] = "mine" },
	} {
		w, _ := fresh()
		s := run(t, w, "service.create", newService...)
		before := len(w.Written())
		use(w)
		if back := undo(t, w, s); back.State != ops.Failed || !strings.Contains(back.Error.Text.En, says) || len(w.Written()) != before {
			t.Errorf("%q: %s (%v), written %q", says, back.State, back.Error, w.Written()[before:])
		}
	}
}

func TestServicesThatAreNotPlanned(t *testing.T) {
	with := func(pairs ...string) []string { return append(slices.Clone(newService[:4]), pairs...) }
	for _, c := range []struct {
		code    ops.Code
		says    string
		values  []string
		prepare func(w *changetest.World)
	}{
		{ops.NotFound, `"go-apj"`, with("template", "go-apj"), nil},
		{ops.NotFound, `"idc1/c3"`, with("clusters", "idc1/c3"), nil},
		{ops.Conflict, "shop.cart.api", []string{"service", "shop.cart.api", "owner", "shop"}, nil},
		{ops.Conflict, "repository shop/pay-api", with(), func(w *changetest.World) { w.Yard.Repositories["shop/pay-api"] = &activities.Repository{} }},
		{ops.Conflict, "project shop-pay", with(), func(w *changetest.World) { w.Yard.Projects["shop-pay"] = &activities.Project{} }},
		{ops.Conflict, "dashboard shop_pay_api", with(), func(w *changetest.World) { w.Yard.Dashboards["shop_pay_api"] = &activities.Dashboard{} }},
		{ops.Conflict, "shop.pay.api", with(), func(w *changetest.World) { w.Yard.Entries["shop.pay.api"] = "x" }},
		{ops.Conflict, "idc2/c1/shop-pay", with(), func(w *changetest.World) {
			w.Settle(activities.Namespace{Room: activities.Room{Context: "idc2/c1", Name: "shop-pay"}, Change: "other"})
		}},
		{ops.Conflict, "prod/shop.pay.api/application", with(), func(w *changetest.World) { w.Centre.Values["a"] = "b" }},
		{ops.Invalid, "centre", with(), func(w *changetest.World) { w.Centre.Instant = false }},
		{ops.NotFound, "demo.hello.api:test", with(), func(w *changetest.World) {
			tmpl := w.Yard.Templates["go-api"]
			tmpl.Workload.From = "demo.hello.api:test"
			w.Yard.Templates["go-api"] = tmpl
		}},
	} {
		w, _ := fresh()
		if c.prepare != nil {
			c.prepare(w)
		}
		refused(t, w, run(t, w, "service.create", c.values...), c.code, c.says)
	}
}

func TestAServiceInOneClusterOfAnOwnerThatIsNew(t *testing.T) {
	w, _ := fresh()
	s := run(t, w, "service.create", "service", "shop.pay.api", "owner", "shopp", "clusters", "idc2/c1")
	if s.State != ops.Succeeded || len(w.Estate.Namespaces) != 1 || !slices.ContainsFunc(s.Plan.Notes, func(n ops.Text) bool { return n.En == "no other service belongs to shopp; did you mean shop?" }) {
		t.Errorf("%s (%v), %v", s.State, s.Error, s.Plan)
	}
}
