package activities

import (
	"context"
	"testing"
	"time"

	"orderly.example/ops"
)

// TestAStepShowsThatItLives: also one that says nothing by itself, and with what it reported last.
func TestAStepShowsThatItLives(t *testing.T) {
	beats := make(chan []ops.Progress)
	p := &pulse{attempt: 2, record: func(l []ops.Progress) { beats <- l }}
	ctx, stop := p.start(t.Context(), time.Millisecond)
	if l := <-beats; len(l) != 0 {
		t.Errorf("it reported %v before it said anything", l)
	}
	go Report(ctx, ops.Progress{Object: "it", Done: 1, Total: 2})
	said := 0
	for l := range beats {
		if len(l) == 0 {
			continue // from before the report
		}
		if l[0].Done != 1 || l[0].Attempt != 2 {
			t.Fatalf("heartbeat %+v", l)
		}
		if said++; said == 3 {
			break
		}
	}
	go func() {
		for range beats { // what is under way
		}
	}()
	stop()
}

func TestACancelDoesNotBreakOffAWrite(t *testing.T) {
	ctx, cancel := context.WithDeadline(context.Background(), time.Now().Add(time.Hour))
	whole, done := unbroken(ctx)
	defer done()
	cancel()
	if whole.Err() != nil {
		t.Error("the write was broken off")
	}
	if d, ok := whole.Deadline(); !ok || time.Until(d) < 50*time.Minute {
		t.Errorf("its deadline is %v, %v", d, ok)
	}
}
