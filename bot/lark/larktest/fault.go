package larktest

import "net/http"

// Fault is how a call goes wrong.
type Fault int

// The ways in which calls go wrong.
const (
	TooManyRequests Fault = iota + 1 // answered with 429 and a second to wait; nothing is done
	ServerError                      // answered with 500; nothing is done
	NoAnswer                         // all is done, and no answer ever comes
	Dropped                          // the connection breaks; nothing is done
)

// Fail lets the next calls of a method go wrong.
func (s *Server) Fail(method string, times int, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range times {
		s.faults[method] = append(s.faults[method], f)
	}
}

// fault takes the fault of the next call of a method; 0 when it goes well.
func (s *Server) fault(method string) Fault {
	all := s.faults[method]
	if len(all) == 0 {
		return 0
	}
	s.faults[method] = all[1:]
	return all[0]
}

// refused is what the ledger says of a call that is not done.
func (f Fault) refused() *refusal {
	switch f {
	case TooManyRequests:
		return tooMany(http.StatusTooManyRequests, 1)
	case ServerError:
		return refuse(http.StatusInternalServerError, "internal error")
	case Dropped:
		return refuse(-1, "dropped")
	}
	return nil
}

// respond answers a call, or fails to.
func (s *Server) respond(w http.ResponseWriter, q *http.Request, c *Call, refused *refusal, logID string) {
	switch c.Fault {
	case NoAnswer:
		select {
		case <-q.Context().Done():
		case <-s.done:
		}
		return
	case Dropped:
		panic(http.ErrAbortHandler)
	case ServerError:
		w.Header().Set("Content-Type", "text/html")
		http.Error(w, "<html>Server Error</html>", http.StatusInternalServerError)
		return
	}
	respond(w, c, refused, logID)
}
