// Package faulttest answers: in which ways does a server fail its client?
//
// A server that stands for a real one in tests embeds a Queue and passes its requests through it. How it words a refusal is
// its own; that each integration meets the same five faults is decided here.
package faulttest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// Fault is a way in which a server fails.
type Fault string

// The faults.
const (
	Hangs       Fault = "no answer, and nothing is done"
	Loses       Fault = "done, and the answer is lost"
	Unavailable Fault = "unavailable"
	Limited     Fault = "rate limited"
	Conflicts   Fault = "conflict"
)

// Faults are all of them.
var Faults = []Fault{Hangs, Loses, Unavailable, Limited, Conflicts}

// Queue is how the next calls of a server fail.
type Queue struct {
	// Is says whether a request is the call that Inject names; nil: the name is its method and a part of its path, such as
	// "PUT /items/", or the method alone.
	Is func(r *http.Request, call string) bool

	mu   sync.Mutex
	list []fault
}

type fault struct {
	kind Fault
	call string
}

// Inject has the next call of that name fail.
func (q *Queue) Inject(kind Fault, call string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.list = append(q.list, fault{kind, call})
}

// Pending is how many faults nobody has met.
func (q *Queue) Pending() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.list)
}

// take takes the fault of a request out of the queue.
func (q *Queue) take(r *http.Request) Fault {
	q.mu.Lock()
	defer q.mu.Unlock()
	is := q.Is
	if is == nil {
		is = isPart
	}
	for i, f := range q.list {
		if is(r, f.call) {
			q.list = append(q.list[:i:i], q.list[i+1:]...)
			return f.kind
		}
	}
	return ""
}

func isPart(r *http.Request, call string) bool {
	method, part, _ := strings.Cut(call, " ")
	return r.Method == method && strings.Contains(r.URL.EscapedPath(), part)
}

// Serve has h answer, unless the request has to fail. refuse answers that the server is unavailable, is asked too often, or
// that there is a conflict.
func (q *Queue) Serve(w http.ResponseWriter, r *http.Request, h http.Handler, refuse func(kind Fault)) {
	switch kind := q.take(r); kind {
	case "":
		h.ServeHTTP(w, r)
	case Hangs:
		panic(http.ErrAbortHandler)
	case Loses:
		h.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	default:
		refuse(kind)
	}
}
