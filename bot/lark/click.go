package lark

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"orderly.example/bot/chat"
	"orderly.example/ops"
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
	if json.Unmarshal(c.Action.Value, &a) != nil {
		return d, nil
	}
	if d.By.Place.Thread = a.Thread; a.Form == "" {
		return d, nil
	}
	d.Kind, d.Press, d.Form, d.Values = chat.Submit, nil, a.Form, c.values()
	d.Key = c.key(d.Values)
	return d, nil
}

// key is the same when the same person sends the same form once more, such as after an answer that came too late.
func (c clickEvent) key(values map[string]string) string {
	parts := []string{c.Operator.OpenID}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		parts = append(parts, name, values[name])
	}
	return c.Context.Message + "/" + ops.ShortHash(parts...)
}

// why is the reason that was written into the card.
func (c clickEvent) why() string {
	for name, v := range c.Action.FormValue {
		if text, ok := v.(string); ok && strings.HasPrefix(name, whyField) {
			return strings.TrimSpace(text)
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
