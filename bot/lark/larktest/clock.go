package larktest

import (
	"fmt"
	"strconv"
	"time"
)

// Now is the time in the tenant: the real one, moved by Advance.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

func (s *Server) now() time.Time { return time.Now().Add(s.offset) }

// Advance moves the clock. Whatever is due by then happens at once: retries, ends of the time to acknowledge, expiry of
// tokens, rate limits that are over, cards that grow too old.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset += d
	close(s.advanced)
	s.advanced = make(chan struct{})
}

// until waits for a time on the server's clock, and says whether it came before stop and the end of the test.
func (s *Server) until(at time.Time, stop <-chan struct{}) bool {
	for {
		s.mu.Lock()
		left, advanced := at.Sub(s.now()), s.advanced
		s.mu.Unlock()
		if left <= 0 {
			return true
		}
		timer := time.NewTimer(left)
		select {
		case <-timer.C:
		case <-advanced:
			timer.Stop()
		case <-stop:
			timer.Stop()
			return false
		case <-s.done:
			timer.Stop()
			return false
		}
	}
}

// id is a new ID, never the same twice.
func (s *Server) id(prefix string) string {
	s.lastID++
	return fmt.Sprintf("%s%04d", prefix, s.lastID)
}

// millis writes a time as Lark does.
func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
