package demo_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/deploy/demo"
	"orderly.example/integrations/inventory"
	"orderly.example/integrations/kubernetes"
	"orderly.example/integrations/kubernetes/simulated"
	"orderly.example/ops"
)

// TestTheDemoRuns opens the company as `orderly dev` does and looks at everything once.
func TestTheDemoRuns(t *testing.T) {
	began := time.Now()
	cloud, err := simulated.Open(t.TempDir(), demo.World(), simulated.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("open after %s", time.Since(began))
	defer cloud.Close()
	client := kubernetes.NewFor(cloud.Clients())
	book := inventory.New(demo.Inventory())
	found, err := book.Find(t.Context(), activities.FindIn{Targets: []ops.Target{{Service: "*"}}, Many: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Services) < 12 {
		t.Errorf("only %d services", len(found.Services))
	}
	for _, p := range found.Places {
		w, err := client.Status(t.Context(), activities.StatusIn{Place: p})
		if err != nil {
			t.Fatal(err)
		}
		broken := strings.HasPrefix(p.Target.String(), "push.send.worker@idc1") && p.Target.Env == "test"
		if w.Done() == broken || w.Stuck.IsZero() == broken {
			t.Errorf("%s: got %+v", p.Target, w)
		}
	}
}

// TestTheLabelsSayTheSame: discovery by labels must find what the file says.
func TestTheLabelsSayTheSame(t *testing.T) {
	cloud, err := simulated.Open("", demo.World(), simulated.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer cloud.Close()
	labelled, err := kubernetes.NewFor(cloud.Clients()).Services(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	written, err := demo.Inventory().Services(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := places(labelled), places(written); !slices.Equal(got, want) {
		t.Errorf("by labels: %v\nby file: %v", got, want)
	}
}

func places(services []ops.Service) []string {
	var out []string
	for _, s := range services {
		for _, p := range s.Places {
			out = append(out, fmt.Sprint(p, p.Target, s.Owner))
		}
	}
	slices.Sort(out)
	return out
}

// TestEverybodyExists: owners and people on call are those of the people file.
func TestEverybodyExists(t *testing.T) {
	people, err := os.ReadFile("../config/people.yaml")
	if err != nil {
		t.Fatal(err)
	}
	services, err := demo.Inventory().Services(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range services {
		if !strings.Contains(string(people), "- id: "+s.OnCall+"\n") || !strings.Contains(string(people), s.Owner) {
			t.Errorf("%s: owner %q or on call %q is not in the people file", s.Name, s.Owner, s.OnCall)
		}
		if s.Help.En == "" || s.Help.Zh == "" {
			t.Errorf("%s has no help in both languages", s.Name)
		}
	}
}
