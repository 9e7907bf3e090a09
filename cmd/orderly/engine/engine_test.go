package engine

import (
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.temporal.io/sdk/client"

	"orderly.example/ops"
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

// TestOneProcessPerDatabase: a second engine on the same file is refused, and the file is free again after a stop.
func TestOneProcessPerDatabase(t *testing.T) {
	o := Options{File: filepath.Join(t.TempDir(), "orderly.db"), Namespace: "test", Logger: slog.New(slog.DiscardHandler)}
	for range 2 {
		s, err := Start(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Start(t.Context(), o)
		if ops.CodeOf(err) != ops.Conflict || !strings.Contains(ops.TextOf(err).En, filepath.Dir(o.File)) || ops.TextOf(err).Zh == "" {
			t.Errorf("a second engine: %v", err)
		}
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	}
}

// TestAPortThatIsTaken is an error that names it and not the end of the process.
func TestAPortThatIsTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	taken := l.Addr().(*net.TCPAddr).Port
	for _, o := range []Options{{Port: taken}, {UIPort: taken}} {
		o.Namespace, o.Logger = "test", slog.New(slog.DiscardHandler)
		if _, err := Start(t.Context(), o); ops.CodeOf(err) != ops.Conflict || !strings.Contains(ops.TextOf(err).En, strconv.Itoa(taken)) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// TestAGivenPort is where other processes find the engine.
func TestAGivenPort(t *testing.T) {
	ports, err := freePorts(1)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Start(t.Context(), Options{Port: ports[0], Namespace: "test", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if s.HostPort != address(ports[0]) {
		t.Errorf("it is at %s", s.HostPort)
	}
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
}
