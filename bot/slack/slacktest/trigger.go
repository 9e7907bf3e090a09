package slacktest

import "time"

// triggerLife is how long a trigger_id can be exchanged for a view.
const triggerLife = 3 * time.Second

type trigger struct {
	person *Person
	ends   time.Time
	used   bool
}

// newTrigger is the trigger_id of something that a person did just now.
func (s *Server) newTrigger(p *Person) string {
	id := s.id("1234567890.9876543210.f")
	s.triggers[id] = &trigger{person: p, ends: s.now().Add(triggerLife)}
	return id
}

// trigger finds a trigger that can still be exchanged.
func (s *Server) trigger(id string) (*trigger, *refusal) {
	g := s.triggers[id]
	switch {
	case g == nil:
		return nil, refuse("invalid_trigger_id")
	case g.used:
		return nil, refuse("exchanged_trigger_id")
	case s.now().After(g.ends):
		return nil, refuse("expired_trigger_id")
	}
	return g, nil
}
