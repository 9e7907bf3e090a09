//go:build bench

package bench

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"orderly.example/bot"
	"orderly.example/bot/api/client"
	"orderly.example/bot/api/wire"
	"orderly.example/cmd/orderly/app"
	"orderly.example/integrations/kubernetes"
	"orderly.example/ops"
	"orderly.example/policy"
)

// program is the whole program in this process, its engine on a file, over a real control plane.
type program struct {
	t      *testing.T
	client *client.Client
}

func newProgram(t *testing.T, kubeconfig string) program {
	t.Helper()
	a, err := app.Start(t.Context(), app.Options{
		Listen: "127.0.0.1:0", DataDir: t.TempDir(), Dev: true, Logger: slog.New(slog.DiscardHandler),
		Cloud:  &kubernetes.Config{Kubeconfig: kubeconfig, QPS: fleetQPS, Burst: fleetQPS},
		People: bot.FromText(people, "people.yaml"), Policy: policy.FromText(rules, "bench.yaml"),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Stop(context.Background()) })
	c, err := client.New(client.Config{Server: a.URL, As: "ann", Lang: ops.English, Program: "cli"})
	if err != nil {
		t.Fatal(err)
	}
	return program{t, c}
}

// run asks for an operation and says how long it took until the change was so.
func (p program) run(operation string, params map[string]string, so func(ops.Status) bool) time.Duration {
	p.t.Helper()
	began := time.Now()
	id, err := p.client.Request(p.t.Context(), wire.Submission{Operation: operation, Params: client.Params(params)}, fmt.Sprint(operation, params))
	if err != nil {
		p.t.Fatal(err)
	}
	for u, err := range p.client.Follow(p.t.Context(), id, 0) {
		if err != nil {
			p.t.Fatal(err)
		}
		if u.Status == nil {
			continue
		}
		if so(*u.Status) {
			return time.Since(began)
		}
		if u.Status.State.Ended() {
			p.t.Fatalf("%s is %s: %v", operation, u.Status.State, u.Status.Error)
		}
	}
	p.t.Fatalf("%s was not followed to its end", operation)
	return 0
}

func succeeded(s ops.Status) bool { return s.State == ops.Succeeded }
