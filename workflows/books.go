package workflows

import (
	"context"
	"sync"
	"time"

	"orderly.example/workflows/change"
)

// books speaks with the lock books, one call at a time to each: what comes up meanwhile goes into the next call, so a
// hundred changes cost a book little more than one.
//
// An owner that has ended is told with the next call, or after a moment in a call of its own. When that does not arrive,
// because the process dies, nothing is lost: a book in which somebody waits asks the holders whether they still live.
type books struct {
	send func(ctx context.Context, product string, r change.LockRound) ([]change.LockAnswer, error)

	mu   sync.Mutex
	desk map[string]*bookDesk // by product
}

// bookDesk is what is to be told to one book.
type bookDesk struct {
	asks []*lockAsk
	over []string
	busy bool // a call is under way
}

// lockAsk is one claim, or none, that wants an answer; over are owners that give back what they have.
type lockAsk struct {
	claims []change.LockClaim
	over   []string
	answer chan lockReply
}

type lockReply struct {
	answers []change.LockAnswer
	err     error
}

const (
	roundTimeout = 10 * time.Second       // of one call
	roundTargets = 2000                   // in one call at the most, but for a single claim that has more
	overDelay    = 100 * time.Millisecond // how long a book may not know of an owner that has ended
)

// ask has the book answer a claim, or take back what owners have.
func (b *books) ask(ctx context.Context, product string, claims []change.LockClaim, over []string) ([]change.LockAnswer, error) {
	a := &lockAsk{claims: claims, over: over, answer: make(chan lockReply, 1)}
	b.mu.Lock()
	d := b.of(product)
	d.asks = append(d.asks, a)
	b.work(product, d)
	b.mu.Unlock()
	select {
	case r := <-a.answer:
		return r.answers, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// ended notes that an owner has ended.
func (b *books) ended(product, owner string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	d := b.of(product)
	if d.over = append(d.over, owner); len(d.over) == 1 {
		time.AfterFunc(overDelay, func() {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.work(product, d)
		})
	}
}

func (b *books) of(product string) *bookDesk {
	if b.desk[product] == nil {
		b.desk[product] = &bookDesk{}
	}
	return b.desk[product]
}

// work begins to make calls if none is under way. The books are locked.
func (b *books) work(product string, d *bookDesk) {
	if d.busy || len(d.asks)+len(d.over) == 0 {
		return
	}
	d.busy = true
	go func() {
		for {
			b.mu.Lock()
			asks, round := d.next()
			d.busy = len(round.Claims)+len(round.Over) > 0
			busy := d.busy
			b.mu.Unlock()
			if !busy {
				return
			}
			b.call(product, asks, round)
		}
	}()
}

// next takes what goes into the next call.
func (d *bookDesk) next() ([]*lockAsk, change.LockRound) {
	r := change.LockRound{Over: d.over}
	n, targets := 0, 0
	for _, a := range d.asks {
		for _, c := range a.claims {
			targets += len(c.Targets)
		}
		if n > 0 && targets > roundTargets {
			break
		}
		n++
		r.Over = append(r.Over, a.over...)
		r.Claims = append(r.Claims, a.claims...)
	}
	asks := d.asks[:n:n]
	d.asks, d.over = d.asks[n:], nil
	return asks, r
}

func (b *books) call(product string, asks []*lockAsk, round change.LockRound) {
	ctx, cancel := context.WithTimeout(context.Background(), roundTimeout)
	defer cancel()
	answers, err := b.send(ctx, product, round)
	for _, a := range asks {
		r := lockReply{err: err}
		if err == nil {
			r.answers, answers = answers[:len(a.claims)], answers[len(a.claims):]
		}
		a.answer <- r
	}
}
