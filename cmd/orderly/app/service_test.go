//go:build e2e

package app_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/bot"
	"orderly.example/bot/api/client"
	"orderly.example/bot/api/wire"
	"orderly.example/cmd/orderly/app"
	deployed "orderly.example/deploy/config"
	"orderly.example/integrations/consul"
	"orderly.example/integrations/consul/consultest"
	"orderly.example/integrations/gitlab"
	"orderly.example/integrations/gitlab/gitlabtest"
	"orderly.example/integrations/grafana"
	"orderly.example/integrations/grafana/grafanatest"
	"orderly.example/integrations/harbor"
	"orderly.example/integrations/harbor/harbortest"
	"orderly.example/integrations/inventory"
	"orderly.example/integrations/kubernetes"
	"orderly.example/integrations/kubernetes/simulated"
	"orderly.example/ops"
	"orderly.example/policy"
)

const templateService = `services: # all
  - name: demo.hello.api
    owner: demo
    places:
      - {target: "demo.hello.api@idc1/c1:prod", namespace: demo, name: hello-api}
`

// founding is the whole program with a GitLab, a Harbor, a Consul, a Grafana and a cluster.
type founding struct {
	gitops
	harbor  *harbortest.Server
	consul  *consultest.Server
	grafana *grafanatest.Server
	app     *app.App
	options app.Options
	away    atomic.Bool   // Harbor cannot answer
	met     chan struct{} // closed when it could not for the first time
}

