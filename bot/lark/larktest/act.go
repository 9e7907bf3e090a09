package larktest

// OpensMenu chooses an entry of the menu of the app, which is known by its key.
func (p *Person) OpensMenu(eventKey string) *Delivery {
	p.s.mu.Lock()
	e := object{"operator": object{"operator_name": p.name, "operator_id": p.ids()}, "event_key": eventKey, "timestamp": p.s.now().Unix()}
	p.s.mu.Unlock()
	return p.s.happens("application.bot.menu_v6", e)
}

// Enters opens the chat with the app alone.
func (p *Person) Enters() *Delivery {
	p.s.mu.Lock()
	ch := p.s.dm(p)
	e := object{"chat_id": ch.id, "operator_id": p.ids()}
	if n := len(ch.messages); n > 0 {
		e["last_message_id"], e["last_message_create_time"] = ch.messages[n-1].id, millis(ch.messages[n-1].at)
	}
	p.s.mu.Unlock()
	return p.s.happens("im.chat.access_event.bot_p2p_chat_entered_v1", e)
}

// Adds brings the app into a group.
func (p *Person) Adds(ch *Chat) *Delivery {
	p.s.mu.Lock()
	ch.absent = false
	ch.joins(p)
	e := object{"chat_id": ch.id, "operator_id": p.ids(), "external": false, "operator_tenant_key": TenantKey, "name": ch.name}
	p.s.mu.Unlock()
	return p.s.happens("im.chat.member.bot.added_v1", e)
}

// Copies forwards a message of the app to another chat, buttons and all, as somebody does who wants them to be clicked
// where other people are. The copy is the person's own message: the app cannot change it, except in answer to a click.
func (p *Person) Copies(m Message, to *Chat) Message {
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &message{content: m.m.content, chat: to, from: p, forwarded: true}
	s.add(c)
	return Message{c}
}
