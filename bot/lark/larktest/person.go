package larktest

import "strings"

// Person is somebody who uses Lark.
type Person struct {
	s           *Server
	low         string // the name in small letters
	name, email string
	lang        string
	unavailable bool
	blocked     bool
	bot         bool
	toasts      []Toast
}

// Person is the member of the tenant with an open ID such as ou_ann, who is called Ann and has the address
// ann@example.com. They join when they are first asked for.
func (s *Server) Person(openID string) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.person(openID); p != nil {
		return p
	}
	low := strings.ToLower(strings.TrimPrefix(openID, "ou_"))
	p := &Person{s: s, low: low, name: strings.ToUpper(low[:1]) + low[1:], email: low + "@example.com", lang: "en_us"}
	s.people = append(s.people, p)
	return p
}

// ID is the open ID of the person, which is theirs only for this app.
func (p *Person) ID() string { return "ou_" + p.low }

// UnionID is the ID of the person for all apps of the developer.
func (p *Person) UnionID() string { return "on_" + p.low }

// UserID is the ID of the person in the tenant.
func (p *Person) UserID() string { return p.low }

// Email is the address of the person.
func (p *Person) Email() string { return p.email }

// Speaks sets the language of the person's client, such as zh_cn. At first it is en_us.
func (p *Person) Speaks(lang string) *Person {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.lang = lang
	return p
}

// Unavailable takes the person out of the availability of the app: it cannot write to them.
func (p *Person) Unavailable() *Person {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.unavailable = true
	return p
}

// BlocksBot makes the person take no more messages of the app.
func (p *Person) BlocksBot() *Person {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.blocked = true
	return p
}

func (s *Server) person(openID string) *Person { return s.personBy("open_id", openID) }

// personBy finds a person by an ID of some type; nil when there is none.
func (s *Server) personBy(kind, id string) *Person {
	for _, p := range s.people {
		if p.is(kind) == id && id != "" {
			return p
		}
	}
	return nil
}

// is the ID of a person of some type; empty when there is no such type.
func (p *Person) is(kind string) string {
	switch kind {
	case "open_id", "":
		return p.ID()
	case "union_id":
		return p.UnionID()
	case "user_id":
		return p.UserID()
	case "email":
		return p.email
	}
	return ""
}

// ids are the IDs of a person that the app may see.
func (p *Person) ids() object {
	o := object{"open_id": p.ID(), "union_id": p.UnionID(), "user_id": nil}
	if p.s.may(readUserID) {
		o["user_id"] = p.UserID()
	}
	return o
}
