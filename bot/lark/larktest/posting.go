package larktest

import (
	"time"
)

const (
	maxUUID   = 50
	onceFor   = time.Hour // a uuid makes a call happen only once
	cardLife  = 14 * 24 * time.Hour
	maxEdits  = 20
	errRecall = "The message is recalled."
)

// once is a message that was posted with a uuid.
type once struct {
	m    *message
	ends time.Time
}

func (s *Server) createMessage(c *Call) (object, *refusal) {
	ch, r := s.receiver(c.Args["receive_id_type"], c.Args["receive_id"])
	if r != nil {
		return nil, r
	}
	return s.post(c, &message{chat: ch})
}

func (s *Server) replyMessage(c *Call) (object, *refusal) {
	to := s.message(c.Args["message_id"])
	switch {
	case to == nil:
		return nil, invalid("invalid message_id")
	case to.gone:
		return nil, refuse(230011, errRecall)
	}
	m := &message{chat: to.chat, root: to.first(), parent: to, thread: to.thread}
	if c.yes("reply_in_thread") && m.thread == "" {
		m.thread = "omt_" + m.root.id
	}
	return s.post(c, m)
}

// post posts a message of the app, once for every uuid.
func (s *Server) post(c *Call, m *message) (object, *refusal) {
	if r := m.chat.writable(); r != nil {
		return nil, r
	}
	uuid := c.Args["uuid"]
	if len(uuid) > maxUUID {
		return nil, refuse(99992402, "field validation failed: uuid has more than %d characters", maxUUID)
	}
	if before, known := s.posted[uuid]; known && s.now().Before(before.ends) {
		return before.m.json(), nil
	}
	var r *refusal
	if m.content, r = s.contentOf(c.Args["msg_type"], c.Args["content"]); r != nil {
		return nil, r
	}
	s.add(m)
	if uuid != "" {
		s.posted[uuid] = once{m, s.now().Add(onceFor)}
	}
	return m.json(), nil
}

// add puts a message into its chat.
func (s *Server) add(m *message) {
	m.id, m.at = s.id("om_"), s.now()
	if m.thread != "" && m.root != nil {
		m.root.thread = m.thread
	}
	m.chat.messages = append(m.chat.messages, m)
}

// own finds a message of the app that it may change.
func (s *Server) own(c *Call) (*message, *refusal) {
	m := s.message(c.Args["message_id"])
	switch {
	case m == nil:
		return nil, invalid("invalid message_id")
	case m.from != nil:
		return nil, refuse(230071, "The operator is not the sender of the message.")
	case m.gone:
		return nil, refuse(230011, errRecall)
	case m.chat.absent:
		return nil, refuse(230002, "The bot can not be outside the group.")
	}
	return m, nil
}

// patchMessage changes a card.
func (s *Server) patchMessage(c *Call) (object, *refusal) {
	m, r := s.own(c)
	if r != nil {
		return nil, r
	}
	switch {
	case m.kind != kindCard:
		return nil, invalid("This message is NOT a card.")
	case s.tooOld(m):
		return nil, refuse(230031, "Message can only be modified within 14 days after sending.")
	}
	body, r := s.contentOf(kindCard, c.Args["content"])
	if r != nil {
		return nil, r
	}
	if !shared(m.raw) || !shared(body.raw) {
		return nil, invalid("config.update_multi must be true, in the card as in what replaces it")
	}
	s.change(m, body)
	return object{}, nil
}

func (s *Server) change(m *message, body content) {
	m.content, m.picked = body, nil
	m.edits++
	m.edited = s.now()
}

func (s *Server) tooOld(m *message) bool { return s.now().Sub(m.at) > cardLife }

// updateMessage edits a text or a post.
func (s *Server) updateMessage(c *Call) (object, *refusal) {
	m, r := s.own(c)
	if r != nil {
		return nil, r
	}
	switch {
	case m.kind == kindCard, c.Args["msg_type"] == kindCard:
		return nil, refuse(230054, "This operation is not supported for this message type.")
	case m.edits >= maxEdits:
		return nil, refuse(230072, "The message has reached the number of times it can be edited.")
	}
	body, r := s.contentOf(c.Args["msg_type"], c.Args["content"])
	if r != nil {
		return nil, r
	}
	s.change(m, body)
	return m.json(), nil
}
