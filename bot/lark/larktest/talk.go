package larktest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var called = regexp.MustCompile(`@([A-Za-z0-9_-]+)`)

// typed is what Lark makes of the text that somebody types: each name becomes a key, and the message says who that is.
func (s *Server) typed(text string) (string, []mention) {
	text, mentions := s.keyed(text, nil)
	return string(encode(object{"text": text})), mentions
}

// keyed puts keys in the places of names.
func (s *Server) keyed(text string, mentions []mention) (string, []mention) {
	text = called.ReplaceAllStringFunc(text, func(name string) string {
		low := strings.ToLower(name[1:])
		p := s.person("ou_" + low)
		switch {
		case low == "all":
			return "@_all"
		case p == nil && low != botName:
			return name
		}
		key := fmt.Sprintf("@_user_%d", len(mentions)+1)
		mentions = append(mentions, mention{key, p})
		return key
	})
	return text, mentions
}

// Says posts a message as the person types it, such as "@orderly scale web to 5". The app is told when it is mentioned in
// a group that it is in, and of everything that is said to it alone.
func (p *Person) Says(ch *Chat, text string) Message { return p.says(&message{chat: ch}, text) }

// Replies posts a message into the thread of another, and opens one where there is none.
func (p *Person) Replies(to Message, text string) Message {
	p.s.mu.Lock()
	parent := to.m.current()
	thread := parent.thread
	if thread == "" {
		thread = "omt_" + parent.first().id
	}
	m := &message{chat: parent.chat, root: parent.first(), parent: parent, thread: thread}
	p.s.mu.Unlock()
	return p.says(m, text)
}

// Quotes answers a message outside of threads. In a thread it stays there.
func (p *Person) Quotes(to Message, text string) Message {
	p.s.mu.Lock()
	parent := to.m.current()
	m := &message{chat: parent.chat, root: parent.first(), parent: parent, thread: parent.thread}
	p.s.mu.Unlock()
	return p.says(m, text)
}

// Command chooses a slash command of the app from the list that Lark shows when somebody types a slash to the app. It
// comes as a message. The test fails when the app has no such command.
func (p *Person) Command(command, text string) Message {
	p.s.t.Helper()
	if name := strings.TrimPrefix(command, "/"); !slices.Contains(p.s.Commands(), name) {
		p.s.t.Fatalf("%s cannot choose /%s: the app has only %v", p.name, name, p.s.Commands())
	}
	return p.Says(p.DM(), strings.TrimSpace("/"+strings.TrimPrefix(command, "/")+" "+text))
}

func (p *Person) says(m *message, text string) Message {
	p.s.mu.Lock()
	m.kind = kindText
	m.raw, m.mentions = p.s.typed(text)
	return p.sends(m)
}

// sends puts a message into its chat, and tells the app. The lock is held, and given back.
func (p *Person) sends(m *message) Message {
	s := p.s
	m.from = p
	m.chat.joins(p)
	s.add(m)
	var d *Delivery
	if s.told(m) {
		d = s.newDelivery(Event, messageReceived, m.event())
	}
	s.mu.Unlock()
	if d != nil {
		d.start()
	}
	return Message{m}
}

// told says whether the app is told of a message.
func (s *Server) told(m *message) bool {
	if m.chat.with != nil {
		return s.may(readDirect)
	}
	names := slices.ContainsFunc(m.mentions, func(n mention) bool { return n.person == nil })
	return names && !m.chat.absent && s.may(readMentions)
}
