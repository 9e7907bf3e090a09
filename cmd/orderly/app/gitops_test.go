//go:build e2e

package app_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/bot"
	"orderly.example/bot/api/client"
	"orderly.example/bot/api/wire"
	"orderly.example/cmd/orderly/app"
	deployed "orderly.example/deploy/config"
	"orderly.example/integrations/gitlab"
	"orderly.example/integrations/gitlab/gitlabtest"
	"orderly.example/integrations/inventory"
	"orderly.example/integrations/kubernetes"
	"orderly.example/integrations/kubernetes/simulated"
	"orderly.example/ops"
	"orderly.example/policy"
)

const inGit = `services:
  - name: shop.cart.api
    owner: shop
    release:
      source: {project: shop/cart-api}
      gates:
        - {name: smoke, kind: pipeline, pipeline: {project: shop/checks, ref: main, variables: {VERSION: "${version}"}}}
    places:
      - target: "shop.cart.api@idc1/c1:prod"
        namespace: shop
        name: cart-api
        git: {project: ops/live, file: cart/values.yaml, field: image.tag, follow: 1s}
`

const liveValues = "# live\nimage:\n  repository: registry.example/shop/cart-api\n  tag: \"1.0\" # by orderly\n"

// gitops is the whole program with a GitLab, a cluster, and an agent in it that brings about what Git says.
type gitops struct {
	*testing.T
	forge  *gitlabtest.Server
	live   *gitlabtest.Project
	code   *gitlabtest.Project
	cloud  *simulated.Cloud
	client *client.Client
	paused atomic.Bool
}

const oneCluster = "idc1/c1"

func newGitops(t *testing.T) *gitops {
	g := &gitops{T: t, forge: gitlabtest.New(t)}
	g.live, g.code = g.forge.Project("ops/live", map[string]string{"cart/values.yaml": liveValues}), g.forge.Project("shop/cart-api", nil)
	g.forge.Project("shop/checks", nil)
	g.forge.Started = func(p *gitlabtest.Pipeline) { p.EndLocked("success", "") }
	g.start(inGit, app.Options{GitLab: &gitlab.Config{URL: g.forge.URL, Token: gitlabtest.Token}})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); g.agent(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return g
}

// start starts the program over a cluster, with an inventory and who deploys.
func (g *gitops) start(services string, o app.Options) {
	g.Helper()
	place := ops.Place{Target: ops.Target{Service: "shop.cart.api", IDC: "idc1", Cluster: "c1", Env: "prod"}, Provider: "kubernetes", Context: oneCluster, Namespace: "shop", Kind: "Deployment", Name: "cart-api"}
	var err error
	g.cloud, err = simulated.Open("", simulated.World{Clusters: []simulated.ClusterWorld{{Name: oneCluster, Workloads: []simulated.Workload{
		{Place: place, Owner: "shop", Image: "registry.example/shop/cart-api", Tags: []string{"1.0"}, Replicas: 2, CPU: "100m", Memory: "64Mi"},
	}}}}, simulated.Options{PodDelay: time.Millisecond})
	g.must(err)
	g.Cleanup(func() { _ = g.cloud.Close() })
	o.Listen, o.DataDir, o.Dev, o.Logger = "127.0.0.1:0", g.TempDir(), true, slog.New(slog.DiscardHandler)
	o.People, o.Policy = bot.FromText(string(deployed.People), "people.yaml"), policy.FromText("rules:\n  - {name: all, when: 'true'}\n", "policy.yaml")
	o.Cloud = &kubernetes.Config{Clusters: map[string]kubernetes.Source{oneCluster: {Kubeconfig: g.kubeconfig()}}}
	o.Inventory = []inventory.Source{inventory.Text([]byte(services), "inventory.yaml")}
	a, err := app.Start(g.Context(), o)
	g.must(err)
	g.Cleanup(func() { _ = a.Stop(context.Background()) })
	g.client, err = client.New(client.Config{Server: a.URL, As: "ann", Program: "cli"})
	g.must(err)
}

func (g *gitops) must(err error) {
	g.Helper()
	if err != nil {
		g.Fatal(err)
	}
}

// kubeconfig is how one reaches the simulated cluster over the network.
func (g *gitops) kubeconfig() string {
	c := g.cloud.Config(oneCluster)
	host, err := url.Parse(c.Host)
	g.must(err)
	door := httptest.NewServer(&httputil.ReverseProxy{Transport: c.Transport, FlushInterval: -1, Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(host) }})
	g.Cleanup(door.Close)
	file := filepath.Join(g.TempDir(), "kubeconfig")
	g.must(os.WriteFile(file, fmt.Appendf(nil, "apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: %q}}]\nusers: [{name: u, user: {}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\n", door.URL), 0o600))
	return file
}

