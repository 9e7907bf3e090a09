package larktest

import (
	"encoding/json"
	"slices"
	"time"
)

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
	Ended      time.Time // when it was acknowledged or failed; zero while it goes on
	EventID    string    // of a message another one each time
	Connection int       // the number of the connection that it went to, from 1; 0 over HTTP, or when there was none
	Failed     string    // why it did not succeed; empty for success or when it goes on
}

// outcome is how an attempt ended.
type outcome struct {
	at     time.Time // zero: when it was noticed
	failed string
	code   int // what the person is told of a click that failed
	body   json.RawMessage
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

// Attempts are the attempts so far.
func (d *Delivery) Attempts() []Attempt {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	return slices.Clone(d.attempts)
}
