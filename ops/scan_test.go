package ops

import (
	"strings"
	"testing"
)

func TestWhatAScanGateMayBe(t *testing.T) {
	good := Gate{Name: "cves", Kind: GateScan, Severities: map[string]int{"high": 5, "critical": 0}}
	if why := good.Wrong(); !why.IsZero() || good.SeverityLimits() != "critical ≤ 0, high ≤ 5" {
		t.Errorf("%s, %s", why, good.SeverityLimits())
	}
	for want, g := range map[string]Gate{
		"needs severities": {Name: "cves", Kind: GateScan}, `"bad": 1`: {Name: "cves", Kind: GateScan, Severities: map[string]int{"bad": 1}},
		`"high": -1`: {Name: "cves", Kind: GateScan, Severities: map[string]int{"high": -1}}, "no negative wait": {Name: "cves", Kind: GateScan, Severities: map[string]int{"high": 1}, Wait: -1},
	} {
		if why := g.Wrong(); !strings.Contains(why.En, want) || why.Zh == why.En {
			t.Errorf("%+v: %s", g, why)
		}
	}
}

func TestWhatATemplateMayBe(t *testing.T) {
	good := func() ServiceTemplate {
		return ServiceTemplate{
			Repository: TemplateRepository{Project: "${product}/${module}", From: "templates/go"}, Registry: TemplateRegistry{Project: "${product}-${module}"},
			Workload: TemplateWorkload{From: "demo.hello.api:prod", Namespace: "${product}-${module}"}, Inventory: TemplateInventory{Project: "ops/live", File: "inventory.yaml"},
			Config: TemplateConfig{Provider: "consul", Namespace: "application", Values: map[string]string{"name": "${service}"}},
		}
	}
	if why := good().Wrong(); !why.IsZero() {
		t.Error(why)
	}
	for want, spoil := range map[string]func(*ServiceTemplate){
		"needs a project, with its group": func(s *ServiceTemplate) { s.Repository.Project = "api" }, "visibility": func(s *ServiceTemplate) { s.Repository.Visibility = "secret" },
		"negative": func(s *ServiceTemplate) { s.Workload.Replicas = -1 }, "needs from": func(s *ServiceTemplate) { s.Workload = TemplateWorkload{} },
		"no service in an environment": func(s *ServiceTemplate) { s.Workload.From = "demo.*:prod" }, "first values": func(s *ServiceTemplate) { s.Config.Values = nil },
		"needs a project and a file": func(s *ServiceTemplate) { s.Inventory.File = "" }, "${env}": func(s *ServiceTemplate) { s.Registry.Project = "${env}" },
		"dashboard needs from": func(s *ServiceTemplate) { s.Dashboard.Folder = "services" }, "${team}": func(s *ServiceTemplate) { s.Dashboard = TemplateDashboard{From: "go", Folder: "${team}"} },
	} {
		tmpl := good()
		spoil(&tmpl)
		if why := tmpl.Wrong(); !strings.Contains(why.En, want) || why.Zh == why.En {
			t.Errorf("%q: %s", want, why)
		}
	}
	two := ServiceTemplates{"go-api": good(), "web": good()}
	for name, want := range map[string]string{"": "name a template; known: [go-api web]", "go-apj": `there is no template "go-apj"; did you mean go-api?`} {
		if _, err := two.Find(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := (ServiceTemplates{"web": good()}).Find(""); err != nil {
		t.Error(err)
	}
	if got := FillService("${product}/${subsystem}-${module} ${owner} ${service} ${other}", "shop.cart.api", "sre"); got != "shop/cart-api sre shop.cart.api ${other}" {
		t.Error(got)
	}
}

func TestTheUIDOfADashboardIsShortAndTheServicesOwn(t *testing.T) {
	long := strings.Repeat("a", 32) + "." + strings.Repeat("b", 32) + "."
	for service, want := range map[string]string{"shop.cart.api": "shop_cart_api", "a-b.c.d": "a-b_c_d", "a.b-c.d": "a_b-c_d", long + "x": DashboardUID(long + "x")} {
		if got := DashboardUID(service); got != want || len(got) > 40 || strings.Contains(got, ".") {
			t.Errorf("%s: %s", service, got)
		}
	}
	if DashboardUID(long+"x") == DashboardUID(long+"y") {
		t.Error("two services share a dashboard")
	}
}
