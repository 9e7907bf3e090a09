//go:build e2e

package consul

import (
	"testing"

	"github.com/hashicorp/consul/api"

	"orderly.example/integrations/consul/consultest"
)

// TestContractReal runs the contract on a real Consul.
func TestContractReal(t *testing.T) {
	url := consultest.Start(t)
	admin, err := api.NewClient(&api.Config{Address: url})
	if err != nil {
		t.Fatal(err)
	}
	contract(t, store{
		url: url,
		put: func(t *testing.T, k, v string) {
			if _, err := admin.KV().Put(&api.KVPair{Key: k, Value: []byte(v)}, nil); err != nil {
				t.Fatal(err)
			}
		},
		keys: func(t *testing.T, prefix string) []string {
			keys, _, err := admin.KV().Keys(prefix, "", nil)
			if err != nil {
				t.Fatal(err)
			}
			return keys
		},
	})
}
