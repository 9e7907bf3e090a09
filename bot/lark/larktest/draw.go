package larktest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Draw draws the chat as text, as people see it:
//
//	#ops
//	Ann: @orderly scale web to 5
//	    orderly: (edited 3x)
//	        # Scale web
//	        to 5 instances
//	        [Approve] [Reject]
//	orderly: (to Ann) You may not approve.
//
// A thread is indented below its first message; an answer outside of a thread says whom it answers.
func (c *Chat) Draw() string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	lines := []string{c.title()}
	for _, m := range c.messages {
		if m.threaded() {
			continue
		}
		lines = append(lines, c.s.lines(m)...)
		for _, r := range c.messages {
			if r.threaded() && r.thread == m.thread {
				lines = append(lines, indent(c.s.lines(r))...)
			}
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

func (c *Chat) title() string {
	if c.with != nil {
		return "direct messages with " + c.with.name
	}
	return "#" + c.name
}

// Draw draws the person's chat with the app alone.
func (p *Person) Draw() string { return p.DM().Draw() }

func indent(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = "    " + l
	}
	return out
}

// lines draws one message; one that is recalled leaves a trace, as in Lark.
func (s *Server) lines(m *message) []string {
	parts := []string{s.nameOf(m.from) + ":"}
	if m.gone {
		return []string{parts[0] + " (recalled)"}
	}
	if m.forwarded {
		parts = append(parts, "(forwarded)")
	}
	if m.parent != nil && !m.threaded() {
		parts = append(parts, "(to "+s.nameOf(m.parent.from)+")")
	}
	if m.edits > 0 {
		parts = append(parts, fmt.Sprintf("(edited %dx)", m.edits))
	}
	var body []string
	if card := m.card(); card != nil {
		body = s.drawCard(card)
	} else {
		text := strings.Split(s.readableContent(m), "\n")
		parts, body = append(parts, text[0]), text[1:]
	}
	return append([]string{strings.TrimSpace(strings.Join(parts, " "))}, indent(body)...)
}

// readableContent is what a text or a post says.
func (s *Server) readableContent(m *message) string {
	var o object
	if json.Unmarshal([]byte(m.raw), &o) != nil {
		return m.raw
	}
	text, ok := o["text"].(string)
	switch {
	case ok:
	case m.kind == kindPost:
		text = postText(o)
	default:
		return "(" + m.kind + ")"
	}
	for _, n := range m.mentions {
		text = strings.ReplaceAll(text, n.key, "@"+s.nameOf(n.person))
	}
	if m.from != nil {
		return text // people cannot type tags
	}
	return s.readable(text)
}

// postText is what a rich text says: its title, and a line for each paragraph. Of several languages it is the first.
func postText(o object) string {
	for _, lang := range []string{"zh_cn", "en_us"} {
		if in, ok := o[lang].(object); ok {
			o = in
		}
	}
	var lines []string
	if title, _ := o["title"].(string); title != "" {
		lines = append(lines, title)
	}
	paragraphs, _ := o["content"].([]any)
	for _, p := range paragraphs {
		line := ""
		for _, part := range objects(p) {
			for _, name := range []string{"text", "user_id"} {
				t, _ := part[name].(string)
				line += t
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// nameOf is what somebody is called.
func (s *Server) nameOf(p *Person) string {
	if p == nil {
		return botName
	}
	return p.name
}
