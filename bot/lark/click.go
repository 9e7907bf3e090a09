package lark

import (
	"encoding/json"
	"strings"

	"orderly.example/bot/chat"
)

// clickEvent is what of a click on a card is read.
type clickEvent struct {
	Operator userID `json:"operator"`
	Action   struct {
		Value     json.RawMessage `json:"value"`
		FormValue map[string]any  `json:"form_value"`
	} `json:"action"`
	Context struct {
		Message string `json:"open_message_id"`
		Chat    string `json:"open_chat_id"`
	} `json:"context"`
}

// click reads a click on a card, or a form that was filled in.
func (i inbound) click(e event) (*chat.Delivery, error) {
	var c clickEvent
	if err := json.Unmarshal(e.Event, &c); err != nil {
		return nil, unreadable(err)
	}
	if c.Operator.OpenID == "" || e.Header.EventID == "" {
		return nil, nil
	}
	d := &chat.Delivery{Kind: chat.Press, Key: e.Header.EventID, Press: c.Action.Value, Why: c.why(), By: chat.Asker{
		Account: c.Operator.OpenID, On: c.Context.Message, Place: chat.Place{Channel: c.Context.Chat, Direct: i.direct(c.Context.Chat)},
	}}
	var a Asked
	if json.Unmarshal(c.Action.Value, &a) != nil || a.Form == "" {
		return d, nil
	}
	d.By.Place.Thread = a.Thread
	d.Kind, d.Press, d.Form, d.Values = chat.Submit, nil, a.Form, c.values()
	return d, nil
}

// why is the reason that was written into the card.
func (c clickEvent) why() string {
	for name, v := range c.Action.FormValue {
		if text, ok := v.(string); ok && strings.HasPrefix(name, whyField) {
			return text
		}
	}
	return ""
}

func (c clickEvent) values() map[string]string {
	out := map[string]string{}
	for name, v := range c.Action.FormValue {
		if text, ok := v.(string); ok {
			out[name] = text
		}
	}
	return out
}
