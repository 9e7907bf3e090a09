package slacktest

import "strings"

// Kinds of channels, as scopes call them.
const (
	kindChannel = "channels"
	kindGroup   = "groups"
	kindDM      = "im"
)

// Channel is a place where people and the app talk.
type Channel struct {
	s        *Server
	id, name string
	kind     string
	with     *Person // in a direct message
	absent   bool    // the app is no member
	messages []*message
}

// Channel is the public channel with a name, the app a member of it. It comes to be when it is first asked for.
func (s *Server) Channel(name string) *Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	name = strings.TrimPrefix(name, "#")
	if ch := s.channel(name); ch != nil {
		return ch
	}
	id := "C_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	ch := &Channel{s: s, id: id, name: name, kind: kindChannel}
	s.channels = append(s.channels, ch)
	return ch
}

// ID is the ID of the channel.
func (c *Channel) ID() string { return c.id }

// Private makes it a private channel.
func (c *Channel) Private() *Channel {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.kind = kindGroup
	return c
}

// WithoutApp removes the app from the channel.
func (c *Channel) WithoutApp() *Channel {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.absent = true
	return c
}

// DM is the direct message channel of a person with the app.
func (p *Person) DM() *Channel {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.s.dm(p)
}

func (s *Server) dm(p *Person) *Channel {
	id := "D" + strings.TrimPrefix(p.id, "U")
	if ch := s.channel(id); ch != nil {
		return ch
	}
	ch := &Channel{s: s, id: id, kind: kindDM, with: p}
	s.channels = append(s.channels, ch)
	return ch
}

// channel finds a channel by its ID or name; nil when there is none.
func (s *Server) channel(id string) *Channel {
	for _, ch := range s.channels {
		if ch.id == id || ch.name != "" && ch.name == strings.TrimPrefix(id, "#") {
			return ch
		}
	}
	return nil
}

// visible finds a channel that the app may look into. A private channel without it does not exist for it.
func (s *Server) visible(id string) (*Channel, *refusal) {
	ch := s.channel(id)
	if ch == nil || ch.id != id || ch.absent && ch.kind != kindChannel {
		return nil, refuse("channel_not_found")
	}
	return ch, nil
}

// writable finds a channel that the app may write into, also by its name, or the direct messages of a person.
func (s *Server) writable(id string) (*Channel, *refusal) {
	if p := s.person(id); p != nil {
		return s.dm(p), nil
	}
	ch := s.channel(id)
	switch {
	case ch == nil, ch.absent && ch.kind != kindChannel:
		return nil, refuse("channel_not_found")
	case ch.absent:
		return nil, refuse("not_in_channel")
	}
	return ch, nil
}

func (c *Channel) find(ts string) *message {
	for _, m := range c.messages {
		if m.ts == ts && m.only == "" && !m.gone {
			return m
		}
	}
	return nil
}

func (c *Channel) json() object {
	o := object{
		"id": c.id, "name": c.name, "is_channel": c.kind == kindChannel, "is_group": c.kind == kindGroup, "is_im": c.kind == kindDM,
		"is_private": c.kind != kindChannel, "is_member": !c.absent, "is_archived": false, "context_team_id": TeamID,
	}
	if c.with != nil {
		o["user"] = c.with.id
	}
	return o
}
