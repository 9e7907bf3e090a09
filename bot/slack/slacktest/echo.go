package slacktest

// echo tells the app of what it did itself in direct messages, as Slack does: of what it posts like of what people say,
// of changes with a subtype.
func (s *Server) echo(m *message, subtype string) {
	if m.channel.with == nil || !s.listening {
		return
	}
	if subtype == "" {
		s.echoes = append(s.echoes, m.event("message"))
		return
	}
	e := object{"type": "message", "subtype": subtype, "hidden": true, "channel": m.channel.id, "channel_type": "im", "ts": s.ts(), "event_ts": s.ts()}
	if subtype == "message_deleted" {
		e["deleted_ts"], e["previous_message"] = m.ts, m.json(false)
	} else {
		e["message"] = m.json(false)
	}
	s.echoes = append(s.echoes, e)
}
