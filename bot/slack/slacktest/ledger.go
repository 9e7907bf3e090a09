package slacktest

import (
	"slices"
	"testing"
	"time"
)

// Calls are the calls of the Web API so far, in their order: those of the methods, or all.
func (s *Server) Calls(methods ...string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Call
	for _, c := range s.ledger {
		if len(methods) == 0 || slices.Contains(methods, c.Method) {
			out = append(out, c)
		}
	}
	return out
}

// patience is how long Await waits on a machine that is busy with other things.
const patience = 15 * time.Second

// Await waits until something is so, and fails the test when that takes too long.
func Await(t testing.TB, what string, so func() bool) {
	t.Helper()
	ticker := time.NewTicker(2 * time.Millisecond)
	defer ticker.Stop()
	for start := time.Now(); !so(); <-ticker.C {
		if time.Since(start) > patience {
			t.Fatalf("waited %v for this: %s", patience, what)
		}
	}
}
