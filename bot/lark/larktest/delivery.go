package larktest

import (
	"encoding/json"
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
		next, again := d.end(d.wait(a), retry)
		if !again || !d.s.until(next, nil) {
			return
		}
		a = d.send(retry + 1)
	}
}

// end notes the outcome of an attempt, and says when there is another.
func (d *Delivery) end(o outcome, retry int) (next time.Time, again bool) {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	d.attempts[len(d.attempts)-1].end(o, d.s.now())
	d.answer = d.accept(o)
	if o.failed == "" || d.Kind != Event || retry == len(retryAfter) {
		return time.Time{}, false
	}
	return d.s.now().Add(retryAfter[retry]), true
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
		return outcome{failed: "timeout", code: codeTimeout}
	}
}
