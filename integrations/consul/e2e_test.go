//go:build e2e

package consul

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/consul/api"

	"orderly.example/activities"
	"orderly.example/deploy/parts/linetest"
	"orderly.example/integrations/consul/consultest"
	"orderly.example/ops"
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

// TestABadLineToAConsul: what was written and not answered is not written again.
func TestABadLineToAConsul(t *testing.T) {
	url := consultest.Start(t)
	line := linetest.New(t, strings.TrimPrefix(url, "http://"))
	c := client(t, Config{URL: "http://" + line.Address, Timeout: 2 * time.Second})
	in := activities.EditIn{At: at, Changes: []activities.ConfigChange{{Key: "timeout", To: "60", Add: true}}, Why: "config.set-1", By: "ann"}
	for _, step := range []struct {
		name string
		make func()
		code ops.Code
	}{
		{"cut", line.Cut, ops.Unavailable},
		{"without answers", func() { line.Mend(); line.Lose() }, ops.Unavailable},
		{"too slow", func() { line.Slow(5 * time.Second) }, ops.Unavailable},
		{"slow", func() { line.Slow(200 * time.Millisecond) }, ""},
		{"mended", line.Mend, ""},
	} {
		step.make()
		if _, err := c.EditConfig(t.Context(), in); ops.CodeOf(err) != step.code {
			t.Errorf("%s: %q %v, want %q", step.name, ops.CodeOf(err), err, step.code)
		}
	}
	all, err := c.ConfigReleases(t.Context(), at, 10)
	if written := len(slices.DeleteFunc(all, func(r activities.ConfigRelease) bool { return r.Title != in.Why })); err != nil || written != 1 {
		t.Errorf("%d releases of it, %v", written, err)
	}
}
