package chat

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Outbox sends what is said, in order within a channel: posts one after the other, of the edits of a message only the
// latest. It waits when the platform asks for it, and nobody waits longer than they want to: what nobody waits for any
// more is not sent.
type Outbox struct {
	platform Platform
	spacing  time.Duration // between two edits of one message

	mu     sync.Mutex
	lanes  map[string]*lane
	until  time.Time            // before this nothing is sent at all
	edited map[string]time.Time // when a message was edited last, by channel and message
}

// lane is what is to be sent to one channel.
type lane struct {
	jobs  []*job
	until time.Time // before this nothing is sent to it
	runs  bool
	news  chan struct{} // something was added
}

// job is one call.
type job struct {
	edits   string // the message, with its channel; empty: a post
	do      func(context.Context) error
	waiters []waiter
}

type waiter struct {
	ctx  context.Context
	done chan error
}

// NewOutbox makes an outbox.
func NewOutbox(p Platform, spacing time.Duration) *Outbox {
	return &Outbox{platform: p, spacing: spacing, lanes: map[string]*lane{}, edited: map[string]time.Time{}}
}

// callTimeout bounds one call.
const callTimeout = 8 * time.Second

// Post says something new.
func (o *Outbox) Post(ctx context.Context, p Post) (Message, error) {
	var m Message
	err := o.send(ctx, p.To.Channel, &job{do: func(ctx context.Context) (err error) {
		m, err = o.platform.Post(ctx, p)
		return err
	}})
	return m, err
}

// Edit gives a message another content. An edit that is overtaken by a newer one is done when that one is.
func (o *Outbox) Edit(ctx context.Context, m Message, c Content) error {
	return o.send(ctx, m.Channel, &job{edits: m.Channel + "/" + m.ID, do: func(ctx context.Context) error { return o.platform.Edit(ctx, m, c) }})
}

func (o *Outbox) send(ctx context.Context, channel string, j *job) error {
	w := waiter{ctx: ctx, done: make(chan error, 1)}
	j.waiters = []waiter{w}
	o.mu.Lock()
	l := o.lanes[channel]
	if l == nil {
		l = &lane{news: make(chan struct{}, 1)}
		o.lanes[channel] = l
	}
	l.add(j)
	if !l.runs {
		l.runs = true
		go o.run(channel, l)
	}
	o.mu.Unlock()
	select {
	case l.news <- struct{}{}:
	default:
	}
	select {
	case err := <-w.done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// add puts a call at the end, or an edit in the place of an older one of the same message.
func (l *lane) add(j *job) {
	if j.edits != "" {
		for _, old := range l.jobs {
			if old.edits == j.edits {
				old.do, old.waiters = j.do, append(old.waiters, j.waiters...)
				return
			}
		}
	}
	l.jobs = append(l.jobs, j)
}

// run sends what there is for a channel until there is nothing.
func (o *Outbox) run(channel string, l *lane) {
	for {
		o.mu.Lock()
		j, wait := o.next(l)
		if j == nil && wait == 0 {
			l.runs = false
			delete(o.lanes, channel)
			o.tidy()
			o.mu.Unlock()
			return
		}
		o.mu.Unlock()
		if j == nil {
			select {
			case <-time.After(wait):
			case <-l.news:
			}
			continue
		}
		o.call(l, j)
	}
}

// next takes the first call that may be sent now, or says how long to wait for one. What nobody waits for is dropped.
func (o *Outbox) next(l *lane) (*job, time.Duration) {
	now, left := time.Now(), l.jobs[:0]
	var found *job
	var wait time.Duration
	for _, j := range l.jobs {
		if !j.wanted() {
			continue
		}
		ready := later(later(o.until, l.until), o.edited[j.edits].Add(o.spacing)).Sub(now)
		switch {
		case found == nil && ready <= 0:
			found = j
			continue
		case wait == 0 || ready < wait:
			wait = max(ready, time.Millisecond)
		}
		left = append(left, j)
	}
	clear(l.jobs[len(left):])
	l.jobs = left
	return found, min(wait, time.Second) // those who wait may leave
}

func (j *job) wanted() bool {
	for _, w := range j.waiters {
		if w.ctx.Err() == nil {
			return true
		}
	}
	return false
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// call makes one call. When the platform is busy the call goes back to where it was.
func (o *Outbox) call(l *lane, j *job) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(j.waiters[0].ctx), callTimeout)
	defer cancel()
	err := j.do(ctx)
	o.mu.Lock()
	defer o.mu.Unlock()
	var busy Busy
	if errors.As(err, &busy) {
		if busy.Whole {
			o.until = later(o.until, busy.Until)
		}
		l.until = later(l.until, busy.Until)
		l.putBack(j)
		return
	}
	if j.edits != "" {
		o.edited[j.edits] = time.Now()
	}
	for _, w := range j.waiters {
		w.done <- err
	}
}

// putBack puts a call in front again, unless it is an edit that a newer one has overtaken.
func (l *lane) putBack(j *job) {
	for _, newer := range l.jobs {
		if j.edits != "" && newer.edits == j.edits {
			newer.waiters = append(newer.waiters, j.waiters...)
			return
		}
	}
	l.jobs = append([]*job{j}, l.jobs...)
}

// tidy forgets edits that no longer hold up another.
func (o *Outbox) tidy() {
	if len(o.edited) < 1000 {
		return
	}
	for m, at := range o.edited {
		if time.Since(at) > o.spacing {
			delete(o.edited, m)
		}
	}
}
