package workflows_test

import (
	"fmt"
	"strings"
	"testing"

	"orderly.example/ops"
	"orderly.example/workflows/changetest"
)

// TestNobodyHoldsTheTopThatIsTakenBack: the step that holds has ended before the first number is set back.
func TestNobodyHoldsTheTopThatIsTakenBack(t *testing.T) {
	s := newStage(t, changetest.NewWorld(3, cart, pay))
	id := s.start(s.event("for", "1h"))
	s.when(id, "the top", atTheTop)
	s.when(id, "a step that holds", func(st ops.Status) bool { return len(st.Progress) > 0 })
	s.act(id, ops.ActCancel, ann, "")
	s.until(id, ops.Cancelled)
	if s.World.Wanted(cart) != 3 || s.World.Wanted(pay) != 3 {
		t.Errorf("written %q", s.World.Written())
	}
	holds := map[int64]bool{}
	for _, e := range s.history(id).Events {
		switch {
		case e.GetActivityTaskScheduledEventAttributes() != nil:
			name := e.GetActivityTaskScheduledEventAttributes().GetActivityType().GetName()
			if strings.HasSuffix(name, ".scale.hold.all") {
				holds[e.GetEventId()] = true
			} else if strings.HasSuffix(name, ".scale.wave") && len(holds) > 0 {
				t.Errorf("event %d takes back while the top is held", e.GetEventId())
			}
		case e.GetActivityTaskCanceledEventAttributes() != nil:
			delete(holds, e.GetActivityTaskCanceledEventAttributes().GetScheduledEventId())
		case e.GetActivityTaskCompletedEventAttributes() != nil:
			delete(holds, e.GetActivityTaskCompletedEventAttributes().GetScheduledEventId())
		}
	}
}

// TestALargeEventStaysSmall: four hundred targets in few events of history.
func TestALargeEventStaysSmall(t *testing.T) {
	s := newStage(t, changetest.NewWorld(3))
	for i := range 400 {
		s.World.Add(3, fmt.Sprintf("fest.service-with-a-long-name-%03d.api@idc1/c1:prod", i))
	}
	id := s.start(s.ask("scale.event", "services", "fest.*=x2", "for", "1s", "steps", "3", "pause", "100ms", "parallel", "50"))
	st := s.until(id, ops.Succeeded, ops.Failed, ops.RolledBack)
	if n := len(s.World.Written()); st.State != ops.Succeeded || n != 400*4 {
		t.Errorf("%s (%v), %d writes", st.State, st.Error, n)
	}
	h := s.history(id)
	bytes := 0
	for _, e := range h.Events {
		bytes += e.Size()
	}
	t.Logf("%d events, %d bytes", len(h.Events), bytes)
	if len(h.Events) > 300 || bytes > 6<<20 {
		t.Errorf("%d events and %d bytes of history", len(h.Events), bytes)
	}
}
