package chat

import (
	"context"
	"reflect"
	"slices"
	"sync"
	"time"

	"orderly.example/ops"
)

// follower knows which changes this process follows.
type follower struct {
	mu      sync.Mutex
	changes map[string]ref // with their messages as they are known now
	stop    chan struct{}
	done    sync.WaitGroup
}

const (
	followEvery = 2 * time.Second
	maxFollowed = 500
)

// follow keeps the fine progress of a change that runs in its messages, until it is over: the last thing that is written
// is its end, so that no older state can stay.
func (k *Keeper) follow(s ops.Status, r ref) {
	f := &k.follower
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.changes == nil {
		f.changes, f.stop = map[string]ref{}, make(chan struct{})
	}
	_, followed := f.changes[s.ID]
	runs := slices.Contains([]ops.State{ops.Running, ops.Verifying, ops.Undoing}, s.State)
	if followed {
		f.changes[s.ID] = r
	}
	if followed || !runs || len(f.changes) >= maxFollowed {
		return
	}
	select {
	case <-f.stop:
		return
	default:
	}
	f.changes[s.ID] = r
	f.done.Go(func() { k.progress(s) })
}

func (k *Keeper) progress(last ops.Status) {
	defer func() {
		k.follower.mu.Lock()
		defer k.follower.mu.Unlock()
		delete(k.follower.changes, last.ID)
	}()
	for last.ClosedAt.IsZero() {
		select {
		case <-k.follower.stop:
			return
		case <-time.After(followEvery):
		}
		now, err := k.refresh(last)
		if ops.CodeOf(err) == ops.NotFound {
			return
		}
		if err == nil {
			last = now
		}
	}
}

// refresh shows a change anew when it has moved.
func (k *Keeper) refresh(last ops.Status) (ops.Status, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*callTimeout)
	defer cancel()
	s, err := k.Desk.Status(ctx, last.ID)
	if err != nil || s.UpdatedAt.Equal(last.UpdatedAt) && reflect.DeepEqual(s.Progress, last.Progress) {
		return last, err
	}
	k.follower.mu.Lock()
	r := k.follower.changes[s.ID]
	k.follower.mu.Unlock()
	if err := k.Outbox.Edit(ctx, r.Main, k.content(s, r.Main.ID, s.Request.By.Lang)); err != nil {
		return last, err
	}
	return s, k.showCopies(ctx, r, s)
}

// Close stops following; the next turn of a change is told by whoever runs it.
func (k *Keeper) Close() {
	f := &k.follower
	f.mu.Lock()
	if f.stop != nil {
		select {
		case <-f.stop:
		default:
			close(f.stop)
		}
	}
	f.mu.Unlock()
	f.done.Wait()
}
