package lark

import (
	"encoding/json"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"

	"orderly.example/bot/chat"
	"orderly.example/ops"
)

// What of an event is read; the names are those of the open platform (events of schema 2.0).
type (
	event struct {
		Header struct {
			EventID   string `json:"event_id"`
			EventType string `json:"event_type"`
			Created   string `json:"create_time"` // in milliseconds
			TenantKey string `json:"tenant_key"`
			Token     string `json:"token"`
		} `json:"header"`
		Event json.RawMessage `json:"event"`
	}
	userID struct {
		OpenID string `json:"open_id"`
	}
	messageEvent struct {
		Sender struct {
			ID   userID `json:"sender_id"`
			Type string `json:"sender_type"`
		} `json:"sender"`
		Message struct {
			ID       string    `json:"message_id"`
			Created  string    `json:"create_time"` // in milliseconds
			Thread   string    `json:"thread_id"`
			Chat     string    `json:"chat_id"`
			ChatType string    `json:"chat_type"`
			Type     string    `json:"message_type"`
			Content  string    `json:"content"`
			Mentions []mention `json:"mentions"`
		} `json:"message"`
	}
	mention struct {
		Key  string `json:"key"`
		Name string `json:"name"`
		ID   userID `json:"id"`
	}
	operatorEvent struct {
		Operator struct {
			ID userID `json:"operator_id"`
		} `json:"operator"`
		OperatorID userID `json:"operator_id"`
		Key        string `json:"event_key"`
		Chat       string `json:"chat_id"`
		Last       string `json:"last_message_id"`
	}
)

// The events that mean something to us.
const (
	typeMessage = "im.message.receive_v1"
	typeMenu    = "application.bot.menu_v6"
	typeEntered = "im.chat.access_event.bot_p2p_chat_entered_v1"
	typeCard    = "card.action.trigger"
)

// inbound turns events into deliveries.
type inbound struct {
	me     string              // the bot's own open_id
	serves func(string) bool   // whether a tenant is ours
	person func(string) string // the id of the person who owns an account; empty: nobody does
	direct func(string) bool   // whether a chat is with one person
}

// read reads an event; nil when it asks for nothing.
func (i inbound) read(raw []byte) (*chat.Delivery, error) {
	var e event
	if err := json.Unmarshal(raw, &e); err != nil {
		return nil, unreadable(err)
	}
	if !i.serves(e.Header.TenantKey) {
		return nil, ops.Errorf(ops.Denied, "it comes from another tenant (%s)", "来自其他租户(%s)", e.Header.TenantKey)
	}
	switch e.Header.EventType {
	case typeMessage:
		return i.message(e)
	case typeCard:
		return i.click(e)
	case typeMenu, typeEntered:
		return i.opened(e)
	}
	return nil, nil
}

func unreadable(err error) error {
	return ops.Errorf(ops.Invalid, "a Lark event cannot be read", "无法解析飞书事件").Because(err)
}

// message reads what somebody said. Its key is the message's: the platform may deliver a message under several event IDs.
func (i inbound) message(e event) (*chat.Delivery, error) {
	var m messageEvent
	if err := json.Unmarshal(e.Event, &m); err != nil {
		return nil, unreadable(err)
	}
	direct := m.Message.ChatType == "p2p"
	named := false
	for _, n := range m.Message.Mentions {
		named = named || n.ID.OpenID == i.me
	}
	text, ok := i.text(m)
	if m.Sender.Type != "user" || m.Message.ID == "" || !ok || !direct && !named {
		return nil, nil
	}
	d := &chat.Delivery{Kind: chat.Say, Key: m.Message.ID, Text: text, At: created(m.Message.Created), By: chat.Asker{
		Account: m.Sender.ID.OpenID, On: m.Message.ID, Place: chat.Place{Channel: m.Message.Chat, Direct: direct},
	}}
	if m.Message.Thread != "" {
		d.By.Place.Thread = m.Message.ID // an answer to it stands in its thread
	}
	return d, nil
}

// created is a time of Lark; zero when there is none.
func created(millis string) time.Time {
	n, err := strconv.ParseInt(millis, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(n)
}

// text is a message as it was typed, without the mention of the bot; not ok when it is no text.
func (i inbound) text(m messageEvent) (string, bool) {
	var said string
	switch m.Message.Type {
	case "text":
		var c struct {
			Text string `json:"text"`
		}
		if json.Unmarshal([]byte(m.Message.Content), &c) != nil {
			return "", false
		}
		said = c.Text
	case "post":
		var ok bool
		if said, ok = flattened(m.Message.Content); !ok {
			return "", false
		}
	default:
		return "", false
	}
	for _, n := range longestFirst(m.Message.Mentions) {
		if n.Key != "" {
			said = strings.ReplaceAll(said, n.Key, i.called(n))
		}
	}
	return strings.TrimSpace(tags.ReplaceAllString(said, "")), true
}

// tags are what the platform writes around a text in some clients.
var tags = regexp.MustCompile(`</?(p|b|i|u)>`)

// longestFirst has @_user_10 come before @_user_1.
func longestFirst(all []mention) []mention {
	out := append([]mention{}, all...)
	sort.SliceStable(out, func(a, b int) bool { return len(out[a].Key) > len(out[b].Key) })
	return out
}

// called is what stands for a mention.
func (i inbound) called(n mention) string {
	if n.ID.OpenID == i.me {
		return ""
	}
	if id := i.person(n.ID.OpenID); id != "" {
		return "@" + id
	}
	return "@" + n.Name
}

// flattened is the text of a rich text, one line per paragraph.
func flattened(content string) (string, bool) {
	var post struct {
		Content [][]struct {
			Tag    string `json:"tag"`
			Text   string `json:"text"`
			UserID string `json:"user_id"`
		} `json:"content"`
	}
	if json.Unmarshal([]byte(content), &post) != nil {
		return "", false
	}
	var lines []string
	for _, paragraph := range post.Content {
		line := ""
		for _, part := range paragraph {
			switch part.Tag {
			case "text", "a", "md":
				line += part.Text
			case "at":
				line += part.UserID
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n"), true
}

// opened reads that somebody chose from the bot's menu, or came into the conversation with it.
func (i inbound) opened(e event) (*chat.Delivery, error) {
	var o operatorEvent
	if err := json.Unmarshal(e.Event, &o); err != nil {
		return nil, unreadable(err)
	}
	account := o.Operator.ID.OpenID + o.OperatorID.OpenID // one of the two is there
	if account == "" || e.Header.EventID == "" || e.Header.EventType == typeEntered && o.Last != "" {
		return nil, nil // who has talked with the bot is not greeted whenever they look
	}
	by := chat.Asker{Account: account, Place: chat.Place{Channel: o.Chat, Direct: true}}
	if line, ok := strings.CutPrefix(o.Key, "say:"); ok {
		return &chat.Delivery{Kind: chat.Say, Key: e.Header.EventID, Text: line, At: created(e.Header.Created), By: by}, nil
	}
	return &chat.Delivery{Kind: chat.Home, Key: e.Header.EventID, By: by}, nil
}
