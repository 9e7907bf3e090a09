package activities

import (
	"context"
	"sync"
	"time"

	"orderly.example/ops"
)

// WaveIn asks for one bounded batch of scalings, each followed to the end of its rollout.
type WaveIn struct {
	Name     string        `json:"name"` // for people: "wave 2 of 7"
	Items    []ScaleIn     `json:"items"`
	Parallel int           `json:"parallel"`  // how many at a time
	StopAt   int           `json:"stop_at"`   // begin no further item after this many failures
	Stall    time.Duration `json:"stall"`     // see RolloutIn
	NoWait   bool          `json:"no_wait"`   // do not follow the rollouts (used by undo)
	PollTime time.Duration `json:"poll_time"` // see RolloutIn
}

// Object names the wave.
func (in WaveIn) Object() string { return in.Name }

// WaveItem is how one item of a wave ended.
type WaveItem struct {
	Target  ops.Target `json:"target"`
	Changed bool       `json:"changed,omitempty"` // something was written
	Skipped bool       `json:"skipped,omitempty"` // not begun, because too many others had failed
	Error   *ops.Error `json:"error,omitempty"`
}

// WaveOut is how the items of a wave ended, in their order.
type WaveOut struct {
	Items []WaveItem `json:"items"`
}

// Failed counts the items that failed.
func (o WaveOut) Failed() int {
	n := 0
	for _, i := range o.Items {
		if i.Error != nil {
			n++
		}
	}
	return n
}

type scalerAndStatuser interface {
	Scaler
	Statuser
}

// Wave scales a bounded batch in one activity: a hundred targets cost as much history as one. Every item declares a
// wanted state, so when the worker dies the next attempt goes through the same list and only does what is missing.
var Wave = newStep("scale.wave", wait, func(p scalerAndStatuser, ctx context.Context, in WaveIn) (WaveOut, error) {
	w := &wave{in: in, p: p, out: WaveOut{Items: make([]WaveItem, len(in.Items))}}
	return w.run(ctx)
})

type wave struct {
	in     WaveIn
	p      scalerAndStatuser
	mu     sync.Mutex
	out    WaveOut
	done   int
	failed int
}

func (w *wave) run(ctx context.Context) (WaveOut, error) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(max(1, w.in.Parallel), len(w.in.Items)) {
		wg.Go(func() {
			for i := range next {
				w.item(ctx, i)
			}
		})
	}
	stop := w.heartbeat(ctx)
	for i := range w.in.Items {
		next <- i
	}
	close(next)
	wg.Wait()
	stop()
	if err := ctx.Err(); err != nil {
		return w.out, err
	}
	return w.out, nil
}

// heartbeat keeps reporting the count until the returned function is called.
func (w *wave) heartbeat(ctx context.Context) func() {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			w.mu.Lock()
			Report(ctx, ops.Progress{Object: w.in.Name, Done: w.done, Total: len(w.in.Items)})
			w.mu.Unlock()
			if pause(ctx, 500*time.Millisecond) != nil {
				return
			}
		}
	}()
	return func() { cancel(); <-ended }
}

func (w *wave) item(ctx context.Context, i int) {
	in := w.in.Items[i]
	out := WaveItem{Target: in.Place.Target}
	if w.full() || ctx.Err() != nil {
		out.Skipped = true
	} else {
		changed, err := w.scale(ctx, in)
		out.Changed = changed
		if err != nil && ctx.Err() == nil {
			out.Error = &ops.Error{Code: ops.CodeOf(err), Text: ops.TextOf(err)}
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out.Items[i] = out
	w.done++
	if out.Error != nil {
		w.failed++
	}
}

func (w *wave) full() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.in.StopAt > 0 && w.failed >= w.in.StopAt
}

func (w *wave) scale(ctx context.Context, in ScaleIn) (bool, error) {
	changed := false
	err := insist(ctx, func() error {
		out, err := w.p.Scale(ctx, in)
		changed = changed || out.Changed
		return err
	})
	if err != nil || w.in.NoWait {
		return changed, err
	}
	_, err = followRollout(ctx, w.p, RolloutIn{
		Place: in.Place, Replicas: in.Replicas, Stall: w.in.Stall, Poll: w.in.PollTime,
	}, func(ops.Progress) {})
	return changed, err
}

// insistFor is how long one item of a wave is tried again while its provider does not answer.
const insistFor = 2 * time.Minute

// insist repeats a call while its failure is one that passes.
func insist(ctx context.Context, call func() error) error {
	deadline := time.Now().Add(insistFor)
	for delay := 200 * time.Millisecond; ; delay = min(2*delay, 5*time.Second) {
		err := call()
		if err == nil || !retried(ops.CodeOf(err)) || time.Now().After(deadline) {
			return err
		}
		if pause(ctx, delay) != nil {
			return err
		}
	}
}
