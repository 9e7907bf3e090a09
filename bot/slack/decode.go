package slack

import (
	"encoding/json"
	"strings"

	"orderly.example/bot/chat"
	"orderly.example/ops"
)

// What of a payload is read; its kinds are those of Slack's documentation (Events API, interactivity payloads).
type (
	eventPayload struct {
		Type    string `json:"type"`
		TeamID  string `json:"team_id"`
		EventID string `json:"event_id"`
		Event   struct {
			Type        string `json:"type"`
			Subtype     string `json:"subtype"`
			User        string `json:"user"`
			BotID       string `json:"bot_id"`
			Text        string `json:"text"`
			Channel     string `json:"channel"`
			ChannelType string `json:"channel_type"`
			ThreadTS    string `json:"thread_ts"`
			TS          string `json:"ts"`
			Tab         string `json:"tab"`
		} `json:"event"`
	}
	commandPayload struct {
		TeamID      string `json:"team_id"`
		UserID      string `json:"user_id"`
		ChannelID   string `json:"channel_id"`
		ChannelName string `json:"channel_name"`
		Text        string `json:"text"`
		TriggerID   string `json:"trigger_id"`
		ResponseURL string `json:"response_url"`
	}
)

// inbound turns payloads into deliveries.
type inbound struct {
	team   string               // the workspace; a payload of another one is foreign
	me     string               // the bot's own account
	person func(string) string  // the id of the person who owns an account; empty: nobody does
	direct func(id string) bool // whether a conversation is with one person
}

// errForeign is the answer to what comes from another workspace.
func errForeign(team string) error {
	return ops.Errorf(ops.Denied, "it comes from another workspace (%s)", "来自其他工作区(%s)", team)
}

// event reads an event; nil when it asks for nothing.
func (i inbound) event(raw []byte) (*chat.Delivery, error) {
	var p eventPayload
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, unreadable("event", err)
	}
	if p.TeamID != i.team {
		return nil, errForeign(p.TeamID)
	}
	e := p.Event
	d := &chat.Delivery{Key: p.EventID, By: chat.Asker{Account: e.User, On: e.TS, Place: chat.Place{
		Channel: e.Channel, Thread: e.ThreadTS, Direct: e.ChannelType == "im",
	}}}
	said := e.Type == "app_mention" || e.Type == "message" && e.ChannelType == "im"
	switch {
	case p.EventID == "" || e.User == "" || e.User == i.me || e.BotID != "":
		return nil, nil
	case said && e.Subtype == "":
		d.Kind, d.Text = chat.Say, i.line(e.Text)
		return d, nil
	case e.Type == "app_home_opened" && e.Tab != "messages":
		return &chat.Delivery{Kind: chat.Home, Key: p.EventID, By: chat.Asker{Account: e.User, Place: chat.Place{Direct: true}}}, nil
	}
	return nil, nil
}

// command reads a slash command.
func (i inbound) command(raw []byte) (*chat.Delivery, error) {
	var p commandPayload
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, unreadable("command", err)
	}
	if p.TeamID != i.team {
		return nil, errForeign(p.TeamID)
	}
	return &chat.Delivery{Kind: chat.Say, Key: p.TriggerID, Text: i.line(p.Text), By: chat.Asker{
		Account: p.UserID, Trigger: p.TriggerID, Reply: p.ResponseURL,
		Place: chat.Place{Channel: p.ChannelID, Direct: p.ChannelName == "directmessage"},
	}}, nil
}

func unreadable(what string, err error) error {
	return ops.Errorf(ops.Invalid, "a Slack %s cannot be read", "无法解析 Slack 的 %s", what).Because(err)
}

// line is a text as the person typed it: Slack writes mentions, channels and everything that looks like an address in
// angle brackets, and escapes &, < and >.
func (i inbound) line(s string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "<")
		b.WriteString(before)
		if !found {
			break
		}
		inner, after, closed := strings.Cut(rest, ">")
		if !closed {
			b.WriteString("<" + rest)
			break
		}
		b.WriteString(i.entity(inner))
		s = after
	}
	return strings.TrimSpace(strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(b.String()))
}

// entity is what stood where Slack wrote an entity.
func (i inbound) entity(inner string) string {
	target, label, labelled := strings.Cut(inner, "|")
	switch {
	case target == "@"+i.me:
		return ""
	case strings.HasPrefix(target, "@"):
		if id := i.person(target[1:]); id != "" {
			return "@" + id
		}
		return target
	case strings.HasPrefix(target, "!"):
		return "@" + strings.TrimPrefix(target, "!") // a word like any other: @here
	case labelled && strings.HasPrefix(target, "#"):
		return "#" + label
	case labelled:
		return label
	}
	return strings.TrimPrefix(target, "mailto:")
}
