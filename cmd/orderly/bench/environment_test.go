//go:build bench

package bench

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	clientset "k8s.io/client-go/kubernetes"

	"orderly.example/activities"
	"orderly.example/integrations/kubernetes"
	"orderly.example/ops"
)

const environmentSize = 20

// TestBenchEnvironment is figure o: an environment of twenty services on a real control plane, from the request until all
// of them serve, against the bare calls of the same client one after the other.
func TestBenchEnvironment(t *testing.T) {
	path := os.Getenv("ORDERLY_SANDBOX_IDC1")
	if path == "" {
		t.Fatal("ORDERLY_SANDBOX_IDC1 is not set; run it with `make bench`")
	}
	f := newFleet(t, path, environmentSize)
	p := newProgram(t, path)
	var ours, floor []time.Duration
	for n := range 3 {
		floor = append(floor, f.bareEnvironment(fmt.Sprintf("%s-bare%d", f.namespace, n)))
		ours = append(ours, p.run("env.create", map[string]string{"env": fmt.Sprintf("%s-env%d", f.namespace, n), "from": "fleet.*:bench", "owner": "shop", "ttl": "1h"},
			func(s ops.Status) bool {
				return s.State == ops.Running && strings.Contains(s.Waiting.En, "lives until")
			}))
	}
	a, b := percentile(ours, 50), percentile(floor, 50)
	fmt.Println(figure{fmt.Sprintf("o an environment of %d services serves", environmentSize), ms(a), ms(b), ratio(a, b), "<= 1.5x", ratio(a, b) <= 1.5})
}

// bareEnvironment is the floor.
func (f *fleet) bareEnvironment(name string) time.Duration {
	f.t.Helper()
	const at = "idc1"
	c := kubernetes.NewFor(map[string]clientset.Interface{at: f.api})
	began := time.Now()
	room := activities.Room{Context: at, Name: name}
	must := func(_ activities.Done, err error) {
		f.t.Helper()
		if err != nil {
			f.t.Fatal(err)
		}
	}
	must(c.MakeNamespace(f.t.Context(), activities.MakeNamespaceIn{
		Room: room, Change: name, Owner: "shop", Traffic: activities.TrafficInside, Account: "environment",
		Quota: map[string]string{"pods": "20"}, Default: map[string]string{"cpu": "100m", "memory": "128Mi"},
	}))
	for i := range environmentSize {
		from := ops.Place{Provider: kubernetes.Provider, Context: at, Namespace: f.namespace, Kind: "Deployment", Name: f.name(i)}
		to := from
		to.Namespace = name
		must(c.Copy(f.t.Context(), activities.CopyIn{From: from, To: to, Container: "main", Image: "fleet:1", Replicas: 1, Owner: "shop", Account: "environment", Change: name}))
	}
	copies := *f
	copies.namespace = name
	copies.each(func(ctx context.Context, i int) error { return copies.ready(ctx, i, 1) })
	return time.Since(began)
}
