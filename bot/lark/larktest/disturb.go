package larktest

// DuplicateNext lets each of the next deliveries come twice. A message has another event ID the second time.
func (s *Server) DuplicateNext(times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.duplicate += times
}

// SwapNext lets the next delivery come after the one that follows it.
func (s *Server) SwapNext() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.swap = true
}

// ordered is what goes out now that a delivery has come up.
func (s *Server) ordered(d *Delivery) []*Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.swap {
		before := s.held
		s.swap, s.held = false, d
		if before != nil {
			return []*Delivery{before}
		}
		return nil
	}
	out := []*Delivery{d}
	if s.duplicate > 0 {
		s.duplicate--
		again := s.newDelivery(d.Kind, d.Type, d.event)
		if d.Type != messageReceived {
			again.id, again.Payload = d.id, d.Payload
		}
		out = append(out, again)
	}
	if s.held != nil {
		out, s.held = append(out, s.held), nil
	}
	return out
}
