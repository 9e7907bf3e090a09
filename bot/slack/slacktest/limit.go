package slacktest

import "time"

// burst is how many messages a channel takes at once before one per second is the rule.
const burst = 5

// limits remembers the calls that count towards a rate limit.
type limits struct {
	methods  map[string][]time.Time // of the last minute
	channels map[string]time.Time   // when the messages taken so far are worked off, at one per second
}

// LimitRates switches the rate limits on: one message per second and channel after a short burst, and the tier of each
// method. It starts counting anew.
func (s *Server) LimitRates() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits = &limits{methods: map[string][]time.Time{}, channels: map[string]time.Time{}}
}

func (s *Server) limited(c *Call, m method) *refusal {
	if s.limits == nil {
		return nil
	}
	wait := s.limits.method(c.Method, m.tier, s.now())
	if ch, r := s.writable(c.Args["channel"]); r == nil && c.Method == "chat.postMessage" {
		wait = s.limits.channel(ch.id, s.now())
	}
	if wait <= 0 {
		return nil
	}
	return tooMany(wait)
}

func tooMany(wait time.Duration) *refusal {
	return &refusal{code: "ratelimited", wait: int((wait + time.Second - 1) / time.Second)}
}

// method says how long a method has to wait, and counts the call when it need not.
func (l *limits) method(name string, tier int, now time.Time) time.Duration {
	if tier == none {
		return 0
	}
	calls := l.methods[name]
	for len(calls) > 0 && now.Sub(calls[0]) >= time.Minute {
		calls = calls[1:]
	}
	if len(calls) >= tier {
		l.methods[name] = calls
		return calls[0].Add(time.Minute).Sub(now)
	}
	l.methods[name] = append(calls, now)
	return 0
}

// channel says how long a channel has to wait for its next message.
func (l *limits) channel(id string, now time.Time) time.Duration {
	done := l.channels[id]
	if done.Before(now) {
		done = now
	}
	if over := done.Sub(now) - (burst-1)*time.Second; over > 0 {
		return over
	}
	l.channels[id] = done.Add(time.Second)
	return 0
}
