package slacktest

// message is one message of a channel.
type message struct {
	content
	channel *Channel
	ts      string
	thread  string // ts of the first message of the thread; empty outside of threads
	user    string
	bot     bool
	only    string // the person who alone sees it
	edits   int
	edited  string // ts of the last edit that people see as one
	gone    bool
	picked  picks
	now     *message // what has become of it, for one that is kept as it was
}

func (m *message) json(withMetadata bool) object {
	o := object{"type": "message", "ts": m.ts, "text": m.text, "user": m.user, "team": TeamID}
	if m.bot {
		o["bot_id"], o["app_id"] = BotID, AppID
		o["bot_profile"] = object{"id": BotID, "app_id": AppID, "name": botName, "team_id": TeamID}
	}
	if len(m.blocks) > 0 {
		o["blocks"] = m.blocks
	}
	if len(m.attachments) > 0 {
		o["attachments"] = m.attachments
	}
	if m.thread != "" {
		o["thread_ts"] = m.thread
		if root := m.channel.find(m.thread); root != nil {
			o["parent_user_id"] = root.user
		}
	}
	if n := len(m.channel.threadOf(m.ts)); n > 1 {
		o["thread_ts"], o["reply_count"] = m.ts, n-1
	}
	if m.edited != "" {
		o["edited"] = object{"user": m.user, "ts": m.edited}
	}
	if withMetadata && len(m.metadata) > 0 {
		o["metadata"] = m.metadata
	}
	return o
}

// threadOf is the first message of a thread and those below it that everybody sees.
func (c *Channel) threadOf(ts string) []*message {
	var out []*message
	for _, m := range c.messages {
		if (m.ts == ts && m.thread == "" || m.thread == ts) && m.only == "" && !m.gone {
			out = append(out, m)
		}
	}
	return out
}

// current is the message as it is now.
func (m *message) current() *message {
	if m.now != nil {
		return m.now
	}
	return m
}
