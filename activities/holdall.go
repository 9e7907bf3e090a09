package activities

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"orderly.example/ops"
)

// HoldAllIn asks to keep at least so many instances at each of many places until a time.
type HoldAllIn struct {
	Items []HeldPlace   `json:"items"`
	Until time.Time     `json:"until"`
	Poll  time.Duration `json:"poll,omitempty"` // how often to look; 0: every 10 seconds
}

// HeldPlace is one place and the number that is kept there.
type HeldPlace struct {
	Place    ops.Place `json:"place"`
	Replicas int       `json:"replicas"`
}

// Object says how many.
func (in HoldAllIn) Object() string { return fmt.Sprintf("%d workloads", len(in.Items)) }

// Held is what was seen of one place.
type Held struct {
	Corrections int        `json:"corrections,omitempty"` // how often the number had to be put back
	Low         int        `json:"low"`                   // the fewest instances that served
	Looks       int        `json:"looks"`
	Error       *ops.Error `json:"error,omitempty"` // of the last look, if that failed
}

// HoldAllOut is what was seen of the places, in their order.
type HoldAllOut struct {
	Items []Held `json:"items"`
}

// HoldAll holds many places in one step, as Hold holds one, and looks at least once. A place that cannot be read or set does not keep the others.
var HoldAll = newStep("scale.hold.all", wait, func(p scalerAndStatuser, ctx context.Context, in HoldAllIn) (HoldAllOut, error) {
	out := HoldAllOut{Items: make([]Held, len(in.Items))}
	for {
		var group errgroup.Group
		group.SetLimit(surveyors)
		var mu sync.Mutex
		ready, corrections := 0, 0
		for i, item := range in.Items {
			group.Go(func() error {
				n := out.Items[i].look(ctx, p, item)
				mu.Lock()
				defer mu.Unlock()
				ready += n
				corrections += out.Items[i].Corrections
				return nil
			})
		}
		_ = group.Wait() // a look has no error of its own
		Report(ctx, ops.Progress{Object: in.Object(), Text: ops.Textf("%d instances serve until %s, put back %d times", "%d 个实例就绪,保持至 %s,已纠正 %d 次",
			ready, in.Until.Format(time.RFC3339), corrections)})
		left := time.Until(in.Until)
		if left <= 0 {
			return out, nil
		}
		if err := pause(ctx, min(orDefault(in.Poll, 10*time.Second), left)); err != nil {
			return out, err
		}
	}
})

// look looks once, puts the number back when it is lower, and says how many instances serve.
func (h *Held) look(ctx context.Context, p scalerAndStatuser, in HeldPlace) int {
	w, err := p.Status(ctx, StatusIn{Place: in.Place})
	if err == nil {
		if h.Looks == 0 || w.Ready < h.Low {
			h.Low = w.Ready
		}
		h.Looks++
	}
	if err == nil && w.Wanted < in.Replicas {
		_, err = p.Scale(ctx, ScaleIn{Place: in.Place, Replicas: in.Replicas, From: w.Wanted, Bounds: raised(w.Autoscaler, in.Replicas), Was: w.Autoscaler})
		if err == nil {
			h.Corrections++
		}
	}
	h.Error = nil
	if err != nil && ctx.Err() == nil {
		h.Error = &ops.Error{Code: ops.CodeOf(err), Text: ops.TextOf(err)}
	}
	return w.Ready
}
