package activities

import (
	"context"
	"sync"
	"testing"
	"time"

	"orderly.example/ops"
)

// counter is a runtime of one workload.
type counter struct {
	mu     sync.Mutex
	w      Workload
	writes int
	err    error
	look   func(*Workload)
}

func (c *counter) Status(context.Context, StatusIn) (Workload, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.look != nil {
		c.look(&c.w)
	}
	return c.w, c.err
}

func (c *counter) Scale(_ context.Context, in ScaleIn) (ScaleOut, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return ScaleOut{}, c.err
	}
	c.writes++
	c.w.Wanted = in.Replicas
	return ScaleOut{Changed: true}, nil
}

func TestHoldPutsTheNumberBack(t *testing.T) {
	c := &counter{w: Workload{Wanted: 6}}
	lowered := 0
	c.look = func(w *Workload) {
		if lowered < 2 && w.Wanted == 6 {
			w.Wanted = 2 // somebody else
			lowered++
		}
	}
	out, err := Hold.call(c, t.Context(), HoldIn{Replicas: 6, Until: time.Now().Add(200 * time.Millisecond), Poll: 10 * time.Millisecond})
	if err != nil || out.Corrections != 2 || c.w.Wanted != 6 {
		t.Errorf("held %+v, %v, wanted %d", out, err, c.w.Wanted)
	}
	t.Run("leaves more alone", func(t *testing.T) {
		c := &counter{w: Workload{Wanted: 9}}
		if _, err := Hold.call(c, t.Context(), HoldIn{Replicas: 6, Until: time.Now().Add(30 * time.Millisecond), Poll: time.Millisecond}); err != nil || c.writes != 0 {
			t.Errorf("%v, %d writes", err, c.writes)
		}
	})
	t.Run("ends when the workload is gone", func(t *testing.T) {
		c := &counter{err: ops.Errorf(ops.NotFound, "gone", "没了")}
		if _, err := Hold.call(c, t.Context(), HoldIn{Replicas: 6, Until: time.Now().Add(time.Hour)}); ops.CodeOf(err) != ops.NotFound {
			t.Errorf("%v", err)
		}
	})
}

func TestRolloutNoticesThatNothingMoves(t *testing.T) {
	for _, tt := range []struct {
		name string
		w    Workload
		look func(*Workload)
		want ops.Code
	}{
		{"done", Workload{Wanted: 3, Ready: 3, Updated: 3, Running: 3, Observed: true}, nil, ""},
		{"stuck", Workload{Wanted: 3, Ready: 1, Running: 3, Observed: true, Stuck: ops.Plain("image")}, nil, ops.Unsafe},
		{"slow but moving", Workload{Wanted: 3, Observed: true}, func(w *Workload) { w.Ready = min(3, w.Ready+1); w.Updated, w.Running = w.Ready, w.Ready }, ""},
		{"somebody else took over", Workload{Wanted: 9, Ready: 9, Observed: true}, nil, ops.Conflict},
		{"an autoscaler took over", Workload{Wanted: 4, Ready: 4, Updated: 4, Running: 4, Observed: true, Autoscaler: &Autoscaler{Min: 3, Max: 9}}, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &counter{w: tt.w, look: tt.look}
			_, err := Rollout.call(c, t.Context(), RolloutIn{Replicas: 3, Stall: 60 * time.Millisecond, Poll: 15 * time.Millisecond})
			if ops.CodeOf(err) != tt.want {
				t.Errorf("%v, want %q", err, tt.want)
			}
			if err != nil && ops.AsError(err).Text.Zh == "" {
				t.Error("no Chinese text")
			}
		})
	}
	t.Run("an away server is waited for", func(t *testing.T) {
		c := &counter{w: Workload{Wanted: 3, Ready: 3, Updated: 3, Running: 3, Observed: true}, err: ops.Errorf(ops.Unavailable, "away", "不可用")}
		looks := 0
		c.look = func(*Workload) {
			if looks++; looks > 3 {
				c.err = nil
			}
		}
		if _, err := Rollout.call(c, t.Context(), RolloutIn{Replicas: 3, Stall: time.Second, Poll: time.Millisecond}); err != nil {
			t.Error(err)
		}
	})
	t.Run("a deleted target is the end", func(t *testing.T) {
		c := &counter{err: ops.Errorf(ops.NotFound, "gone", "没了")}
		if _, err := Rollout.call(c, t.Context(), RolloutIn{}); ops.CodeOf(err) != ops.NotFound {
			t.Error(err)
		}
	})
}
