package slacktest

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

func (s *Server) postMessage(c *Call) (object, *refusal) {
	ch, r := s.writable(c.Args["channel"])
	if r != nil {
		return nil, r
	}
	m, r := s.newMessage(ch, c.Args)
	if r != nil {
		return nil, r
	}
	ch.messages = append(ch.messages, m)
	s.echo(m, "")
	return object{"channel": ch.id, "ts": m.ts, "message": m.json(true)}, nil
}

// newMessage is a message of the app, not yet in its channel.
func (s *Server) newMessage(ch *Channel, args map[string]string) (*message, *refusal) {
	body, r := s.contentOf(args)
	if r != nil {
		return nil, r
	}
	if body.empty() {
		return nil, refuse("no_text")
	}
	if all := []rune(body.text); len(all) > maxPosted {
		body.text = string(all[:maxPosted])
	}
	thread := args["thread_ts"]
	if thread != "" {
		root := ch.find(thread)
		if root == nil {
			return nil, refuse("thread_not_found")
		}
		if root.thread != "" {
			thread = root.thread
		}
	}
	return &message{content: body, channel: ch, ts: s.ts(), thread: thread, user: BotUserID, bot: true}, nil
}

func (s *Server) postEphemeral(c *Call) (object, *refusal) {
	ch, r := s.writable(c.Args["channel"])
	if r != nil {
		return nil, r
	}
	if s.person(c.Args["user"]) == nil || ch.with != nil && ch.with.id != c.Args["user"] {
		return nil, refuse("user_not_in_channel")
	}
	m, r := s.newMessage(ch, c.Args)
	if r != nil {
		return nil, r
	}
	m.only = c.Args["user"]
	ch.messages = append(ch.messages, m)
	return object{"message_ts": m.ts}, nil
}

func (s *Server) updateMessage(c *Call) (object, *refusal) {
	ch, r := s.visible(c.Args["channel"])
	if r != nil {
		return nil, r
	}
	m := ch.find(c.Args["ts"])
	if m == nil {
		return nil, refuse("message_not_found")
	}
	if !m.bot {
		return nil, refuse("cant_update_message")
	}
	if r := s.change(m, c.Args); r != nil {
		return nil, r
	}
	s.echo(m, "message_changed")
	return object{"channel": ch.id, "ts": m.ts, "text": m.text, "message": m.json(true)}, nil
}

// change replaces what a message says. Blocks stay only when neither text nor blocks are given.
func (s *Server) change(m *message, args map[string]string) *refusal {
	body, r := s.contentOf(args)
	if r != nil {
		return r
	}
	if !body.given["text"] && !body.given["blocks"] && !body.given["attachments"] {
		return refuse("no_text")
	}
	if utf8.RuneCountInString(body.text) > maxUpdated {
		return refuse("msg_too_long")
	}
	if !body.given["text"] {
		body.text = m.text
		if !body.given["blocks"] {
			body.blocks = m.blocks
		}
	}
	if !body.given["attachments"] {
		body.attachments = m.attachments
	}
	if !body.given["metadata"] {
		body.metadata = m.metadata
	}
	if body.empty() {
		return refuse("no_text")
	}
	m.content = body
	m.edits++
	if len(m.blocks) == 0 {
		m.edited = s.ts()
	}
	return nil
}

func (s *Server) deleteMessage(c *Call) (object, *refusal) {
	ch, r := s.visible(c.Args["channel"])
	if r != nil {
		return nil, r
	}
	m := ch.find(c.Args["ts"])
	if m == nil {
		return nil, refuse("message_not_found")
	}
	if !m.bot {
		return nil, refuse("cant_delete_message")
	}
	m.gone = true
	s.echo(m, "message_deleted")
	return object{"channel": ch.id, "ts": m.ts}, nil
}

func (s *Server) permalink(c *Call) (object, *refusal) {
	ch, r := s.visible(c.Args["channel"])
	if r != nil {
		return nil, r
	}
	m := ch.find(c.Args["message_ts"])
	if m == nil {
		return nil, refuse("message_not_found")
	}
	link := fmt.Sprintf("https://example.slack.com/archives/%s/p%s", ch.id, strings.ReplaceAll(m.ts, ".", ""))
	if m.thread != "" {
		link += fmt.Sprintf("?thread_ts=%s&cid=%s", m.thread, ch.id)
	}
	return object{"channel": ch.id, "permalink": link}, nil
}
