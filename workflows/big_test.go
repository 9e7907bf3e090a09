package workflows_test

import (
	"fmt"
	"testing"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

// TestALargeFleetStaysSmall: what a fleet costs grows slowly with its targets, and nothing of it passes the engine's limits.
func TestALargeFleetStaysSmall(t *testing.T) {
	const targets = 1000
	var names []string
	for i := range targets {
		names = append(names, fmt.Sprintf("fleet.service-with-a-long-name-%04d.api@idc1/c1:big", i))
	}
	s := newStage(t, changetest.NewWorld(3, names...))
	id := s.start(s.ask("scale.fleet", "targets", "fleet.*:big", "replicas", "+1", "wave", "200", "pause", "0s", "parallel", "50"))
	s.until(id, ops.Succeeded, ops.Failed, ops.RolledBack)
	if n := len(s.World.Written()); n != targets {
		t.Errorf("%d writes", n)
	}
	if page := s.listed(ops.Filter{Service: "fleet.service-with-a-long-name-0999.api", Env: "big"}, 1); page.Changes[0].ID != id {
		t.Errorf("it cannot be found by one of its services: %+v", page)
	}
	h := s.history(id)
	bytes := 0
	for _, e := range h.Events {
		bytes += e.Size()
	}
	t.Logf("%d events, %d bytes", len(h.Events), bytes)
	if len(h.Events) > 200 || bytes > 4<<20 {
		t.Errorf("%d events and %d bytes of history for %d targets", len(h.Events), bytes, targets)
	}
}
