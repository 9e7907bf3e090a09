package larktest

import (
	"slices"
	"time"
)

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

// Deliveries is all that the app was told so far: the kinds or types asked for, or everything.
func (s *Server) Deliveries(kinds ...string) []*Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*Delivery
	for _, d := range s.deliveries {
		if len(kinds) == 0 || slices.Contains(kinds, d.Kind) || slices.Contains(kinds, d.Type) {
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

// Happens tells the app of an event of some type, such as one that it has no handler for.
func (s *Server) Happens(eventType string) *Delivery { return s.happens(eventType, object{}) }

func (s *Server) happens(eventType string, event object) *Delivery {
	s.mu.Lock()
	d := s.newDelivery(Event, eventType, event)
	s.mu.Unlock()
	return d.start()
}
