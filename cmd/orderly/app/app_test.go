package app_test

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"orderly.example/bot"
	"orderly.example/bot/api/client"
	"orderly.example/bot/api/wire"
	"orderly.example/cmd/orderly/app"
	deployed "orderly.example/deploy/config"
	"orderly.example/ops"
	"orderly.example/policy"
)

// spans is an OpenTelemetry collector that keeps what it gets.
type spans struct {
	mu  sync.Mutex
	all []string // "name key=value ..."
}

func (s *spans) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	var in collector.ExportTraceServiceRequest
	if err := proto.Unmarshal(raw, &in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, rs := range in.GetResourceSpans() {
		for _, scope := range rs.GetScopeSpans() {
			for _, span := range scope.GetSpans() {
				s.all = append(s.all, fmt.Sprint(span.GetName(), " ", span.GetAttributes()))
			}
		}
	}
}

func (s *spans) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.all, "\n")
}

// start starts the whole program on the demo cloud.
func start(t *testing.T, tracing string) *app.App {
	t.Helper()
	a, err := app.Start(t.Context(), app.Options{
		Listen: "127.0.0.1:0", DataDir: t.TempDir(), Dev: true, Logger: slog.New(slog.DiscardHandler), Tracing: tracing, PodDelay: time.Millisecond,
		People: bot.FromText(string(deployed.People), "people.yaml"), Policy: policy.FromText("rules:\n  - {name: all, when: 'true'}\n", "policy.yaml"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func get(t *testing.T, url string) (string, int) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body), r.StatusCode
}

// TestOperatorsSeeWhatHappens: one change is found in the metrics and in the traces, and no person and no reason is.
func TestOperatorsSeeWhatHappens(t *testing.T) {
	kept := &spans{}
	otlp := httptest.NewServer(kept)
	defer otlp.Close()
	a := start(t, otlp.URL)
	c, err := client.New(client.Config{Server: a.URL, As: "ann", Program: "cli"})
	if err != nil {
		t.Fatal(err)
	}
	id, err := c.Request(t.Context(), wire.Submission{
		Operation: "scale", Reason: "canary-reason", Params: client.Params(map[string]string{"target": "shop.cart.api@idc1:prod", "replicas": "+1"}),
	}, "k")
	if err != nil {
		t.Fatal(err)
	}
	for u, err := range c.Follow(t.Context(), id, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if u.Status != nil && u.Status.State.Ended() && u.Status.State != ops.Succeeded {
			t.Fatalf("it is %s: %v", u.Status.State, u.Status.Error)
		}
	}
	metrics, _ := get(t, a.URL+"/metrics")
	for _, want := range []string{
		`orderly_requests_total{operation="scale",result="ok",surface="cli"} 1`,
		`orderly_change_turns_total{[^}]*operation="scale",state="succeeded"[^}]*} 1`,
		`orderly_change_state_seconds_count{[^}]*operation="scale",state="verifying"[^}]*} 1`,
		`orderly_step_seconds_count{result="ok",step="kubernetes.scale"} 1`,
		`orderly_step_seconds_count{result="ok",step="policy.decide"} \d`,
		`process_resident_memory_bytes \d`, `temporal_workflow_completed[^ ]* \d`,
	} {
		if !regexp.MustCompile(`(?m)^` + want).MatchString(metrics) {
			t.Errorf("the metrics have no %s; of ours there is\n%s", want, ours(metrics))
		}
	}
	if err := a.Stop(t.Context()); err != nil { // flushes the traces
		t.Error(err)
	}
	for _, want := range []string{"StartWorkflow:Change", "RunWorkflow:Change", "kubernetes.scale", id} {
		if !strings.Contains(kept.text(), want) {
			t.Errorf("the traces have no %s:\n%s", want, kept.text())
		}
	}
	for _, secret := range []string{"canary-reason", "Ann"} {
		if strings.Contains(metrics, secret) || strings.Contains(kept.text(), secret) {
			t.Errorf("%q shows", secret)
		}
	}
}

func ours(metrics string) string {
	var b strings.Builder
	for s := bufio.NewScanner(strings.NewReader(metrics)); s.Scan(); {
		if strings.HasPrefix(s.Text(), "orderly_") && !strings.Contains(s.Text(), "_bucket") {
			b.WriteString(s.Text() + "\n")
		}
	}
	return b.String()
}

// TestReadyMeansThatRequestsAreTaken: a process whose engine is gone lives and is not ready.
func TestReadyMeansThatRequestsAreTaken(t *testing.T) {
	engine := start(t, "")
	door, err := app.Start(t.Context(), app.Options{
		Listen: "127.0.0.1:0", Roles: []string{app.RolePortal}, Dev: true, Logger: slog.New(slog.DiscardHandler), Temporal: app.Temporal{Address: engine.Engine},
		People: bot.FromText(string(deployed.People), "people.yaml"), Policy: policy.FromText(string(deployed.Policy), "policy.yaml"),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = door.Stop(t.Context()) }()
	if _, code := get(t, door.URL+"/readyz"); code != http.StatusOK {
		t.Errorf("with an engine readyz answers %d", code)
	}
	if err := engine.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if text, code := get(t, door.URL+"/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(text, "engine") {
		t.Errorf("without an engine readyz answers %d %s", code, text)
	}
	if _, code := get(t, door.URL+"/healthz"); code != http.StatusOK {
		t.Errorf("without an engine healthz answers %d", code)
	}
}
