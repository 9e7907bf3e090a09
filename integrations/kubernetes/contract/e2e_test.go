//go:build e2e

package contract_test

import (
	"os"
	"testing"
	"time"

	"k8s.io/client-go/tools/clientcmd"

	"orderly.example/integrations/kubernetes/contract"
)

// TestControlPlane runs the contract against two real control planes.
func TestControlPlane(t *testing.T) {
	for _, variable := range []string{"ORDERLY_SANDBOX_IDC1", "ORDERLY_SANDBOX_IDC2"} {
		path := kubeconfig(t, variable)
		file, err := clientcmd.LoadFromFile(path)
		if err != nil {
			t.Fatal(err)
		}
		config, err := clientcmd.BuildConfigFromFlags("", path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(file.CurrentContext, func(t *testing.T) {
			contract.Run(t, func(*testing.T) contract.Cluster {
				return contract.Cluster{Name: file.CurrentContext, Config: config, Patience: 2 * time.Minute}
			})
		})
	}
}

// kubeconfig is the file of a sandbox.
func kubeconfig(t *testing.T, variable string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		t.Fatalf("%s names no kubeconfig; run this with: deploy/sandbox/with.sh idc1 idc2 -- go test -tags e2e ./integrations/kubernetes/...", variable)
	}
	return path
}
