package workflows

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"orderly.example/workflows/change"
)

// library is a book that answers when it is let, and keeps what it was told.
type library struct {
	mu     sync.Mutex
	rounds []change.LockRound
	begun  chan struct{} // one for every call
	let    chan error    // one lets a call end
}

func (l *library) send(_ context.Context, _ string, r change.LockRound) ([]change.LockAnswer, error) {
	l.mu.Lock()
	l.rounds = append(l.rounds, r)
	l.mu.Unlock()
	l.begun <- struct{}{}
	answers := make([]change.LockAnswer, len(r.Claims))
	for i, c := range r.Claims {
		answers[i] = change.LockAnswer{Granted: true, Holder: c.Owner}
	}
	return answers, <-l.let
}

func newLibrary() (*library, *books) {
	l := &library{begun: make(chan struct{}, 100), let: make(chan error)}
	return l, &books{send: l.send, desk: map[string]*bookDesk{}}
}

func claims(owners ...string) []change.LockClaim {
	var out []change.LockClaim
	for _, o := range owners {
		out = append(out, change.LockClaim{Owner: o})
	}
	return out
}

// waiting waits until n claims wait for the call that is under way.
func (b *books) waiting(t *testing.T, n int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		b.mu.Lock()
		got := len(b.of("p").asks)
		b.mu.Unlock()
		if got == n {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d claims wait, want %d", got, n)
		}
	}
}

func TestWhatComesDuringACallGoesIntoTheNext(t *testing.T) {
	l, b := newLibrary()
	var wg sync.WaitGroup
	ask := func(owner string) {
		wg.Go(func() {
			a, err := b.ask(t.Context(), "p", claims(owner), nil)
			if err != nil || len(a) != 1 || a[0].Holder != owner {
				t.Errorf("%s got %+v, %v", owner, a, err)
			}
		})
	}
	ask("first")
	<-l.begun
	for _, owner := range []string{"a", "b", "c", "d"} {
		ask(owner)
	}
	b.waiting(t, 4)
	b.ended("p", "old")
	l.let <- nil
	<-l.begun
	l.let <- nil
	wg.Wait()
	if len(l.rounds) != 2 || len(l.rounds[1].Claims) != 4 || !slices.Equal(l.rounds[1].Over, []string{"old"}) {
		t.Errorf("calls %+v", l.rounds)
	}
}

func TestAnOwnerThatEndedIsToldAfterAMoment(t *testing.T) {
	l, b := newLibrary()
	b.ended("p", "one")
	b.ended("p", "two")
	<-l.begun
	l.let <- nil
	if !slices.Equal(l.rounds[0].Over, []string{"one", "two"}) || len(l.rounds[0].Claims) != 0 {
		t.Errorf("calls %+v", l.rounds)
	}
}

func TestEverybodyOfACallThatFailsHearsOfIt(t *testing.T) {
	l, b := newLibrary()
	var wg sync.WaitGroup
	ask := func() {
		wg.Go(func() {
			if _, err := b.ask(t.Context(), "p", claims("x"), nil); err == nil || err.Error() != "away" {
				t.Errorf("got %v", err)
			}
		})
	}
	ask()
	<-l.begun
	ask()
	ask()
	b.waiting(t, 2)
	l.let <- errors.New("away")
	<-l.begun
	l.let <- errors.New("away")
	wg.Wait()
}

func TestWhoGivesUpIsNotWaitedFor(t *testing.T) {
	l, b := newLibrary()
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() { _, err := b.ask(ctx, "p", claims("x"), nil); gone <- err }()
	<-l.begun
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	l.let <- nil // its answer is kept by nobody, and holds up nobody
	done := make(chan error)
	go func() { _, err := b.ask(t.Context(), "p", claims("y"), nil); done <- err }()
	<-l.begun
	l.let <- nil
	if err := <-done; err != nil {
		t.Error(err)
	}
}
