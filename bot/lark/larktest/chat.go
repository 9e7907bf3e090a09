package larktest

import "strings"

// Kinds of chats, as Lark calls them.
const (
	kindGroup = "group"
	kindP2P   = "p2p"
)

// Chat is a place where people and the app talk: a group, or one person with the app.
type Chat struct {
	s        *Server
	id, name string
	with     *Person // who talks to the app alone
	absent   bool    // the app is no member
	members  []*Person
	messages []*message
}

// Chat is the group with a name, the app a member of it. It comes to be when it is first asked for.
func (s *Server) Chat(name string) *Chat {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := "oc_" + strings.ReplaceAll(name, "-", "_")
	if ch := s.chat(id); ch != nil {
		return ch
	}
	ch := &Chat{s: s, id: id, name: name}
	s.chats = append(s.chats, ch)
	return ch
}

// ID is the ID of the chat.
func (c *Chat) ID() string { return c.id }

// WithoutApp removes the app from the group.
func (c *Chat) WithoutApp() *Chat {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.absent = true
	return c
}

// DM is the chat of a person with the app alone.
func (p *Person) DM() *Chat {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.s.dm(p)
}

func (s *Server) dm(p *Person) *Chat {
	id := "oc_p2p_" + p.low
	if ch := s.chat(id); ch != nil {
		return ch
	}
	ch := &Chat{s: s, id: id, with: p, members: []*Person{p}}
	s.chats = append(s.chats, ch)
	return ch
}

func (c *Chat) kind() string {
	if c.with != nil {
		return kindP2P
	}
	return kindGroup
}

// chat finds a chat by its ID; nil when there is none.
func (s *Server) chat(id string) *Chat {
	for _, ch := range s.chats {
		if ch.id == id {
			return ch
		}
	}
	return nil
}

// receiver finds the chat that is meant by an ID of some type.
func (s *Server) receiver(kind, id string) (*Chat, *refusal) {
	switch kind {
	case "chat_id":
		if ch := s.chat(id); ch != nil {
			return ch, nil
		}
		return nil, refuse(230002, "The bot can not be outside the group.")
	case "open_id", "union_id", "user_id", "email":
		if kind == "user_id" && !s.may(readUserID) {
			return nil, refuse(99991672, "Access denied. One of the following scopes is required: [%s].", readUserID)
		}
		if p := s.personBy(kind, id); p != nil {
			return s.dm(p), nil
		}
		return nil, refuse(230034, "The receive_id is invalid.")
	}
	return nil, refuse(99992402, "field validation failed: receive_id_type")
}

// writable says why the app may not write into a chat.
func (c *Chat) writable() *refusal {
	switch {
	case c.absent:
		return refuse(230002, "The bot can not be outside the group.")
	case c.with != nil && c.with.unavailable:
		return refuse(230013, "Bot has NO availability to this user.")
	case c.with != nil && c.with.blocked:
		return refuse(230053, "The user has stopped the bot from sending messages.")
	}
	return nil
}

// joins notes that a person is in the chat.
func (c *Chat) joins(p *Person) {
	for _, m := range c.members {
		if m == p {
			return
		}
	}
	c.members = append(c.members, p)
}