func newFounding(t *testing.T) *founding {
	f := &founding{gitops: gitops{T: t, forge: gitlabtest.New(t)}, harbor: harbortest.New(t), grafana: grafanatest.New(t), consul: consultest.New(t, nil), met: make(chan struct{})}
	var once sync.Once
	f.harbor.Handles = func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && f.away.Load() {
				once.Do(func() { close(f.met) })
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
	f.grafana.Folder("services")
	f.grafana.Save(`{"uid": "go-api", "title": "${service} of ${owner}", "panels": [{"title": "Requests of ${module}"}]}`)
	f.forge.Group("shop")
	f.forge.Project("templates/go", map[string]string{"README.md": "# ${service} of ${owner}\n"})
	f.live = f.forge.Project("ops/inventory", map[string]string{"services.yaml": templateService})
	place := ops.Place{Target: ops.Target{Service: "demo.hello.api", IDC: "idc1", Cluster: "c1", Env: "prod"}, Provider: "kubernetes", Context: oneCluster, Namespace: "demo", Kind: "Deployment", Name: "hello-api"}
	var err error
	f.cloud, err = simulated.Open("", simulated.World{Clusters: []simulated.ClusterWorld{{Name: oneCluster, Workloads: []simulated.Workload{
		{Place: place, Owner: "demo", Image: "registry.example/demo/hello", Tags: []string{"1.0"}, Replicas: 1, CPU: "100m", Memory: "64Mi"},
	}}}}, simulated.Options{PodDelay: time.Millisecond})
	f.must(err)
	t.Cleanup(func() { _ = f.cloud.Close() })
	f.options = app.Options{
		Listen: "127.0.0.1:0", DataDir: filepath.Join(t.TempDir(), "data"), Dev: true, Logger: slog.New(slog.DiscardHandler),
		People: bot.FromText(string(deployed.People), "people.yaml"), Policy: policy.FromText("rules:\n  - {name: all, when: 'true'}\n", "policy.yaml"),
		Cloud:  &kubernetes.Config{Clusters: map[string]kubernetes.Source{oneCluster: {Kubeconfig: f.kubeconfig()}}},
		GitLab: &gitlab.Config{URL: f.forge.URL, Token: gitlabtest.Token}, Harbor: &harbor.Config{URL: f.harbor.URL, User: harbortest.User, Password: harbortest.Password},
		Grafana: &grafana.Config{URL: f.grafana.URL, Token: grafanatest.Token}, Consul: &consul.Config{URL: f.consul.URL, Token: consultest.Token}, Inventory: []inventory.Source{inventory.Text([]byte(templateService), "inventory.yaml")},
		Templates: ops.ServiceTemplates{"go-api": {
			Dashboard:  ops.TemplateDashboard{From: "go-api", Folder: "services"},
			Repository: ops.TemplateRepository{Project: "${product}/${subsystem}-${module}", From: "templates/go"}, Registry: ops.TemplateRegistry{Project: "${product}-${subsystem}", QuotaGiB: 1},
			Config:   ops.TemplateConfig{Provider: "consul", Namespace: "application", Values: map[string]string{"name": "${service}"}},
			Workload: ops.TemplateWorkload{From: "demo.hello.api:prod", Namespace: "${product}-${subsystem}", Quota: map[string]string{"pods": "5"}}, Inventory: ops.TemplateInventory{Project: "ops/inventory", File: "services.yaml"},
		}},
	}
	f.start()
	t.Cleanup(func() { _ = f.app.Stop(context.Background()) })
	return f
}

func (f *founding) start() {
	var err error
	f.app, err = app.Start(f.Context(), f.options)
	f.must(err)
	f.client, err = client.New(client.Config{Server: f.app.URL, As: "ann", Program: "cli"})
	f.must(err)
}

// there says which parts of the service there are.
func (f *founding) there() string {
	var out []string
	if f.forge.Find("shop/pay-api") != nil {
		out = append(out, "repository")
	}
	if slices.Contains(f.harbor.Projects(), "shop-pay") {
		out = append(out, "project")
	}
	if f.consul.Values()["config/shop.pay.api/prod/application/name"] == "shop.pay.api" {
		out = append(out, "config")
	}
	d, err := f.cloud.Clients()[oneCluster].AppsV1().Deployments("shop-pay").Get(context.Background(), "pay-api", metav1.GetOptions{})
	if err == nil && d.Status.ReadyReplicas == 1 && d.Spec.Template.Spec.Containers[0].Image == "registry.example/demo/hello:1.0" {
		out = append(out, "workload")
	} else if !apierrors.IsNotFound(err) {
		out = append(out, fmt.Sprint(err))
	}
	if d, in := f.grafana.Dashboard("shop_pay_api"); in == "services" && d["title"] == "shop.pay.api of shop" {
		out = append(out, "dashboard")
	}
	if strings.Contains(f.live.File("services.yaml"), "shop.pay.api") {
		out = append(out, "entry")
	}
	return strings.Join(out, " ")
}

const whole = "repository project config workload dashboard entry"

// TestAServiceIsCreated is the whole program through the real clients: everything is made once although the process ends in
// the middle, the inventory finds the service, and undo leaves nothing.
func TestAServiceIsCreated(t *testing.T) {
	t.Parallel()
	f := newFounding(t)
	f.away.Store(true)
	id, err := f.client.Request(t.Context(), wire.Submission{Operation: "service.create", Reason: "test", Params: client.Params(map[string]string{"service": "shop.pay.api", "owner": "shop"})}, "one")
	f.must(err)
	<-f.met
	f.must(f.app.Stop(t.Context()))
	if f.there() != "repository" {
		t.Errorf("there is %q", f.there())
	}
	f.away.Store(false)
	f.start()
	s := f.follow(id)
	if s.State != ops.Succeeded || f.there() != whole {
		t.Fatalf("%s (%v): there is %q", s.State, s.Error, f.there())
	}
	if w := f.forge.Written(); len(w) != 5 || w[0] != "create shop/pay-api" || w[4] != "merge !1" || len(f.harbor.Written()) != 2 || len(f.grafana.Written()) != 1 {
		t.Errorf("written %q, %q, %q", w, f.harbor.Written(), f.grafana.Written())
	}
	if files, _ := f.forge.Find("shop/pay-api").Began(); files["README.md"] != "# shop.pay.api of shop\n" {
		t.Errorf("%q", files)
	}
	if services, err := inventory.Parse([]byte(f.live.File("services.yaml")), "services.yaml"); err != nil || len(services) != 2 || services[1].Owner != "shop" || services[1].Places[0].Name != "pay-api" || services[1].Config.Provider != "consul" {
		t.Errorf("%+v, %v", services, err)
	}
	back := f.ask("undo", map[string]string{"id": s.ID})
	if back.State != ops.Succeeded || f.there() != "" || f.live.File("services.yaml") != templateService {
		t.Errorf("%s (%v): there is %q\n%s", back.State, back.Error, f.there(), f.live.File("services.yaml"))
	}
}

// TestAHalfMadeServiceIsTakenBack, because the token may not propose to the inventory.
func TestAHalfMadeServiceIsTakenBack(t *testing.T) {
	t.Parallel()
	f := newFounding(t)
	f.forge.Handles = func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/merge_requests") {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
	s := f.ask("service.create", map[string]string{"service": "shop.pay.api", "owner": "shop"})
	if s.State != ops.RolledBack || s.Error.Code != ops.Denied || f.there() != "" || len(f.live.Branches()) != 1 {
		t.Errorf("%s (%v): there is %q, branches %q", s.State, s.Error, f.there(), f.live.Branches())
	}
}

// TestCheckNamesAHarborThatRefuses the account.
func TestCheckNamesAHarborThatRefuses(t *testing.T) {
	t.Parallel()
	h := harbortest.New(t)
	for password, want := range map[string]string{harbortest.Password: "Harbor " + h.URL, "wrong": "does not accept user and password"} {
		r := app.Check(t.Context(), app.Options{
			People: bot.FromText(string(deployed.People), "people.yaml"), Policy: policy.FromText("rules:\n  - {name: all, when: 'true'}\n", "policy.yaml"), Harbor: &harbor.Config{URL: h.URL, User: harbortest.User, Password: password},
		})
		last := r.Findings[len(r.Findings)-1]
		if last.OK != (password == harbortest.Password) || !strings.Contains(last.Text.En, want) {
			t.Errorf("%+v", last)
		}
	}
}

// TestCheckNamesAGrafanaThatRefuses the token.
func TestCheckNamesAGrafanaThatRefuses(t *testing.T) {
	t.Parallel()
	g := grafanatest.New(t)
	for token, want := range map[string]string{grafanatest.Token: "Grafana " + g.URL, "wrong": "does not accept the token"} {
		r := app.Check(t.Context(), app.Options{
			People: bot.FromText(string(deployed.People), "people.yaml"), Policy: policy.FromText("rules:\n  - {name: all, when: 'true'}\n", "policy.yaml"), Grafana: &grafana.Config{URL: g.URL, Token: token},
		})
		last := r.Findings[len(r.Findings)-1]
		if last.OK != (token == grafanatest.Token) || !strings.Contains(last.Text.En, want) {
			t.Errorf("%+v", last)
		}
	}
}
