package larktest

import (
	"net/http"
	"time"
)

// Calls per second: of each method, of each chat for the messages of all apps together, of each message that is changed.
const (
	perMethod  = 50
	perChat    = 5
	perMessage = 5
)

// limits remembers the calls of the last second that count towards a rate limit.
type limits struct {
	calls   map[string][]time.Time
	refused int
}

// LimitRates switches the rate limits on: 5 messages per second and chat, 5 changes per second and card, 50 calls per
// second and method. It starts counting anew. Half of the refusals come with 429, half with 400, as from Lark.
func (s *Server) LimitRates() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits = &limits{calls: map[string][]time.Time{}}
}

func (s *Server) limited(c *Call) *refusal {
	l, now := s.limits, s.now()
	if l == nil {
		return nil
	}
	if c.Method == "im.message.patch" && !l.take("patch "+c.Args["message_id"], perMessage, now) {
		return refuse(230020, "This operation triggers the frequency limit.")
	}
	ok := l.take(c.Method, perMethod, now)
	if to := s.toChat(c); ok && to != "" {
		ok = l.take("chat "+to, perChat, now)
	}
	if ok {
		return nil
	}
	l.refused++
	status := http.StatusBadRequest
	if l.refused%2 == 0 {
		status = http.StatusTooManyRequests
	}
	return tooMany(status, 1)
}

// toChat is the chat that a call posts into.
func (s *Server) toChat(c *Call) string {
	switch c.Method {
	case "im.message.create":
		if ch, r := s.receiver(c.Args["receive_id_type"], c.Args["receive_id"]); r == nil {
			return ch.id
		}
	case "im.message.reply":
		if m := s.message(c.Args["message_id"]); m != nil {
			return m.chat.id
		}
	}
	return ""
}

func tooMany(status, wait int) *refusal {
	return &refusal{code: 99991400, msg: "request trigger frequency limit", status: status, wait: wait}
}

// take says whether there may be one more call within this second, and counts it when there may.
func (l *limits) take(key string, most int, now time.Time) bool {
	calls := l.calls[key]
	for len(calls) > 0 && now.Sub(calls[0]) >= time.Second {
		calls = calls[1:]
	}
	if l.calls[key] = calls; len(calls) >= most {
		return false
	}
	l.calls[key] = append(calls, now)
	return true
}
