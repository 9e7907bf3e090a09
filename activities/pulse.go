package activities

import (
	"context"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"

	"orderly.example/ops"
)

// pulseEvery is how often a running step shows that it lives. A process that was killed is so missed after
// heartbeatTimeout, and not after the longest time that the step may take.
const pulseEvery = time.Second

// pulse keeps a step's heartbeat, with what the step reported last.
type pulse struct {
	record  func(progress []ops.Progress)
	attempt int

	mu   sync.Mutex
	last []ops.Progress
}

type pulseKey struct{}

// withPulse has a running activity show that it lives until stop is called.
func withPulse(ctx context.Context) (_ context.Context, stop func()) {
	p := &pulse{attempt: int(activity.GetInfo(ctx).Attempt), record: func(l []ops.Progress) { activity.RecordHeartbeat(ctx, l) }}
	return p.start(ctx, pulseEvery)
}

func (p *pulse) start(ctx context.Context, every time.Duration) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancel(context.WithValue(ctx, pulseKey{}, p))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for pause(ctx, every) == nil {
			p.beat()
		}
	}()
	return ctx, func() { cancel(); <-ended }
}

func (p *pulse) beat() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.record(p.last)
}

// Report tells how far the running step is. Outside of a worker it does nothing.
func Report(ctx context.Context, progress ...ops.Progress) {
	p, ok := ctx.Value(pulseKey{}).(*pulse)
	if !ok {
		return
	}
	for i := range progress {
		progress[i].Attempt = p.attempt
	}
	p.mu.Lock()
	p.last = progress
	p.mu.Unlock()
	p.beat()
}
