package workflows_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"go.temporal.io/sdk/client"

	"orderly.example/ops"
	"orderly.example/workflows/change"
	"orderly.example/workflows/changetest"
)

func TestTheWholeLifeOnARealEngine(t *testing.T) {
	s := newStage(t, changetest.NewWorld(3, cart))
	s.Decide = sre
	id := s.start(s.ask("scale", "target", cart, "replicas", "6"))
	waiting := s.until(id, ops.WaitingApproval)
	if r := s.act(id, ops.ActApprove, ann, waiting.Plan.Hash); r.Accepted || r.Code != ops.Denied {
		t.Errorf("the requester's own approval: %+v", r)
	}
	if r := s.act(id, ops.ActApprove, bob, waiting.Plan.Hash); !r.Accepted {
		t.Errorf("approval: %+v", r)
	}
	done := s.until(id, ops.Succeeded)
	if got, want := s.World.Written(), []string{"scale " + cart + " 3->6"}; !slices.Equal(got, want) {
		t.Errorf("written %v, want %v", got, want)
	}
	s.when(id, "the room to be shown the end", func(ops.Status) bool {
		shown := s.Shown()
		return len(shown) > 0 && shown[len(shown)-1] == ops.Succeeded && s.Notices()[0].Change == id
	})
	t.Run("a late vote is refused, told why, and in the record", func(t *testing.T) {
		r := s.act(id, ops.ActReject, chen, done.Plan.Hash)
		if r.Accepted || r.Code != ops.Conflict || !strings.Contains(r.Text.Zh, "已晚") {
			t.Errorf("reply %+v", r)
		}
		s.act(id, ops.ActReject, chen, done.Plan.Hash) // the same delivery again is the same line
		after := s.when(id, "an afterword", func(st ops.Status) bool { return len(st.Events) > len(done.Events) })
		last := after.Events[len(after.Events)-1]
		if last.Kind != ops.EventRefused || last.By != "chen" || last.Seq != len(done.Events)+1 {
			t.Errorf("last event %+v", last)
		}
	})
	t.Run("undo is a change of its own", func(t *testing.T) {
		s.Decide = nil
		undo := s.until(s.start(s.ask("undo", "id", id)), ops.Succeeded)
		if s.World.Wanted(cart) != 3 {
			t.Errorf("after %s it is %d", undo.ID, s.World.Wanted(cart))
		}
	})
}

func TestTheSameDeliveryAHundredTimesIsOneChange(t *testing.T) {
	s := newStage(t, changetest.NewWorld(3, cart))
	r := s.ask("scale", "target", cart, "replicas", "6")
	ids := make([]string, 100)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() { ids[i], _ = s.Start(t.Context(), r) })
	}
	wg.Wait()
	if slices.Sort(ids); ids[0] != ids[99] || ids[0] == "" {
		t.Fatalf("ids %q .. %q", ids[0], ids[99])
	}
	s.until(ids[0], ops.Succeeded)
	if again := s.start(r); again != ids[0] {
		t.Errorf("after its end the same delivery started %s", again)
	}
	if got := s.World.Written(); len(got) != 1 {
		t.Errorf("written %v", got)
	}
}

func TestAHashClashIsAnErrorAndNotSomebodyElsesChange(t *testing.T) {
	s := newStage(t, changetest.NewWorld(3, cart))
	r := s.ask("scale", "target", cart, "replicas", "6")
	foreign := client.StartWorkflowOptions{ID: ops.ChangeID(r), TaskQueue: "nobody", Memo: map[string]any{"key": "another delivery"}}
	if _, err := s.temporal.ExecuteWorkflow(t.Context(), foreign, change.WorkflowName, r); err != nil {
		t.Fatal(err)
	}
	_, err := s.Start(t.Context(), r)
	if ops.CodeOf(err) != ops.Conflict {
		t.Errorf("error %v", err)
	}
}

func TestRetryOfAFailedChangeAsksAgain(t *testing.T) {
	s := newStage(t, changetest.NewWorld(3, cart))
	s.World.Fail = func(verb string, _ ops.Target) error {
		if verb == "scale" {
			return ops.Errorf(ops.Unsafe, "quota", "配额")
		}
		return nil
	}
	id := s.start(s.ask("scale", "target", cart, "replicas", "6"))
	s.until(id, ops.Failed, ops.RolledBack)
	s.World.Fail = nil
	r := s.act(id, ops.ActRetry, bob, "")
	if !r.Accepted || s.act(id, ops.ActRetry, bob, "").Text != r.Text {
		t.Fatalf("retry: %+v", r)
	}
	words := strings.Fields(r.Text.En)
	again := s.until(words[len(words)-1], ops.Succeeded)
	if again.Request.By.ID != "bob" {
		t.Errorf("asked for by %s", again.Request.By.ID)
	}
}

func TestABrokenFreezeOwesAReview(t *testing.T) {
	s := newStage(t, changetest.NewWorld(3, cart))
	s.Decide = func(f ops.Facts) (ops.Decision, error) {
		return ops.Decision{Allow: true, Sure: true, Freeze: &ops.FreezeHit{Name: "sale", Broken: f.Request.BreakGlass != "", Refuse: true}}, nil
	}
	r := s.ask("scale", "target", cart, "replicas", "6")
	r.BreakGlass = "checkout is down"
	id := s.start(r)
	if st := s.until(id, ops.Succeeded); !st.ReviewOwed {
		t.Fatal("no review is owed")
	}
	if r := s.act(id, ops.ActReview, ann, ""); r.Accepted {
		t.Error("ann reviewed her own change")
	}
	if r := s.act(id, ops.ActReview, bob, ""); !r.Accepted {
		t.Errorf("review: %+v", r)
	}
	s.when(id, "reviewed", func(st ops.Status) bool { return !st.ReviewOwed })
}

func TestUnknownChanges(t *testing.T) {
	s := newStage(t, changetest.NewWorld(3, cart))
	for _, id := range []string{"", "no", "scale-aaaaaaaaaaaa", "lock/" + cart, "'; DROP TABLE", strings.Repeat("x", 500)} {
		if _, err := s.Status(t.Context(), id); ops.CodeOf(err) != ops.NotFound {
			t.Errorf("status of %q: %v", id, err)
		}
		if _, err := s.Act(t.Context(), id, ops.Act{Kind: ops.ActCancel, By: ann, Key: "k"}); ops.CodeOf(err) != ops.NotFound {
			t.Errorf("act on %q: %v", id, err)
		}
	}
}
