package larktest

import "strings"

// Message is a message that a test looks at or somebody clicks on.
type Message struct{ m *message }

// Messages are all messages of the chat that were not recalled, those in threads included.
func (c *Chat) Messages() []Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	var out []Message
	for _, m := range c.messages {
		if !m.gone {
			out = append(out, Message{m})
		}
	}
	return out
}

// Last is the newest message of the chat. The test fails when there is none.
func (c *Chat) Last() Message {
	c.s.t.Helper()
	all := c.Messages()
	if len(all) == 0 {
		c.s.t.Fatalf("there is no message in %s", c.title())
	}
	return all[len(all)-1]
}

// Message is the message with an ID. The test fails when there is none.
func (c *Chat) Message(id string) Message {
	c.s.t.Helper()
	for _, m := range c.Messages() {
		if m.ID() == id {
			return m
		}
	}
	c.s.t.Fatalf("there is no message %s in\n%s", id, c.Draw())
	return Message{}
}

// ID is the ID of the message.
func (m Message) ID() string { return m.m.id }

// Thread is the ID of the thread that the message is in or starts; empty when there is none.
func (m Message) Thread() string {
	m.m.chat.s.mu.Lock()
	defer m.m.chat.s.mu.Unlock()
	return m.m.thread
}

// Card is the card of the message as JSON; empty when it has none.
func (m Message) Card() string {
	m.m.chat.s.mu.Lock()
	defer m.m.chat.s.mu.Unlock()
	if m.m.kind != kindCard {
		return ""
	}
	return m.m.raw
}

// Seen is the message as it looks now, to be clicked on when it has changed meanwhile: as by somebody with a slow screen.
func (m Message) Seen() Message {
	m.m.chat.s.mu.Lock()
	defer m.m.chat.s.mu.Unlock()
	seen := *m.m
	seen.now, seen.picked = m.m.current(), nil
	return Message{&seen}
}

// Draw draws the message as in its chat.
func (m Message) Draw() string {
	s := m.m.chat.s
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.lines(m.m), "\n") + "\n"
}

// Edits is how many times the message was changed.
func (m Message) Edits() int {
	m.m.chat.s.mu.Lock()
	defer m.m.chat.s.mu.Unlock()
	return m.m.edits
}
