package grafanatest

import (
	"net/http"
	"strings"
)

// Fault is a way in which Grafana fails.
type Fault string

// The faults.
const (
	Hangs       Fault = "no answer, and nothing is done"
	Loses       Fault = "done, and the answer is lost"
	Unavailable Fault = "503"
	Limited     Fault = "429"
	Conflicts   Fault = "412"
)

// Faults are all of them.
var Faults = []Fault{Hangs, Loses, Unavailable, Limited, Conflicts}

type fault struct {
	kind Fault
	call string // method and a part of the path, such as "POST /dashboards/db"
}

// Fail has the next call fail whose method and path hold the parts.
func (s *Server) Fail(kind Fault, call string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, fault{kind, call})
}

// Pending is how many faults have not been met.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.faults)
}

func (s *Server) fault(r *http.Request) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		method, part, _ := strings.Cut(f.call, " ")
		if r.Method == method && strings.Contains(r.URL.EscapedPath(), part) {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
			return f.kind
		}
	}
	return ""
}

// serve answers, with a fault or without.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	var h http.Handler = http.HandlerFunc(s.answer)
	if s.Handles != nil {
		h = s.Handles(h)
	}
	switch s.fault(r) {
	case Hangs:
		panic(http.ErrAbortHandler)
	case Loses:
		h.ServeHTTP(&deafWriter{header: http.Header{}}, r)
		panic(http.ErrAbortHandler)
	case Unavailable:
		refuse(w, http.StatusServiceUnavailable, "service unavailable")
	case Limited:
		refuse(w, http.StatusTooManyRequests, "too many requests")
	case Conflicts:
		refuse(w, http.StatusPreconditionFailed, "the dashboard has been changed by someone else")
	default:
		h.ServeHTTP(w, r)
	}
}

// deafWriter takes an answer that nobody gets.
type deafWriter struct{ header http.Header }

func (d *deafWriter) Header() http.Header         { return d.header }
func (d *deafWriter) Write(b []byte) (int, error) { return len(b), nil }
func (d *deafWriter) WriteHeader(int)             {}
