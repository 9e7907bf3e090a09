//go:build e2e

package e2e

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"orderly.example/ops"
)

// moody stands between the program and an API server, and refuses writes as a server does that is busy (429), or whose
// objects are being changed by others (409).
type moody struct {
	kubeconfig string // that goes through it

	mu   sync.Mutex
	left []int // the statuses of the next writes that are refused
}

func temper(t *testing.T, c *cluster) *moody {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", c.kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	upstream, err := url.Parse(config.Host)
	if err != nil {
		t.Fatal(err)
	}
	transport, err := rest.TransportFor(config)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(upstream) }, Transport: transport, FlushInterval: -1}
	m := &moody{kubeconfig: filepath.Join(t.TempDir(), "kubeconfig")}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status := m.next(r); status != 0 {
			refuse(w, status)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	through := clientcmdapi.NewConfig()
	through.Clusters["idc1"] = &clientcmdapi.Cluster{Server: server.URL}
	through.Contexts["idc1"] = &clientcmdapi.Context{Cluster: "idc1"}
	through.CurrentContext = "idc1"
	if err := clientcmd.WriteToFile(*through, m.kubeconfig); err != nil {
		t.Fatal(err)
	}
	return m
}

// refuse has the next writes refused, one status after the other.
func (m *moody) refuse(statuses ...int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.left = statuses
}

// refusals is how many are left.
func (m *moody) refusals() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.left)
}

func (m *moody) next(r *http.Request) (status int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if (r.Method == http.MethodPut || r.Method == http.MethodPatch) && len(m.left) > 0 {
		status, m.left = m.left[0], m.left[1:]
	}
	return status
}

func refuse(w http.ResponseWriter, status int) {
	reason := metav1.StatusReasonConflict
	if status == http.StatusTooManyRequests {
		reason = metav1.StatusReasonTooManyRequests
		w.Header().Set("Retry-After", "1")
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(metav1.Status{
		TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusFailure, Reason: reason, Code: int32(status), Message: "the object has been modified",
	})
}

// TestAnAPIServerThatIsBusyOrContradicts: 429 and 409 from it are tried again, in the dry run as in the run, and the
// write is done once.
func TestAnAPIServerThatIsBusyOrContradicts(t *testing.T) {
	c := real(t, "idc1")
	c.service("busy.cart.api", 2, "registry/cart:1.0")
	before := c.ready("busy.cart.api", 2)
	m := temper(t, c)
	p := launch(t, "--kubeconfig", m.kubeconfig)
	moods := []int{429, 429, 409, 409, 429, 409}
	m.refuse(moods...)
	id := p.ask("ann", t.Name(), "scale", map[string]any{"target": "busy.cart.api@idc1:prod", "replicas": "5"})
	hash := p.until(id, 40*time.Second, ops.WaitingApproval).Plan.Hash
	if n := m.refusals(); n > 0 {
		t.Errorf("the plan met only %d of %d refusals", len(moods)-n, len(moods))
	}
	m.refuse(moods...)
	p.act("bob", id, "approve", hash)
	p.until(id, 60*time.Second, ops.Succeeded)
	if n := m.refusals(); n > 0 {
		t.Errorf("the run met only %d of %d refusals", len(moods)-n, len(moods))
	}
	if after := c.ready("busy.cart.api", 5); after.Generation != before.Generation+1 {
		t.Errorf("generation went from %d to %d", before.Generation, after.Generation)
	}
}
