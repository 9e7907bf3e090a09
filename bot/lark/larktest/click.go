package larktest

import (
	"encoding/json"
	"maps"
)

// found is an element of a card.
type found struct {
	object
	form object // that it is in
}

// find finds an element by its name, or by the label of a button.
func find(elements any, form object, name string) (found, bool) {
	for _, e := range objects(elements) {
		if kinds[tagOf(e)].interactive && (e["name"] == name || labelOf(e) == name) && e["tag"] != "form" {
			return found{e, form}, true
		}
		inner := form
		if e["tag"] == "form" {
			inner = e
		}
		for _, in := range []any{e["elements"], e["columns"]} {
			if f, ok := find(in, inner, name); ok {
				return f, true
			}
		}
	}
	return found{}, false
}

func tagOf(e object) string {
	tag, _ := e["tag"].(string)
	return tag
}

func labelOf(e object) string {
	if t, ok := e["text"].(object); ok && e["tag"] == "button" {
		label, _ := t["content"].(string)
		return label
	}
	return ""
}

// body are the elements of a card that a person can do something with, and why not.
func (s *Server) body(m *message) (any, string) {
	card := m.card()
	switch {
	case card == nil:
		return nil, "it is no card"
	case m.current().gone:
		return nil, "it is recalled"
	case s.tooOld(m):
		return nil, "the card is older than 14 days"
	}
	b, _ := card["body"].(object)
	return b["elements"], ""
}

// Clicks clicks on a button of a card, known by its name or its label, or chooses values in a menu or field that is in no
// form. A dialog that asks first is confirmed. The test fails when the card shows no such thing.
func (p *Person) Clicks(on Message, name string, values ...string) *Delivery {
	s := p.s
	s.t.Helper()
	s.mu.Lock()
	elements, wrong := s.body(on.m)
	f, ok := find(elements, nil, name)
	var action object
	switch {
	case wrong != "":
	case !ok:
		wrong = "there is no " + name
	case f.object["disabled"] == true:
		wrong = name + " cannot be used"
	case f.form != nil:
		wrong = name + " is in a form: submit that"
	default:
		action, wrong = s.chosen(f.object, values)
	}
	if wrong != "" {
		s.mu.Unlock()
		s.t.Fatalf("%s cannot click: %s in\n%s", p.name, wrong, on.Draw())
	}
	return s.triggers(p, on.m, f.object["confirm"], action)
}

// triggers tells the app of a click. The lock is held, and given back.
func (s *Server) triggers(p *Person, m *message, confirm any, action object) *Delivery {
	operator := p.ids()
	operator["tenant_key"] = TenantKey
	d := s.newDelivery(Callback, "card.action.trigger", object{
		"operator": operator, "token": s.id("c-"), "action": action, "host": "im_message",
		"context": object{"open_message_id": m.id, "open_chat_id": m.chat.id},
	})
	if c, ok := confirm.(object); ok {
		d.Confirm = s.text(c["title"]) + ": " + s.text(c["text"])
	}
	d.does = func(body json.RawMessage) Answer { return s.clicked(p, m.current(), body) }
	d.failed = p.unanswered
	s.mu.Unlock()
	return d.start()
}

// told is what an element tells the app of itself.
func told(e object) object {
	action := object{"tag": e["tag"]}
	if name, _ := e["name"].(string); name != "" {
		action["name"] = name
	}
	for _, b := range objects(e["behaviors"]) {
		if b["type"] == "callback" {
			action["value"] = maps.Clone(b["value"].(object))
		}
	}
	return action
}
