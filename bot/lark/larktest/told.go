package larktest

// Posts posts a rich text, a paragraph for each line, as the client of Lark does of what is formatted or pasted. Names in
// it become mentions as in Says.
func (p *Person) Posts(ch *Chat, lines ...string) Message {
	s := p.s
	s.mu.Lock()
	m := &message{content: content{kind: kindPost}, chat: ch}
	var paragraphs [][]object
	for _, l := range lines {
		var parts []object
		from := 0
		for _, at := range called.FindAllStringIndex(l, -1) {
			key, mentions := s.keyed(l[at[0]:at[1]], m.mentions)
			if len(mentions) == len(m.mentions) {
				continue
			}
			m.mentions = mentions
			parts = append(parts, textPart(l[from:at[0]])...)
			parts, from = append(parts, object{"tag": "at", "user_id": key, "user_name": s.nameOf(mentions[len(mentions)-1].person), "style": []string{}}), at[1]
		}
		paragraphs = append(paragraphs, append(parts, textPart(l[from:])...))
	}
	m.raw = string(encode(object{"title": "", "content": paragraphs}))
	return p.sends(m)
}

// textPart is a text in a paragraph; none when there is none.
func textPart(s string) []object {
	if s == "" {
		return nil
	}
	return []object{{"tag": "text", "text": s, "style": []string{}}}
}

// Shares posts something else than text, such as a picture: its kind and its content as Lark tells of it.
func (p *Person) Shares(ch *Chat, kind, json string) Message {
	p.s.mu.Lock()
	return p.sends(&message{content: content{kind, json}, chat: ch})
}

// IsBot makes the person another app: what it says is told as said by a bot.
func (p *Person) IsBot() *Person {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.bot = true
	return p
}

// event tells the app of a message.
func (m *message) event() object {
	o := object{
		"message_id": m.id, "create_time": millis(m.at), "update_time": millis(m.at), "chat_id": m.chat.id, "chat_type": m.chat.kind(),
		"message_type": m.kind, "content": m.raw,
	}
	m.relations(o)
	var mentions []object
	for _, n := range m.mentions {
		of := object{"key": n.key, "name": botName, "tenant_key": TenantKey, "mentioned_type": "bot", "id": object{"open_id": BotOpenID, "union_id": "on_bot", "user_id": nil}}
		if n.person != nil {
			of["name"], of["mentioned_type"], of["id"] = n.person.name, "user", n.person.ids()
		}
		mentions = append(mentions, of)
	}
	if len(mentions) > 0 {
		o["mentions"] = mentions
	}
	sender := object{"sender_id": m.from.ids(), "sender_type": "user", "tenant_key": TenantKey}
	if m.from.bot {
		sender["sender_type"] = "bot"
	}
	return object{"message": o, "sender": sender}
}
