package slacktest

import (
	"slices"
	"strconv"
	"strings"
)

func (s *Server) channelInfo(c *Call) (object, *refusal) {
	ch, r := s.visible(c.Args["channel"])
	if r != nil {
		return nil, r
	}
	return object{"channel": ch.json()}, nil
}

// openChannel opens direct messages with one person.
func (s *Server) openChannel(c *Call) (object, *refusal) {
	if id := c.Args["channel"]; id != "" {
		ch, r := s.visible(id)
		if r != nil {
			return nil, r
		}
		return object{"channel": ch.json(), "already_open": true, "no_op": true}, nil
	}
	users := c.Args["users"]
	switch {
	case users == "":
		return nil, refuse("users_list_not_supplied")
	case strings.Contains(users, ","):
		return nil, refuse("too_many_users")
	}
	p := s.person(users)
	if p == nil {
		return nil, refuse("user_not_found")
	}
	return object{"channel": s.dm(p).json()}, nil
}

// history is what is in a channel outside of threads, newest first.
func (s *Server) history(c *Call) (object, *refusal) {
	ch, r := s.readable(c)
	if r != nil {
		return nil, r
	}
	var all []*message
	for _, m := range ch.messages {
		if m.thread == "" && m.only == "" && !m.gone {
			all = append(all, m)
		}
	}
	slices.Reverse(all)
	answer, r := page(c, all)
	if r == nil {
		answer["pin_count"], answer["channel_actions_ts"], answer["channel_actions_count"] = 0, nil, 0
	}
	return answer, r
}

// replies is a thread, oldest first.
func (s *Server) replies(c *Call) (object, *refusal) {
	ch, r := s.readable(c)
	if r != nil {
		return nil, r
	}
	root := ch.find(c.Args["ts"])
	if root == nil {
		return nil, refuse("thread_not_found")
	}
	ts := root.ts
	if root.thread != "" {
		ts = root.thread
	}
	return page(c, ch.threadOf(ts))
}

func (s *Server) readable(c *Call) (*Channel, *refusal) {
	ch, r := s.visible(c.Args["channel"])
	if r == nil && ch.absent {
		return nil, refuse("not_in_channel")
	}
	return ch, r
}

// page answers with the messages of the wanted time, as many as are asked for after the cursor.
func page(c *Call, all []*message) (object, *refusal) {
	limit, start := 100, 0
	for name, n := range map[string]*int{"limit": &limit, "cursor": &start} {
		if v := c.Args[name]; v != "" {
			i, err := strconv.Atoi(v)
			if err != nil || i < 0 {
				return nil, refuse("invalid_" + name)
			}
			*n = i
		}
	}
	var in []*message
	for _, m := range all {
		if within(c, m.ts) {
			in = append(in, m)
		}
	}
	start = min(start, len(in))
	end := min(start+limit, len(in))
	messages := []object{}
	for _, m := range in[start:end] {
		messages = append(messages, m.json(c.yes("include_all_metadata")))
	}
	next := ""
	if end < len(in) {
		next = strconv.Itoa(end)
	}
	return object{"messages": messages, "has_more": next != "", "response_metadata": object{"next_cursor": next}}, nil
}

// within says whether a time is between oldest and latest. Timestamps of equal length compare as texts.
func within(c *Call, ts string) bool {
	oldest, latest := c.Args["oldest"], c.Args["latest"]
	if c.yes("inclusive") && (ts == oldest || ts == latest) {
		return true
	}
	return (oldest == "" || ts > oldest) && (latest == "" || ts < latest)
}
