package slacktest

import "maps"

// person's part of every interaction.
func (p *Person) interaction(kind string) object {
	return object{
		"type": kind, "token": "verification", "api_app_id": AppID, "team": object{"id": TeamID, "domain": "example"}, "enterprise": nil,
		"is_enterprise_install": false,
		"user":                  object{"id": p.id, "username": p.handle(), "name": p.handle(), "team_id": TeamID},
	}
}

// Command sends a slash command, its text as the person types it.
func (p *Person) Command(command, text string, ch *Channel) *Delivery {
	s := p.s
	s.mu.Lock()
	name := ch.name
	if ch.with != nil {
		name = "directmessage"
	}
	r := s.newResponse(p, ch, nil, "")
	payload := object{
		"token": "verification", "team_id": TeamID, "team_domain": "example", "channel_id": ch.id, "channel_name": name, "user_id": p.id,
		"user_name": p.handle(), "command": command, "text": s.typed(text, true), "api_app_id": AppID, "is_enterprise_install": "false",
		"response_url": s.responseURL(r), "trigger_id": s.newTrigger(p),
	}
	s.mu.Unlock()
	return s.deliver(Command, payload, r.acknowledged)
}

// Shortcut starts a global shortcut.
func (p *Person) Shortcut(callbackID string) *Delivery {
	s := p.s
	s.mu.Lock()
	payload := p.interaction("shortcut")
	maps.Copy(payload, object{"callback_id": callbackID, "trigger_id": s.newTrigger(p), "action_ts": s.ts()})
	s.mu.Unlock()
	return s.deliver(Interaction, payload, nil)
}

// MessageShortcut starts a shortcut on a message.
func (p *Person) MessageShortcut(callbackID string, m Message) *Delivery {
	s := p.s
	s.mu.Lock()
	payload := p.interaction("message_action")
	maps.Copy(payload, object{
		"callback_id": callbackID, "trigger_id": s.newTrigger(p), "action_ts": s.ts(), "message_ts": m.m.ts, "message": m.m.json(true),
		"channel": object{"id": m.m.channel.id, "name": m.m.channel.name}, "response_url": s.responseURL(s.newResponse(p, m.m.channel, nil, m.m.thread)),
	})
	s.mu.Unlock()
	return s.deliver(Interaction, payload, nil)
}

// Copies puts a copy of a message of the app into another channel, buttons and all, as somebody does who wants them to be
// clicked where other people are.
func (p *Person) Copies(m Message, to *Channel) Message {
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &message{content: m.m.content, channel: to, ts: s.ts(), user: m.m.user, bot: m.m.bot}
	to.messages = append(to.messages, c)
	return Message{c}
}
