package slacktest

import "strings"

// Person is somebody who uses Slack.
type Person struct {
	s               *Server
	id, name, email string
}

// Person is the member of the workspace with an ID such as U_ANN, who is called Ann and has the address
// ann@example.com. They join when they are first asked for.
func (s *Server) Person(id string) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.person(id); p != nil {
		return p
	}
	low := strings.ToLower(strings.TrimPrefix(id, "U_"))
	p := &Person{s: s, id: id, name: strings.ToUpper(low[:1]) + low[1:], email: low + "@example.com"}
	s.people = append(s.people, p)
	return p
}

// ID is the ID of the person.
func (p *Person) ID() string { return p.id }

func (s *Server) person(id string) *Person {
	for _, p := range s.people {
		if p.id == id {
			return p
		}
	}
	return nil
}

func (p *Person) handle() string { return strings.ToLower(p.name) }

func (p *Person) json() object {
	return object{
		"id": p.id, "team_id": TeamID, "name": p.handle(), "real_name": p.name, "deleted": false, "is_bot": false, "tz": "Europe/Berlin",
		"profile": object{"email": p.email, "real_name": p.name, "display_name": p.handle()},
	}
}

func (s *Server) userInfo(c *Call) (object, *refusal) {
	p := s.person(c.Args["user"])
	if p == nil {
		return nil, refuse("user_not_found")
	}
	return object{"user": p.json()}, nil
}

func (s *Server) lookupByEmail(c *Call) (object, *refusal) {
	for _, p := range s.people {
		if strings.EqualFold(p.email, c.Args["email"]) {
			return object{"user": p.json()}, nil
		}
	}
	return nil, refuse("users_not_found")
}
