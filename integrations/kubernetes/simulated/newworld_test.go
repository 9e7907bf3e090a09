package simulated_test

import (
	"strings"
	"testing"

	"orderly.example/integrations/kubernetes/simulated"
	"orderly.example/ops"
)

func TestWhatAWorldIsMadeOf(t *testing.T) {
	services := []ops.Service{{Name: "shop.cart.api", Owner: "shop", Places: []ops.Place{web}}}
	w, err := simulated.NewWorld(services, []byte(`
nodes: 5
workloads:
  - {match: "*:prod", tags: ["1"], replicas: 3, cpu: 100m}
  - {match: "shop.*", tags: ["2", "3"], max: 4, min: 2}
  - {match: "pay.*", replicas: 9}
quotas:
  - {cluster: idc9/c1, namespace: pay, name: few, hard: {pods: "3"}}
`))
	if err != nil {
		t.Fatal(err)
	}
	if len(w.Clusters) != 2 || w.Clusters[0].Name != idc1 || w.Clusters[0].Nodes != 5 || len(w.Clusters[1].Quotas) != 1 {
		t.Fatalf("got %+v", w)
	}
	if o := w.Clusters[0].Workloads[0]; o.Replicas != 3 || strings.Join(o.Tags, " ") != "2 3" || o.CPU != "100m" || o.Min != 2 || o.Max != 4 || o.Owner != "shop" {
		t.Errorf("got %+v", o)
	}
	if _, err := simulated.NewWorld(services, []byte("workload: []")); err == nil || !strings.Contains(err.Error(), "workload") {
		t.Errorf("an unknown key: %v", err)
	}
	bad := world(1)
	bad.Clusters[0].Workloads[0].CPU = "much"
	if _, err := simulated.Open("", bad, simulated.Options{}); err == nil || !strings.Contains(err.Error(), `"much"`) {
		t.Errorf("a quantity that is none: %v", err)
	}
	bad = world(1)
	bad.Clusters[0].Quotas = []simulated.Quota{{Namespace: "shop", Name: "few", Hard: map[string]string{"pods": "some"}}}
	if _, err := simulated.Open("", bad, simulated.Options{}); err == nil || !strings.Contains(err.Error(), `"some"`) {
		t.Errorf("a quantity that is none: %v", err)
	}
}
