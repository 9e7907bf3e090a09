package slacktest

import (
	"encoding/json"
	"slices"
	"time"
)

// Kinds of deliveries, as Socket Mode calls them.
const (
	Command     = "slash_commands"
	Event       = "events_api"
	Interaction = "interactive"
)

// retryAfter is how long Slack waits before it delivers an event again.
var retryAfter = []time.Duration{0, time.Minute, 5 * time.Minute}

// Delivery is something that Slack tells the app: a command, an event, an interaction.
type Delivery struct {
	Kind    string
	Payload json.RawMessage

	s        *Server
	does     func(body json.RawMessage) Answer // what the answer does; may be nil
	attempts []Attempt
	answer   Answer
	settled  chan struct{} // closed when it is acknowledged or given up
}

// Attempt is one try to deliver.
type Attempt struct {
	At         time.Time
	Ended      time.Time // when it was acknowledged or failed; zero while it goes on
	Connection int       // the number of the connection that it went to, from 1; 0 over HTTP, or when there was none
	Failed     string    // why it did not succeed, as Slack says in the next attempt; empty for success or when it goes on
}

// outcome is how an attempt ended.
type outcome struct {
	at     time.Time // zero: when it was noticed
	failed string
	body   json.RawMessage
	last   bool // the app wants no more attempts
}

func (a *Attempt) end(o outcome, now time.Time) {
	if a.Failed, a.Ended = o.failed, o.at; o.at.IsZero() {
		a.Ended = now
	}
}

// sending is an attempt that goes on.
type sending struct {
	done   chan outcome // takes one
	cancel func()
}

// deliver tells the app something. The first attempt is on its way when deliver returns.
func (s *Server) deliver(kind string, payload object, does func(json.RawMessage) Answer) *Delivery {
	raw, err := json.Marshal(payload)
	if err != nil {
		panic(err) // it was made of JSON
	}
	d := &Delivery{Kind: kind, Payload: raw, s: s, does: does, settled: make(chan struct{})}
	for _, next := range s.ordered(d) {
		s.mu.Lock()
		s.deliveries = append(s.deliveries, next)
		s.mu.Unlock()
		first := next.send(0, "")
		s.running.Go(func() { next.follow(first) })
	}
	return d
}

func (d *Delivery) send(retry int, reason string) *sending {
	d.s.mu.Lock()
	d.attempts = append(d.attempts, Attempt{At: d.s.now()})
	post := d.s.posting
	d.s.mu.Unlock()
	if post != nil {
		return post.send(d, retry, reason)
	}
	return d.s.sendOverSocket(d, retry, reason)
}

// follow waits for the outcome of the first attempt and of those after it.
func (d *Delivery) follow(a *sending) {
	defer close(d.settled)
	for retry := 0; ; retry++ {
		o := d.wait(a)
		next, again := d.end(o, retry)
		if !again || !d.s.until(next, nil) {
			return
		}
		a = d.send(retry+1, o.failed)
	}
}

// end notes the outcome of an attempt, and says when there is another.
func (d *Delivery) end(o outcome, retry int) (next time.Time, again bool) {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	d.attempts[len(d.attempts)-1].end(o, d.s.now())
	d.answer = Answer{Trouble: o.failed}
	if o.failed == "" {
		d.answer = d.accept(o.body)
	}
	if o.failed == "" || o.last || d.Kind != Event || retry == len(retryAfter) {
		return time.Time{}, false
	}
	return d.s.now().Add(retryAfter[retry]), true
}

// accept is what an acknowledgement means.
func (d *Delivery) accept(body json.RawMessage) Answer {
	a := Answer{}
	if d.does != nil {
		a = d.does(body)
	}
	a.Acked, a.Body = true, body
	return a
}

// wait waits until an attempt ends, or its time is over.
func (d *Delivery) wait(a *sending) outcome {
	d.s.mu.Lock()
	end := d.attempts[len(d.attempts)-1].At.Add(d.s.ackWithin)
	d.s.mu.Unlock()
	stop, over := make(chan struct{}), make(chan bool, 1)
	defer close(stop)
	go func() { over <- d.s.until(end, stop) }()
	select {
	case o := <-a.done:
		return o
	case <-over:
		a.cancel()
		return outcome{failed: d.timeout()}
	}
}

func (d *Delivery) timeout() string {
	if d.s.overHTTP() {
		return "http_timeout"
	}
	return "timeout"
}

// Attempts are the attempts so far.
func (d *Delivery) Attempts() []Attempt {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	return slices.Clone(d.attempts)
}

// Settled says whether it is acknowledged or given up.
func (d *Delivery) Settled() bool {
	select {
	case <-d.settled:
		return true
	default:
		return false
	}
}

// Answer waits until the delivery is acknowledged or given up, and says how the app answered.
func (d *Delivery) Answer() Answer {
	d.s.t.Helper()
	Await(d.s.t, "an answer to "+string(d.Payload), d.Settled)
	return d.answer
}

// Deliveries is all that the app was told so far: the kinds asked for, or everything.
func (s *Server) Deliveries(kinds ...string) []*Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*Delivery
	for _, d := range s.deliveries {
		if len(kinds) == 0 || slices.Contains(kinds, d.Kind) {
			out = append(out, d)
		}
	}
	return out
}

// AckWithin makes the time in which the app has to acknowledge another than 3 seconds.
func (s *Server) AckWithin(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ackWithin = d
}
