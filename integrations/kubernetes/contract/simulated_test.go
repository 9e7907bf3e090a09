package contract_test

import (
	"testing"
	"time"

	"orderly.example/integrations/kubernetes/contract"
	"orderly.example/integrations/kubernetes/simulated"
)

// TestSimulated runs the contract against the simulated cloud, with all cases in one cluster, as on a real one.
func TestSimulated(t *testing.T) {
	cloud, err := simulated.Open(t.TempDir(), simulated.World{Clusters: []simulated.ClusterWorld{{Name: "idc1/c1"}}}, simulated.Options{PodDelay: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	contract.Run(t, func(*testing.T) contract.Cluster {
		return contract.Cluster{Name: "idc1/c1", Config: cloud.Config("idc1/c1"), Patience: 20 * time.Second}
	})
}
