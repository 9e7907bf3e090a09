package larktest

func (s *Server) getChat(c *Call) (object, *refusal) {
	ch, r := s.visible(c.Args["chat_id"])
	if r != nil {
		return nil, r
	}
	if ch.with != nil {
		return object{"chat_mode": kindP2P, "p2p_target_id": ch.with.ID(), "chat_status": "normal"}, nil
	}
	return object{
		"name": ch.name, "chat_mode": kindGroup, "chat_type": "private", "external": false, "tenant_key": TenantKey, "bot_count": "1", "chat_status": "normal",
	}, nil
}

func (s *Server) chatMembers(c *Call) (object, *refusal) {
	ch, r := s.visible(c.Args["chat_id"])
	if r != nil {
		return nil, r
	}
	kind := c.Args["member_id_type"]
	if kind == "" {
		kind = "open_id"
	}
	items := make([]object, len(ch.members))
	for i, p := range ch.members {
		items[i] = object{"member_id_type": kind, "member_id": p.is(kind), "name": p.name, "tenant_key": TenantKey}
	}
	return object{"items": items, "has_more": false, "page_token": "", "member_total": len(items)}, nil
}

// visible finds a chat that the app is in.
func (s *Server) visible(id string) (*Chat, *refusal) {
	ch := s.chat(id)
	switch {
	case ch == nil:
		return nil, refuse(232006, "Your request specifies a chat_id which is invalid.")
	case ch.absent:
		return nil, refuse(232011, "Operator can NOT be out of the chat.")
	}
	return ch, nil
}
