package engine

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"go.temporal.io/sdk/client"
)

func TestWhatWasAcknowledgedIsThereAfterARestart(t *testing.T) {
	o := Options{File: filepath.Join(t.TempDir(), "data", "orderly.db"), Namespace: "test", Logger: slog.New(slog.DiscardHandler)}
	for round := range 2 {
		s, err := Start(t.Context(), o)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		c, err := client.Dial(client.Options{HostPort: s.HostPort, Namespace: "test"})
		if err != nil {
			t.Fatal(err)
		}
		if err := Prepare(t.Context(), c, "test", 0); err != nil {
			t.Errorf("round %d: %v", round, err)
		}
		if round == 0 {
			if _, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "kept", TaskQueue: "none"}, "Some"); err != nil {
				t.Fatal(err)
			}
		} else if _, err := c.DescribeWorkflow(context.Background(), "kept", ""); err != nil {
			t.Errorf("what was started before the restart is gone: %v", err)
		}
		c.Close()
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	}
}

func TestAHalfMadeDatabaseIsMadeAnew(t *testing.T) {
	file := filepath.Join(t.TempDir(), "orderly.db")
	if err := os.WriteFile(file+".new", []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Start(t.Context(), Options{File: file, Namespace: "test", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
}
