package nacostest

import (
	"net/http"
	"strings"

	"orderly.example/deploy/parts/faulttest"
)

// The names of calls, which are the same in both generations.
const (
	Login    = "POST login"
	Read     = "GET config"
	Publish  = "POST config"
	ReadGray = "GET beta"
	EndGray  = "DELETE beta"
	Listener = "GET listener"
	List     = "GET list"
	Entry    = "GET history"
)

// nameOf is what a call is called; empty when there is no such call in the generation that is served.
func (s *Server) nameOf(r *http.Request) string {
	p := strings.TrimPrefix(r.URL.Path, "/nacos/")
	q := r.URL.Query()
	if s.API == "v3" {
		return map[string]string{
			"POST v3/auth/user/login": Login, "GET v3/admin/cs/config": Read, "POST v3/admin/cs/config": Publish, "GET v3/admin/cs/config/beta": ReadGray,
			"DELETE v3/admin/cs/config/beta": EndGray, "GET v3/admin/cs/config/listener": Listener, "GET v3/admin/cs/history/list": List, "GET v3/admin/cs/history": Entry,
		}[r.Method+" "+p]
	}
	name := map[string]string{
		"POST v1/auth/login": Login, "POST v1/cs/configs": Publish, "GET v1/cs/configs/listener": Listener, "GET v1/cs/history": Entry, "GET v1/console/server/state": "GET state",
	}[r.Method+" "+p]
	switch {
	case p == "v1/cs/history" && q.Get("search") == "accurate":
		name = List
	case p == "v1/cs/configs" && q.Get("beta") == "true" && r.Method != http.MethodPost:
		name = r.Method + " beta"
	case p == "v1/cs/configs" && q.Get("show") == "all" && r.Method == http.MethodGet:
		name = Read
	}
	return name
}

// serve answers, with a fault or without.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	var h http.Handler = http.HandlerFunc(s.answer)
	if s.Handles != nil {
		h = s.Handles(h)
	}
	s.Serve(w, r, h, func(kind faulttest.Fault) {
		switch kind {
		case faulttest.Unavailable:
			http.Error(w, "server is DOWN now, please try again later!", http.StatusServiceUnavailable)
		case faulttest.Limited:
			http.Error(w, "too many requests", http.StatusTooManyRequests)
		default:
			s.stale(w)
		}
	})
}

// stale answers as to a write whose condition does not hold.
func (s *Server) stale(w http.ResponseWriter) {
	s.refuse(w, http.StatusInternalServerError, 20005, "resource conflict", "Cas publish fail, server md5 may have changed.")
}
