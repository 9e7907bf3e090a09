package larktest

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// Kinds of deliveries.
const (
	Event    = "event"    // it comes again until it is acknowledged
	Callback = "callback" // a click: somebody waits for the answer, and it never comes again
)

// messageReceived is the type of the event that tells of a message. It is known by the ID of its message.
const messageReceived = "im.message.receive_v1"

// retryAfter is how long Lark waits before it delivers an event again.
var retryAfter = []time.Duration{15 * time.Second, 5 * time.Minute, time.Hour, 6 * time.Hour}

// Delivery is something that Lark tells the app.
type Delivery struct {
	Kind    string
	Type    string          // such as card.action.trigger
	Payload json.RawMessage // of the first attempt
	Confirm string          // what a dialog asked before the person could click; empty when there was none

	s        *Server
	event    object
	id       string // of the event
	made     time.Time
	does     func(body json.RawMessage) Answer // what the answer does; may be nil
	failed   func(Answer) Answer               // what the person sees when there is none; may be nil
	attempts []Attempt
	answer   Answer
	settled  chan struct{} // closed when it is acknowledged or given up
}

// Attempt is one try to deliver.
type Attempt struct {
	At         time.Time
	EventID    string // of a message another one each time
	Connection int    // the number of the connection that it went to, from 1; 0 over HTTP, or when there was none
	Failed     string // why it did not succeed; empty for success or when it goes on
}

// outcome is how an attempt ended.
type outcome struct {
	failed string
	code   int // what the person is told of a click that failed
	body   json.RawMessage
}

// sending is an attempt that goes on.
type sending struct {
	done   chan outcome // takes one
	cancel func()
}

// newDelivery is a delivery that is not on its way yet. The lock is held.
func (s *Server) newDelivery(kind, eventType string, event object) *Delivery {
	d := &Delivery{Kind: kind, Type: eventType, s: s, event: event, id: s.id("event"), made: s.now(), settled: make(chan struct{})}
	d.Payload = d.payload(d.id)
	return d
}

// payload is what is delivered. The time of a click has microseconds.
func (d *Delivery) payload(eventID string) json.RawMessage {
	created := millis(d.made)
	if d.Kind == Callback {
		created = strconv.FormatInt(d.made.UnixMicro(), 10)
	}
	return encode(object{"schema": "2.0", "event": d.event, "header": object{
		"event_id": eventID, "event_type": d.Type, "create_time": created, "token": d.s.VerificationToken, "app_id": d.s.AppID, "tenant_key": TenantKey,
	}})
}

// start tells the app. The first attempt is on its way when start returns.
func (d *Delivery) start() *Delivery {
	for _, next := range d.s.ordered(d) {
		d.s.mu.Lock()
		d.s.deliveries = append(d.s.deliveries, next)
		d.s.mu.Unlock()
		first := next.send(0)
		d.s.running.Go(func() { next.follow(first) })
	}
	return d
}

func (d *Delivery) send(retry int) *sending {
	d.s.mu.Lock()
	id := d.id
	if d.Type == messageReceived && retry > 0 {
		id = d.s.id("event")
	}
	d.attempts = append(d.attempts, Attempt{At: d.s.now(), EventID: id})
	post := d.s.posting
	d.s.mu.Unlock()
	if post != nil {
		return post.send(d.payload(id))
	}
	return d.s.sendOverSocket(d, d.payload(id))
}

// follow waits for the outcome of the first attempt and of those after it.
func (d *Delivery) follow(a *sending) {
	defer close(d.settled)
	for retry := 0; ; retry++ {
		o := d.wait(a)
		d.s.mu.Lock()
		d.attempts[len(d.attempts)-1].Failed = o.failed
		d.answer = d.accept(o)
		d.s.mu.Unlock()
		if o.failed == "" || d.Kind != Event || retry == len(retryAfter) {
			return
		}
		if !d.s.until(d.s.Now().Add(retryAfter[retry]), nil) {
			return
		}
		a = d.send(retry + 1)
	}
}

// accept is what an outcome means.
func (d *Delivery) accept(o outcome) Answer {
	a := Answer{Trouble: o.failed, Code: o.code}
	if o.failed == "" && d.does != nil {
		a = d.does(o.body)
	}
	if a.Trouble != "" && d.failed != nil {
		a = d.failed(a)
	}
	a.Acked, a.Body = o.failed == "", o.body
	return a
}

// wait waits until an attempt ends, or its time is over.
func (d *Delivery) wait(a *sending) outcome {
	d.s.mu.Lock()
	end := d.s.now().Add(d.s.ackWithin)
	d.s.mu.Unlock()
	stop, over := make(chan struct{}), make(chan bool, 1)
	defer close(stop)
	go func() { over <- d.s.until(end, stop) }()
	select {
	case o := <-a.done:
		return o
	case <-over:
		a.cancel()
		return outcome{failed: "timeout", code: codeTimeout}
	}
}

// Attempts are the attempts so far.
func (d *Delivery) Attempts() []Attempt {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	return slices.Clone(d.attempts)
}
