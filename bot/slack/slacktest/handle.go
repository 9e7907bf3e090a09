package slacktest

import "strings"

// Message is a message that a test looks at or somebody clicks on.
type Message struct{ m *message }

// Messages are all messages of the channel that were not deleted, those in threads and those for one person included.
func (c *Channel) Messages() []Message {
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

// Last is the newest message of the channel. The test fails when there is none.
func (c *Channel) Last() Message {
	c.s.t.Helper()
	all := c.Messages()
	if len(all) == 0 {
		c.s.t.Fatalf("there is no message in #%s", c.name)
	}
	return all[len(all)-1]
}

// Message is the message with a timestamp. The test fails when there is none.
func (c *Channel) Message(ts string) Message {
	c.s.t.Helper()
	for _, m := range c.Messages() {
		if m.TS() == ts {
			return m
		}
	}
	c.s.t.Fatalf("there is no message %s in\n%s", ts, c.Draw())
	return Message{}
}

// TS is the timestamp by which the message is known in its channel.
func (m Message) TS() string { return m.m.ts }

// Seen is the message as it looks now, to be clicked on when it has changed meanwhile: as by somebody with a slow screen.
func (m Message) Seen() Message {
	m.m.channel.s.mu.Lock()
	defer m.m.channel.s.mu.Unlock()
	seen := *m.m
	seen.now, seen.picked = m.m.current(), nil
	return Message{&seen}
}

// Draw draws the message as in its channel.
func (m Message) Draw() string {
	s := m.m.channel.s
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.lines(m.m), "\n") + "\n"
}

// Edits is how many times the message was changed.
func (m Message) Edits() int {
	m.m.channel.s.mu.Lock()
	defer m.m.channel.s.mu.Unlock()
	return m.m.edits
}

// root is the timestamp of the thread that the message is in, or starts.
func (m *message) root() string {
	if m.thread != "" {
		return m.thread
	}
	return m.ts
}

// View is a modal or a home tab that somebody sees.
type View struct{ v *view }

// Modal is the modal that the person sees, and whether there is one.
func (p *Person) Modal() (View, bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	stack := p.s.stack(p)
	if len(stack) == 0 {
		return View{}, false
	}
	return View{stack[len(stack)-1]}, true
}

// Home is the home tab that the app published for the person, and whether there is one.
func (p *Person) Home() (View, bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	v := p.s.home(p)
	return View{v}, v != nil
}

// ID is the ID of the view.
func (v View) ID() string { return v.v.id }

// Draw draws the view as text.
func (v View) Draw() string {
	s := v.v.person.s
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := append([]string{"= " + s.text(v.v.body["title"]) + " ="}, s.drawBlocks(v.v.blocks())...)
	if submit := s.text(v.v.body["submit"]); submit != "" {
		lines = append(lines, "["+submit+"]")
	}
	return strings.Join(lines, "\n") + "\n"
}
