package contract_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"orderly.example/integrations/kubernetes"
	"orderly.example/integrations/kubernetes/contract"
	"orderly.example/integrations/kubernetes/simulated"
)

// TestSimulated runs the contract against the simulated cloud, with all cases in one cluster, as on a real one. Then
// every permission of the table must have been used: the role asks for nothing that is not needed.
func TestSimulated(t *testing.T) {
	cloud, err := simulated.Open(t.TempDir(), simulated.World{Clusters: []simulated.ClusterWorld{{Name: "idc1/c1"}}}, simulated.Options{PodDelay: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	var seen audit
	t.Run("contract", func(t *testing.T) {
		contract.Run(t, func(*testing.T) contract.Cluster {
			config := cloud.Config("idc1/c1")
			config.Wrap(seen.wrap)
			return contract.Cluster{Name: "idc1/c1", Config: config, Patience: 20 * time.Second}
		})
	})
	for _, p := range kubernetes.Permissions {
		if p.Group == "argoproj.io" {
			continue // no controller of Argo is simulated; the tests of package argotest ask for these
		}
		if len(p.Names()) > 0 {
			continue // the API server asks about it by itself: without it the cases about access fail
		}
		if _, ok := seen.asked.Load(p.Verb + " " + p.Group + " " + p.Resource); !ok {
			t.Errorf("%s is in the table, and no case needs it", p)
		}
	}
	if err := cloud.Close(); err != nil {
		t.Error(err)
	}
}

// audit remembers what the client under test, which impersonates a user, has asked for.
type audit struct{ asked sync.Map }

func (a *audit) wrap(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("Impersonate-User") != "" {
			a.asked.Store(asked(r), true)
		}
		return next.RoundTrip(r)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// asked is a request as "verb group resource/subresource".
func asked(r *http.Request) string {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	group := ""
	if parts[0] == "apis" {
		group, parts = parts[1], parts[1:]
	}
	parts = parts[2:]
	if parts[0] == "namespaces" && len(parts) > 2 {
		parts = parts[2:]
	}
	resource, verb := parts[0], strings.ToLower(r.Method)
	if len(parts) > 2 {
		resource += "/" + parts[2]
	}
	switch {
	case verb == "get" && len(parts) == 1:
		verb = "list"
	case verb == "post":
		verb = "create"
	case verb == "put":
		verb = "update"
	}
	return verb + " " + group + " " + resource
}
