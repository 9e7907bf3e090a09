package slacktest

import (
	"regexp"
	"strings"
)

var (
	escaping = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	address  = regexp.MustCompile(`https?://[^\s]+`)
	called   = regexp.MustCompile(`([@#])([A-Za-z0-9_-]+)`)
)

// typed is what Slack makes of the text that somebody types: names and addresses become entities, and nothing else can.
// In commands entities carry the name as well.
func (s *Server) typed(text string, named bool) string {
	text = address.ReplaceAllString(escaping.Replace(text), "<$0>")
	return called.ReplaceAllStringFunc(text, func(name string) string {
		low := strings.ToLower(name[1:])
		id := ""
		if name[0] == '#' {
			if ch := s.channel(low); ch != nil {
				id = ch.id
			}
		} else if low == botName {
			id = BotUserID
		} else {
			for _, p := range s.people {
				if p.handle() == low {
					id = p.id
				}
			}
		}
		switch {
		case id == "":
			return name
		case named:
			return "<" + name[:1] + id + "|" + low + ">"
		}
		return "<" + name[:1] + id + ">"
	})
}

// Says posts a message as the person types it, such as "@orderly scale web to 5". The app is told when it is mentioned in
// a channel that it is in, and of everything in direct messages.
func (p *Person) Says(ch *Channel, text string) Message { return p.says(ch, "", text) }

// Replies posts a message into the thread of another.
func (p *Person) Replies(to Message, text string) Message {
	return p.says(to.m.channel, to.m.root(), text)
}

func (p *Person) says(ch *Channel, thread, text string) Message {
	s := p.s
	s.mu.Lock()
	m := &message{content: content{text: s.typed(text, false)}, channel: ch, ts: s.ts(), thread: thread, user: p.id}
	ch.messages = append(ch.messages, m)
	event := m.event("app_mention")
	told := strings.Contains(m.text, "<@"+BotUserID+">") && !ch.absent
	if ch.with != nil {
		event, told = m.event("message"), true
	}
	s.mu.Unlock()
	if told {
		s.happens(event)
	}
	return Message{m}
}

// event is the inner event that tells the app of a message.
func (m *message) event(kind string) object {
	e := object{"type": kind, "user": m.user, "text": m.text, "ts": m.ts, "channel": m.channel.id, "event_ts": m.ts, "team": TeamID}
	if m.bot {
		e["bot_id"], e["app_id"] = BotID, AppID
	} else {
		e["client_msg_id"] = "client-" + m.ts
	}
	if m.thread != "" {
		e["thread_ts"] = m.thread
	}
	if len(m.blocks) > 0 {
		e["blocks"] = m.blocks
	}
	if m.channel.with != nil {
		e["channel_type"] = "im"
	}
	return e
}

// happens tells the app of an event.
func (s *Server) happens(inner object) *Delivery {
	s.mu.Lock()
	id, now := s.id("Ev"), s.now()
	s.mu.Unlock()
	return s.deliver(Event, object{
		"type": "event_callback", "token": "verification", "team_id": TeamID, "api_app_id": AppID, "event_id": id, "event_time": now.Unix(),
		"event": inner, "is_ext_shared_channel": false, "event_context": "4-" + id,
		"authorizations": []object{{"enterprise_id": nil, "team_id": TeamID, "user_id": BotUserID, "is_bot": true, "is_enterprise_install": false}},
	}, nil)
}

// Happens tells the app of an event of a type that no client library knows.
func (s *Server) Happens(eventType string) *Delivery {
	return s.happens(object{"type": eventType, "event_ts": "1700000000.000001"})
}

// OpensHome opens the home tab of the app.
func (p *Person) OpensHome() *Delivery {
	p.s.mu.Lock()
	e := object{"type": "app_home_opened", "user": p.id, "channel": p.s.dm(p).id, "tab": kindHome, "event_ts": p.s.ts()}
	if v := p.s.home(p); v != nil {
		e["view"] = v.json(nil)
	}
	p.s.mu.Unlock()
	return p.s.happens(e)
}
