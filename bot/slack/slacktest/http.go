package slacktest

// posting delivers over HTTP.
type posting struct{}

func (p *posting) send(*Delivery, int, string) *sending { return nil }

func (s *Server) overHTTP() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.posting != nil
}
