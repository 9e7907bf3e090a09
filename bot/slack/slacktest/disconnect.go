package slacktest

import "slices"

// Connections is how many Socket Mode connections are open.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.connections)
}

// Disconnect asks the app to open all its connections anew: with the reason warning before Slack closes them soon, or
// refresh_requested, as Slack does every few hours.
func (s *Server) Disconnect(reason string) {
	for _, c := range s.open() {
		_ = c.send(object{"type": "disconnect", "reason": reason, "debug_info": object{"host": "applink-1"}})
	}
}

// DropConnections breaks all connections without a word, as networks do.
func (s *Server) DropConnections() {
	for _, c := range s.open() {
		_ = c.ws.NetConn().Close()
	}
}

func (s *Server) open() []*connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.connections)
}