func (g *gitops) image() string {
	d, err := g.cloud.Clients()[oneCluster].AppsV1().Deployments("shop").Get(context.Background(), "cart-api", metav1.GetOptions{})
	if err != nil {
		return err.Error()
	}
	return d.Spec.Template.Spec.Containers[0].Image
}

// agent brings about what Git says, again and again.
func (g *gitops) agent(ctx context.Context) {
	api := g.cloud.Clients()[oneCluster].AppsV1().Deployments("shop")
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		_, tag, _ := strings.Cut(g.live.File("cart/values.yaml"), `tag: "`)
		tag, _, _ = strings.Cut(tag, `"`)
		d, err := api.Get(ctx, "cart-api", metav1.GetOptions{})
		if want := "registry.example/shop/cart-api:" + tag; err == nil && !g.paused.Load() && d.Spec.Template.Spec.Containers[0].Image != want {
			d.Spec.Template.Spec.Containers[0].Image = want
			_, _ = api.Update(ctx, d, metav1.UpdateOptions{}) // a clash is met by the next tick
		}
	}
}

// ask asks and follows to the end.
func (g *gitops) ask(operation string, params map[string]string) ops.Status {
	g.Helper()
	id, err := g.client.Request(g.Context(), wire.Submission{Operation: operation, Reason: "test", Params: client.Params(params)}, operation+fmt.Sprint(params))
	g.must(err)
	return g.follow(id)
}

// follow follows a change to its end.
func (g *gitops) follow(id string) ops.Status {
	g.Helper()
	var last ops.Status
	for u, err := range g.client.Follow(g.Context(), id, 0) {
		g.must(err)
		if u.Status != nil {
			last = *u.Status
		}
	}
	return last
}

// TestAReleaseGoesThroughGit is the whole program: the newest tag whose pipeline succeeded is written to Git by a merge
// request, the agent brings it to the cluster, a pipeline checks it, and undo goes the same way. When the agent is paused,
// the release stops, says what both sides show, and takes the line back.
func TestAReleaseGoesThroughGit(t *testing.T) {
	t.Parallel()
	g := newGitops(t)
	g.code.Tag("1.1")
	g.code.Run("1.1", "success")
	s := g.ask("release", map[string]string{"target": "shop.cart.api", "version": "latest"})
	if s.State != ops.Succeeded || g.image() != "registry.example/shop/cart-api:1.1" || g.live.File("cart/values.yaml") != strings.Replace(liveValues, "1.0", "1.1", 1) {
		t.Fatalf("%s (%v): the cluster runs %s, Git says\n%s", s.State, s.Error, g.image(), g.live.File("cart/values.yaml"))
	}
	if w := g.forge.Written(); len(w) != 4 || w[2] != "merge !1" || w[3] != "start main" {
		t.Errorf("written %q", w)
	}
	if !strings.Contains(s.Plan.Notes[0].En, "1.1 is commit ") || !strings.Contains(s.Plan.Notes[0].En, "/shop/cart-api/-/pipelines/") {
		t.Errorf("the plan says %v", s.Plan.Notes)
	}
	back := g.ask("undo", map[string]string{"id": s.ID})
	if back.State != ops.Succeeded || g.image() != "registry.example/shop/cart-api:1.0" || g.live.File("cart/values.yaml") != liveValues {
		t.Errorf("%s (%v): the cluster runs %s, Git says\n%s", back.State, back.Error, g.image(), g.live.File("cart/values.yaml"))
	}
	g.paused.Store(true)
	s = g.ask("release", map[string]string{"target": "shop.cart.api", "version": "1.1"})
	says := "the cluster does not follow Git for 1s: Git says registry.example/shop/cart-api:1.1 and the cluster shows registry.example/shop/cart-api:1.0"
	if s.State != ops.RolledBack || s.Error == nil || !strings.Contains(s.Error.Text.En, says) || g.live.File("cart/values.yaml") != liveValues {
		t.Errorf("%s (%v), written %q", s.State, s.Error, g.forge.Written())
	}
}

// TestCheckNamesAWrongToken, and one that may only read.
func TestCheckNamesAWrongToken(t *testing.T) {
	t.Parallel()
	forge := gitlabtest.New(t)
	forge.Tokens["glpat-reads"] = []string{"read_api"}
	for token, want := range map[string]string{
		gitlabtest.Token: "GitLab " + forge.URL, "glpat-wrong": "does not accept the token", "glpat-reads": "has the scopes read_api, and api is needed",
	} {
		r := app.Check(t.Context(), app.Options{
			People: bot.FromText(string(deployed.People), "people.yaml"), Policy: policy.FromText("rules:\n  - {name: all, when: 'true'}\n", "policy.yaml"), GitLab: &gitlab.Config{URL: forge.URL, Token: token},
		})
		last := r.Findings[len(r.Findings)-1]
		if last.OK != (token == gitlabtest.Token) || !strings.Contains(last.Text.En, want) || strings.Contains(fmt.Sprint(r), "glpat-") {
			t.Errorf("%+v", last)
		}
	}
}
