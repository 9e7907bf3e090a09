package simulated_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/integrations/kubernetes/simulated"
)

// A cloud that is not closed is as good as killed: it keeps nothing in memory that is not on the disk.

func TestAKilledRolloutGoesOn(t *testing.T) {
	dir, c := t.TempDir(), newClock()
	killed := open(t, dir, world(2), c)
	killed.scale(2, 6)
	c.pass(900 * time.Millisecond)
	before := killed.status()
	if before.Ready != 4 {
		t.Fatalf("before: %+v", before)
	}

	s := open(t, dir, simulated.World{Clusters: []simulated.ClusterWorld{{Name: idc1}}}, c)
	after := s.status()
	if after.Ready != 4 || after.Wanted != 6 || after.Generation != before.Generation {
		t.Fatalf("after: %+v", after)
	}
	for i := range before.Pods {
		if before.Pods[i].UID != after.Pods[i].UID {
			t.Errorf("another pod: %+v, %+v", before.Pods[i], after.Pods[i])
		}
	}
	c.pass(time.Minute)
	if w := s.status(); !w.Done() {
		t.Errorf("it does not go on: %+v", w)
	}
	again, err := s.client.Scale(t.Context(), activities.ScaleIn{Place: web, From: 2, Replicas: 6})
	if err != nil || again.Changed {
		t.Errorf("a repeat: %+v, %v", again, err)
	}
	if l := s.cloud.Ledger(); len(l) != 1 || l[0].From != "2" || l[0].To != "6" {
		t.Errorf("ledger: %+v", l)
	}
}

func TestTwoRunsOfTheSameWorldAreTheSame(t *testing.T) {
	var names [2]string
	for i := range names {
		s := open(t, "", world(3, "1"), newClock())
		s.scale(3, 5)
		s.clock.pass(time.Minute)
		for _, p := range s.status().Pods {
			names[i] += p.Name + p.UID + p.Node + " "
		}
	}
	if names[0] != names[1] {
		t.Errorf("got\n%s\n%s", names[0], names[1])
	}
}

// TestAKillBetweenStateAndLedger: the state is written first and keeps the last entry.
func TestAKillBetweenStateAndLedger(t *testing.T) {
	for name, cut := range map[string]func(string) string{
		"before the line":    func(l string) string { return l[:strings.LastIndex(strings.TrimSuffix(l, "\n"), "\n")+1] },
		"inside of the line": func(l string) string { return l[:len(l)-20] },
		"after the line":     func(l string) string { return l },
	} {
		t.Run(name, func(t *testing.T) {
			dir, c := t.TempDir(), newClock()
			killed := open(t, dir, world(2), c)
			killed.scale(2, 3)
			killed.scale(3, 4)
			path := filepath.Join(dir, "ledger.jsonl")
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(cut(string(raw))), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "idc1-c1.jsonl.new"), []byte("half"), 0o600); err != nil {
				t.Fatal(err)
			}
			s := open(t, dir, world(2), c)
			s.scale(4, 5)
			after, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if l := s.cloud.Ledger(); len(l) != 3 || l[1].To != "4" || l[2].To != "5" || l[2].N != 3 || strings.Count(string(after), "\n") != 3 {
				t.Errorf("got %+v\n%s", l, after)
			}
		})
	}
}

func TestABrokenStateSaysWhatToDo(t *testing.T) {
	for name, text := range map[string]string{
		"idc1-c1.jsonl": "{}\n{\"kind\":\"Unheard\",\"apiVersion\":\"v1\"}\n", "ledger.jsonl": "nonsense\n",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := simulated.Open(dir, world(1), simulated.Options{})
		if err == nil || !strings.Contains(err.Error(), "delete the folder to start over") || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAClosedCloudAnswersNothing(t *testing.T) {
	s := open(t, t.TempDir(), world(1), newClock())
	if err := s.cloud.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.client.Status(t.Context(), activities.StatusIn{Place: web}); err == nil {
		t.Error("it answers")
	}
	if err := s.cloud.Close(); err != nil {
		t.Errorf("twice: %v", err)
	}
}
