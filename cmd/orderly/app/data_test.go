//go:build e2e

package app_test

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"orderly.example/bot"
	"orderly.example/bot/api/client"
	"orderly.example/bot/api/wire"
	"orderly.example/cmd/orderly/app"
	deployed "orderly.example/deploy/config"
	"orderly.example/integrations/database"
	"orderly.example/integrations/kafka"
	"orderly.example/ops"
	"orderly.example/policy"
)

// withData are the options of a process with a Kafka cluster that answers and a database that does not.
func withData(t *testing.T) app.Options {
	t.Helper()
	b, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return app.Options{
		Listen: "127.0.0.1:0", DataDir: t.TempDir(), Dev: true, Logger: slog.New(slog.DiscardHandler), PodDelay: time.Millisecond,
		People: bot.FromText(string(deployed.People), "people.yaml"), Policy: policy.FromText("rules:\n  - {name: all, when: 'true'}\n", "policy.yaml"),
		Kafka: kafka.Config{Clusters: map[string]kafka.Cluster{"main": {Brokers: b.ListenAddrs()}}},
		Databases: database.Config{Timeout: time.Second, Databases: map[string]database.Database{
			"shop": {Kind: database.Postgres, Address: "127.0.0.1:1", Name: "shop", User: "orderly", Password: "geheim", Plain: true, Roles: map[string][]string{"read": {"app_read"}}},
		}},
	}
}

// TestATopicIsMadeByTheWholeProgram: what is asked for at the front door is done on a broker.
func TestATopicIsMadeByTheWholeProgram(t *testing.T) {
	t.Parallel()
	a, err := app.Start(t.Context(), withData(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Stop(t.Context()) })
	c, err := client.New(client.Config{Server: a.URL, As: "ann", Program: "cli"})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(operation string, params map[string]string) ops.Status {
		t.Helper()
		id, err := c.Request(t.Context(), wire.Submission{Operation: operation, Params: client.Params(params)}, operation)
		if err != nil {
			t.Fatal(err)
		}
		for u, err := range c.Follow(t.Context(), id, 0) {
			if err != nil {
				t.Fatal(err)
			}
			if u.Status != nil && u.Status.State.Ended() {
				return *u.Status
			}
		}
		t.Fatalf("%s did not end", operation)
		return ops.Status{}
	}
	if s := ask("topic.create", map[string]string{"name": "shop.orders", "cluster": "main", "owner": "shop", "replicas": "1"}); s.State != ops.Succeeded || !s.Undoable {
		t.Fatalf("%s: %v", s.State, s.Error)
	}
	if s := ask("topics", map[string]string{"cluster": "main"}); s.State != ops.Succeeded || len(s.Answer.Rows) != 1 || !slices.Equal(s.Answer.Rows[0], []string{"shop.orders", "6", "1", "168h0m0s", "delete", "0"}) {
		t.Errorf("%s: %v, %+v", s.State, s.Error, s.Answer)
	}
}

// TestCheckAsksKafkaAndDatabases, and shows no password.
func TestCheckAsksKafkaAndDatabases(t *testing.T) {
	t.Parallel()
	found := map[string]bool{}
	for _, f := range app.Check(t.Context(), withData(t)).Findings {
		name, _, _ := strings.Cut(f.Text.En, ":")
		found[name] = f.OK
		if strings.Contains(f.Text.En+f.Text.Zh, "geheim") {
			t.Errorf("it shows the password: %s", f.Text)
		}
	}
	if ok, there := found["Kafka cluster main"]; !ok || !there {
		t.Errorf("Kafka: %v", found)
	}
	if ok, there := found["database shop"]; ok || !there {
		t.Errorf("the database: %v", found)
	}
}
