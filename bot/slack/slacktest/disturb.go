package slacktest

// ordered is what goes out now that d has come up.
func (s *Server) ordered(d *Delivery) []*Delivery { return []*Delivery{d} }
