package api

import (
	"context"
	"reflect"
	"sync"
	"time"

	"orderly.example/ops"
)

// follower lets many watch one change at the price of one.
type follower struct {
	read func(ctx context.Context, id string) (ops.Status, error)
	pace func(ops.Status) time.Duration

	mu   sync.Mutex
	open map[string]*watched
}

// watched is a change that somebody watches.
type watched struct {
	follower *follower
	id       string
	users    int
	stop     context.CancelFunc
	wake     chan struct{}

	mu      sync.Mutex
	status  ops.Status
	err     error
	version int
	changed chan struct{} // closed at the next version
}

func newFollower(read func(context.Context, string) (ops.Status, error), pace func(ops.Status) time.Duration) *follower {
	return &follower{read: read, pace: pace, open: map[string]*watched{}}
}

// watch is one reader's view of a change.
type watch struct {
	of   *watched
	seen int
}

// follow begins to watch a change; the reader must leave.
func (f *follower) follow(id string) *watch {
	f.mu.Lock()
	defer f.mu.Unlock()
	w, ok := f.open[id]
	if !ok {
		ctx, stop := context.WithCancel(context.Background())
		w = &watched{follower: f, id: id, stop: stop, wake: make(chan struct{}, 1), changed: make(chan struct{})}
		f.open[id] = w
		go w.poll(ctx)
	}
	w.users++
	return &watch{of: w}
}

// nudge looks at a change at once, when somebody watches it.
func (f *follower) nudge(id string) {
	f.mu.Lock()
	w := f.open[id]
	f.mu.Unlock()
	if w == nil {
		return
	}
	select {
	case w.wake <- struct{}{}:
	default: // it is about to look anyway
	}
}

// leave ends the watch; the last one who leaves stops the looking.
func (w *watch) leave() {
	f := w.of.follower
	f.mu.Lock()
	defer f.mu.Unlock()
	if w.of.users--; w.of.users == 0 {
		w.of.stop()
		f.forget(w.of)
	}
}

// forget is called with the lock held.
func (f *follower) forget(w *watched) {
	if f.open[w.id] == w {
		delete(f.open, w.id)
	}
}

// next waits for a status that this reader has not seen. What came and went in between is in the status' events.
func (w *watch) next(ctx context.Context) (ops.Status, error) {
	for {
		w.of.mu.Lock()
		status, err, version, changed := w.of.status, w.of.err, w.of.version, w.of.changed
		w.of.mu.Unlock()
		if version > w.seen {
			w.seen = version
			return status, err
		}
		select {
		case <-ctx.Done():
			return ops.Status{}, ctx.Err()
		case <-changed:
		}
	}
}

// poll looks again and again until the change is over or nobody watches. Once it has been read, an engine that does
// not answer for a while is waited for.
func (w *watched) poll(ctx context.Context) {
	for {
		status, err := w.follower.read(ctx, w.id)
		if ctx.Err() != nil {
			return
		}
		last := !status.ClosedAt.IsZero() || err != nil && (w.version == 0 || ops.CodeOf(err) == ops.NotFound)
		if last {
			w.follower.mu.Lock()
			w.follower.forget(w) // whoever comes now looks anew: an afterword may have been added
			w.follower.mu.Unlock()
		}
		if err == nil || last {
			w.tell(status, err)
		}
		if last {
			return
		}
		if err != nil {
			status = ops.Status{State: ops.WaitingWindow} // be gentle with what does not answer
		}
		timer := time.NewTimer(w.follower.pace(status))
		select {
		case <-ctx.Done():
		case <-w.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// tell shows a status to the readers when it is a new one.
func (w *watched) tell(status ops.Status, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.version > 0 && err == nil && reflect.DeepEqual(status, w.status) {
		return
	}
	w.status, w.err = status, err
	w.version++
	close(w.changed)
	w.changed = make(chan struct{})
}
