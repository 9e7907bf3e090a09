package istiotest

import (
	"net/http"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Fault is a way in which an API server fails.
type Fault string

// The faults.
const (
	Hangs       Fault = "no answer, and nothing is done"
	Loses       Fault = "done, and the answer is lost"
	Unavailable Fault = "503"
	Limited     Fault = "429"
	Conflicts   Fault = "409"
)

// Faults are all of them.
var Faults = []Fault{Hangs, Loses, Unavailable, Limited, Conflicts}

// Fail has the next call fail whose method and path hold the parts, such as "PUT /virtualservices/web".
func (s *Server) Fail(kind Fault, call string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, fault{kind, call})
}

type fault struct {
	kind Fault
	call string
}

// Left is how many faults nobody has met.
func (s *Server) Left() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.faults)
}

// fault takes the fault of a call out of the queue.
func (s *Server) fault(r *http.Request) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		method, part, _ := strings.Cut(f.call, " ")
		if r.Method == method && strings.Contains(r.URL.Path, part) {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
			return f.kind
		}
	}
	return ""
}

// serve answers, with a fault or without.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	switch s.fault(r) {
	case Hangs:
		panic(http.ErrAbortHandler)
	case Loses:
		s.answer(&deafWriter{header: http.Header{}}, r)
		panic(http.ErrAbortHandler)
	case Unavailable:
		refuse(w, http.StatusServiceUnavailable, metav1.StatusReasonServiceUnavailable, "", "away")
	case Limited:
		refuse(w, http.StatusTooManyRequests, metav1.StatusReasonTooManyRequests, "", "slow down")
	case Conflicts:
		refuse(w, http.StatusConflict, metav1.StatusReasonConflict, "", modified)
	default:
		s.answer(w, r)
	}
}

// deafWriter takes an answer that nobody gets.
type deafWriter struct{ header http.Header }

func (d *deafWriter) Header() http.Header         { return d.header }
func (d *deafWriter) Write(b []byte) (int, error) { return len(b), nil }
func (d *deafWriter) WriteHeader(int)             {}
