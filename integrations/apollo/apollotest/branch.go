package apollotest

import "net/http"

// branch is the gray release of a namespace.
type branch struct{ ips []string }

func (b *branch) has(ip string) bool { return false }

func (s *Server) branches(*Space, request) (any, *refused) {
	return nil, &refused{http.StatusNotFound, "no such path"}
}
