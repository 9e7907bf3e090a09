//go:build e2e

package app_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/bot"
	"orderly.example/bot/api/client"
	"orderly.example/bot/api/wire"
	"orderly.example/cmd/orderly/app"
	deployed "orderly.example/deploy/config"
	"orderly.example/deploy/parts/faulttest"
	"orderly.example/integrations/jenkins"
	"orderly.example/integrations/jenkins/jenkinstest"
	"orderly.example/ops"
	"orderly.example/policy"
)

const byJenkins = `services:
  - name: shop.cart.api
    owner: shop
    places:
      - target: "shop.cart.api@idc1/c1:prod"
        namespace: shop
        name: cart-api
        external: {provider: jenkins, job: shop/cart-deploy, parameters: {VERSION: "${version}", ENV: "${env}"}}
`

// ship is what the job does in the end.
func (g *gitops) ship(b *jenkinstest.Build) {
	api := g.cloud.Clients()[oneCluster].AppsV1().Deployments("shop")
	for ended := false; !ended; {
		d, err := api.Get(context.Background(), "cart-api", metav1.GetOptions{})
		if err == nil {
			d.Spec.Template.Spec.Containers[0].Image = "registry.example/shop/cart-api:" + b.Parameters["VERSION"]
			_, err = api.Update(context.Background(), d, metav1.UpdateOptions{})
		}
		if ended = !apierrors.IsConflict(err); ended && err != nil {
			g.Error(err)
		}
	}
	b.EndLocked("SUCCESS", "")
}

// TestAReleaseGoesThroughJenkins is the whole program: the job is built once although its answer is lost, its input is answered by
// promote, the cluster has to show the version, and undo is the same job with the former one. A build that fails says how its
// log ends, and the former version is deployed.
func TestAReleaseGoesThroughJenkins(t *testing.T) {
	t.Parallel()
	j := jenkinstest.New(t)
	g := &gitops{T: t}
	j.Job("shop/cart-deploy", "VERSION", "ENV", ops.KeyVariable)
	g.start(byJenkins, app.Options{Jenkins: &jenkins.Config{URL: j.URL, User: jenkinstest.User, Token: jenkinstest.Token}})
	j.Started = func(b *jenkinstest.Build) { b.AskLocked(jenkinstest.Input{ID: "Ship", Message: "Ship it?"}) }
	j.Answered = g.ship
	j.Inject(faulttest.Loses, "POST /buildWithParameters")
	id, err := g.client.Request(t.Context(), wire.Submission{Operation: "release", Reason: "test", Params: client.Params(map[string]string{"target": "shop.cart.api", "version": "1.1"})}, "jenkins")
	g.must(err)
	var s ops.Status
	answered := false
	for u, err := range g.client.Follow(t.Context(), id, 0) {
		g.must(err)
		if u.Status == nil {
			continue
		}
		if s = *u.Status; !answered && strings.Contains(s.Waiting.En, `build 1 asks "Ship it?"`) {
			answered = true
			_, err := g.client.Act(t.Context(), id, ops.ActPromote, s.Plan.Hash, "", "yes")
			g.must(err)
		}
	}
	if s.State != ops.Succeeded || g.image() != "registry.example/shop/cart-api:1.1" {
		t.Fatalf("%s (%v): the cluster runs %s, written %q", s.State, s.Error, g.image(), j.Written())
	}
	back := g.ask("undo", map[string]string{"id": id})
	want := []string{"build shop/cart-deploy 1.1", "proceed shop/cart-deploy 1", "build shop/cart-deploy 1.0", "proceed shop/cart-deploy 2"}
	if back.State != ops.Succeeded || g.image() != "registry.example/shop/cart-api:1.0" || !slices.Equal(j.Written(), want) {
		t.Errorf("%s (%v): the cluster runs %s, written %q", back.State, back.Error, g.image(), j.Written())
	}
	j.Started = func(b *jenkinstest.Build) {
		if b.Parameters["VERSION"] == "1.2" {
			b.EndLocked("FAILURE", "no space left on device\n")
			return
		}
		g.ship(b)
	}
	s = g.ask("release", map[string]string{"target": "shop.cart.api", "version": "1.2"})
	if s.State != ops.RolledBack || s.Error == nil || !strings.Contains(s.Error.Text.En, "no space left on device") || g.image() != "registry.example/shop/cart-api:1.0" || j.Written()[5] != "build shop/cart-deploy 1.0" {
		t.Errorf("%s (%v), written %q", s.State, s.Error, j.Written())
	}
}

// TestCheckTriesTheUserOfJenkins, and does not show the token.
func TestCheckTriesTheUserOfJenkins(t *testing.T) {
	t.Parallel()
	j := jenkinstest.New(t)
	for token, want := range map[string]string{jenkinstest.Token: "Jenkins " + j.URL, "11-wrong": "does not accept the user orderly"} {
		r := app.Check(t.Context(), app.Options{
			People: bot.FromText(string(deployed.People), "people.yaml"), Policy: policy.FromText("rules:\n  - {name: all, when: 'true'}\n", "policy.yaml"), Jenkins: &jenkins.Config{URL: j.URL, User: jenkinstest.User, Token: token},
		})
		last := r.Findings[len(r.Findings)-1]
		if last.OK != (token == jenkinstest.Token) || !strings.Contains(last.Text.En, want) || strings.Contains(fmt.Sprint(r), token) {
			t.Errorf("%+v", last)
		}
	}
}
