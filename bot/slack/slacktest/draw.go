package slacktest

import (
	"fmt"
	"strings"
)

// Draw draws the channel as text, as people see it:
//
//	#ops
//	Ann: @orderly scale web to 5
//	    orderly: (edited 3x)
//	        *Scale web* to 5?
//	        [Approve] [Reject]
//	    orderly: (only Ann sees this) You may not approve.
//
// A thread is indented below its first message. The text of a message that has blocks is for notifications and not drawn.
func (c *Channel) Draw() string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	title := "#" + c.name
	if c.with != nil {
		title = "direct messages with " + c.with.name
	}
	lines := []string{title}
	for _, m := range c.messages {
		if m.thread != "" {
			continue
		}
		lines = append(lines, c.s.lines(m)...)
		for _, r := range c.messages {
			if r.thread == m.ts {
				lines = append(lines, indent(c.s.lines(r))...)
			}
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

func indent(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = "    " + l
	}
	return out
}

// lines draws one message; one that is gone leaves a trace only when there is a thread below it.
func (s *Server) lines(m *message) []string {
	if m.gone {
		for _, r := range m.channel.messages {
			if r.thread == m.ts && !r.gone {
				return []string{"(deleted)"}
			}
		}
		return nil
	}
	parts := []string{s.nameOf(m.user) + ":"}
	if m.only != "" {
		parts = append(parts, fmt.Sprintf("(only %s sees this)", s.nameOf(m.only)))
	}
	if m.edits > 0 {
		parts = append(parts, fmt.Sprintf("(edited %dx)", m.edits))
	}
	var body []string
	if len(m.blocks) == 0 {
		text := strings.Split(s.readableText(m.text), "\n")
		parts, body = append(parts, text[0]), text[1:]
	}
	body = append(body, s.drawBlocks(m.blocks)...)
	for _, a := range m.attachments {
		body = append(body, s.drawAttachment(a)...)
	}
	return append([]string{strings.TrimSpace(strings.Join(parts, " "))}, indent(body)...)
}

func (s *Server) drawAttachment(a any) []string {
	o, _ := a.(object)
	out := s.drawBlocks(objects(o["blocks"]))
	if t, _ := o["text"].(string); t != "" {
		out = append(out, strings.Split(s.readableText(t), "\n")...)
	}
	return out
}

// nameOf is what somebody is called.
func (s *Server) nameOf(user string) string {
	if p := s.person(user); p != nil {
		return p.name
	}
	if user == BotUserID {
		return botName
	}
	return user
}
