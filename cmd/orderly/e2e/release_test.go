//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"orderly.example/integrations/prometheus/promtest"
	"orderly.example/ops"
)

// releasing is a service in test and in two data centres, with a strategy that measures by a real Prometheus.
type releasing struct {
	*program
	one, two *cluster
	meter    *promtest.Server
}

const inventoryOfRelease = `services:
  - name: rel.cart.api
    owner: shop
    release:
      bake: 2s
      canary: {percent: 40, bake: 2s}
      gates:
        - {name: errors, kind: metric, query: 'max(errors{version="${version}",env="${env}"})', max: 0.1}
        - {name: health, kind: http, url: "%s/-/healthy"}
    places:
      - {target: "rel.cart.api@idc1/c1:test", namespace: %[2]s, name: rel-cart-test}
      - {target: "rel.cart.api@idc1/c1:prod", namespace: %[2]s, name: rel-cart-api}
      - {target: "rel.cart.api@idc2/c1:prod", namespace: %[3]s, name: rel-cart-api}
`

func newReleasing(t *testing.T) *releasing {
	t.Helper()
	r := &releasing{one: real(t, "idc1"), two: real(t, "idc2"), meter: promtest.Start(t)}
	r.one.service("rel.cart.test", 1, "registry/cart:1.0")
	r.one.service("rel.cart.api", 3, "registry/cart:1.0")
	r.two.service("rel.cart.api", 2, "registry/cart:1.0")
	for n, c := range []*cluster{r.one, r.one, r.two} {
		c.ready([]string{"rel.cart.test", "rel.cart.api", "rel.cart.api"}[n], []int32{1, 3, 2}[n])
	}
	inventory := filepath.Join(t.TempDir(), "inventory.yaml")
	if err := os.WriteFile(inventory, []byte(fmt.Sprintf(inventoryOfRelease, r.meter.URL, r.one.namespace, r.two.namespace)), 0o600); err != nil {
		t.Fatal(err)
	}
	known, lines := tokens()
	file := configuration(t, r.one, lines, fmt.Sprintf("inventory: [%s]\nprometheus: {url: %q}\nprobe: {networks: [127.0.0.0/8]}\nlog: {level: warn}\n", inventory, r.meter.URL))
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	both := strings.Replace(string(raw), "clusters: {", fmt.Sprintf("clusters: {idc2/c1: {kubeconfig: %s}, ", r.two.kubeconfig), 1)
	if err := os.WriteFile(file, []byte(both), 0o600); err != nil {
		t.Fatal(err)
	}
	r.program = process(t, "serve", "--config", file)
	r.tokens = known
	return r
}

// errors sets the share of errors of a version everywhere, and waits until Prometheus knows it.
func (r *releasing) errors(version string, share float64) {
	for _, env := range []string{"test", "prod"} {
		r.meter.Set(fmt.Sprintf(`errors{version=%q,env=%q}`, version, env), share)
	}
	r.meter.Await()
}

// release asks for a version and has it approved.
func (r *releasing) release(version string) string {
	r.t.Helper()
	id := r.ask("ann", "release "+version, "release", map[string]any{"target": "rel.cart.api", "version": version})
	s := r.until(id, 30*time.Second, ops.WaitingApproval)
	if reply := r.act("bob", id, "approve", s.Plan.Hash); !reply.Accepted {
		r.t.Fatalf("the approval: %+v", reply)
	}
	return id
}

// runs checks which version runs everywhere, with how many changes of each Deployment, and that no canary is left.
func (r *releasing) runs(version string, generation int64) {
	r.t.Helper()
	for n, c := range []*cluster{r.one, r.one, r.two} {
		d := c.ready([]string{"rel.cart.test", "rel.cart.api", "rel.cart.api"}[n], []int32{1, 3, 2}[n])
		if image := d.Spec.Template.Spec.Containers[0].Image; image != "registry/cart:"+version || d.Generation != generation {
			r.t.Errorf("%s in %s runs %s, generation %d; wanted %s, %d", d.Name, c.name, image, d.Generation, version, generation)
		}
		if _, err := c.api.AppsV1().Deployments(c.namespace).Get(r.t.Context(), "rel-cart-api-canary", metav1.GetOptions{}); !apierrors.IsNotFound(err) {
			r.t.Errorf("a canary is left in %s: %v", c.name, err)
		}
	}
}

// watching waits until a wave is being watched.
func (r *releasing) watching(id, wave string) {
	r.t.Helper()
	eventually(r.t, 90*time.Second, wave+" is watched", func() error {
		s, err := r.status(id)
		if err == nil && !strings.Contains(s.Waiting.En, "watching "+wave+" ") {
			err = fmt.Errorf("it is %s (%s, %v)", s.State, s.Waiting.En, s.Error)
		}
		return err
	})
}

var waves = []string{"test idc1/c1", "canary prod idc1/c1", "prod idc1/c1", "prod idc2/c1"}

// TestARelease is the whole job on two real clusters with a real Prometheus: a version goes through test, canary and two
// data centres; the next one is stopped by a bad metric in the last wave and taken back by itself; a third one survives a
// kill -9 in every wave and skips no gate; and a rollback.
func TestARelease(t *testing.T) {
	t.Parallel()
	r := newReleasing(t)
	r.errors("2.0", 0)
	id := r.release("2.0")
	s := r.until(id, 2*time.Minute, ops.Succeeded)
	r.runs("2.0", 2)
	guarded(t, s)

	r.errors("3.0", 0.01)
	id = r.release("3.0")
	r.watching(id, waves[3])
	r.errors("3.0", 0.9)
	s = r.until(id, 2*time.Minute, ops.RolledBack)
	if s.Error == nil || !strings.Contains(s.Error.Text.En, "gate errors fails at prod idc2/c1: 0.9") {
		t.Errorf("it does not say why: %v", s.Error)
	}
	r.runs("2.0", 4)

	r.errors("4.0", 0)
	id = r.release("4.0")
	for _, wave := range waves {
		r.watching(id, wave)
		r.kill()
		r.start()
	}
	s = r.until(id, 3*time.Minute, ops.Succeeded)
	r.runs("4.0", 5)
	guarded(t, s)

	id = r.ask("ann", "back", "rollback", map[string]any{"target": "rel.cart.api@*:prod"})
	r.act("bob", id, "approve", r.until(id, 30*time.Second, ops.WaitingApproval).Plan.Hash)
	r.until(id, time.Minute, ops.Succeeded)
	if image := r.two.get("rel.cart.api").Spec.Template.Spec.Containers[0].Image; image != "registry/cart:2.0" {
		t.Errorf("the rollback brought %s", image)
	}
}

// guarded checks that every wave was measured by every gate, to its end.
func guarded(t *testing.T, s ops.Status) {
	t.Helper()
	for _, wave := range waves {
		for _, gate := range []string{"errors " + wave, "health " + wave} {
			passed := func(step ops.Step) bool {
				return step.Object == gate && step.State == ops.StepDone && step.Ended.Sub(step.Started) >= 2*time.Second
			}
			if !slices.ContainsFunc(s.Steps, passed) {
				var steps []string
				for _, step := range s.Steps {
					steps = append(steps, step.Name+" "+step.Object)
				}
				t.Errorf("gate %s was skipped: %q", gate, steps)
			}
		}
	}
}
