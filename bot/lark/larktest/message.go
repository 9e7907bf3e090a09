package larktest

import (
	"encoding/json"
	"time"
)

// message is one message of a chat.
type message struct {
	content
	chat      *Chat
	id        string
	at        time.Time
	root      *message // the first message of those that answer each other; nil for one that answers none
	parent    *message // that it answers
	thread    string   // the ID of the thread that it is in, or starts
	from      *Person  // nil: the app
	mentions  []mention
	edits     int
	edited    time.Time
	gone      bool
	forwarded bool
	picked    map[string]any // values chosen so far in the card, by name
	now       *message       // what has become of it, for one that is kept as it was
}

// mention is somebody whom a message names.
type mention struct {
	key    string // such as @_user_1
	person *Person
}

// message finds a message by its ID; nil when there is none.
func (s *Server) message(id string) *message {
	for _, ch := range s.chats {
		for _, m := range ch.messages {
			if m.id == id {
				return m
			}
		}
	}
	return nil
}

// first is the message that a thread hangs on.
func (m *message) first() *message {
	if m.root != nil {
		return m.root
	}
	return m
}

// threaded says whether a message stands below another.
func (m *message) threaded() bool { return m.thread != "" && m.root != nil }

func (m *message) json() object {
	sender := object{"id": m.chat.s.AppID, "id_type": "app_id", "sender_type": "app", "tenant_key": TenantKey}
	if m.from != nil {
		sender = object{"id": m.from.ID(), "id_type": "open_id", "sender_type": "user", "tenant_key": TenantKey}
	}
	o := object{
		"message_id": m.id, "msg_type": m.kind, "create_time": millis(m.at), "update_time": millis(m.changed()), "deleted": m.gone,
		"updated": m.edits > 0, "chat_id": m.chat.id, "sender": sender, "body": object{"content": m.raw},
	}
	m.relations(o)
	var mentions []object
	for _, n := range m.mentions {
		id, name := BotOpenID, botName
		if n.person != nil {
			id, name = n.person.ID(), n.person.name
		}
		mentions = append(mentions, object{"key": n.key, "id": id, "id_type": "open_id", "name": name, "tenant_key": TenantKey})
	}
	if len(mentions) > 0 {
		o["mentions"] = mentions
	}
	return o
}

// relations writes which messages it answers.
func (m *message) relations(o object) {
	if m.root != nil {
		o["root_id"], o["parent_id"] = m.root.id, m.parent.id
	}
	if m.thread != "" {
		o["thread_id"] = m.thread
	}
}

func (m *message) changed() time.Time {
	if m.edits > 0 {
		return m.edited
	}
	return m.at
}

// current is the message as it is now.
func (m *message) current() *message {
	if m.now != nil {
		return m.now
	}
	return m
}

// card is the card of a message; nil when it has none.
func (m *message) card() object {
	if m.kind != kindCard {
		return nil
	}
	var card object
	if json.Unmarshal([]byte(m.raw), &card) != nil {
		return nil
	}
	return card
}
