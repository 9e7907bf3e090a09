package slacktest

import (
	"encoding/json"
	"fmt"
)

// Values are what a person enters into a form: a text or the value of an option by the block_id of its field, or a
// []string for a field that takes several.
type Values map[string]any

// Submits fills in a modal and submits it, and says how the app answered. The test fails when Slack itself would not let
// the form through: a field that must be filled in is empty, a text is too long, an option does not exist.
func (p *Person) Submits(form View, values Values) Answer {
	s, v := p.s, form.v
	s.t.Helper()
	s.mu.Lock()
	wrong := s.enter(v, values)
	if wrong == "" {
		wrong = unfilled(v, s.values(v.blocks(), v.picked))
	}
	if stack := s.stack(p); len(stack) == 0 || stack[len(stack)-1] != v {
		wrong = "it is not the modal that " + p.name + " sees"
	}
	if wrong != "" {
		s.mu.Unlock()
		s.t.Fatalf("%s cannot submit: %s\n%s", p.name, wrong, form.Draw())
	}
	payload := p.interaction("view_submission")
	payload["view"], payload["trigger_id"], payload["response_urls"] = v.json(s.values(v.blocks(), v.picked)), s.newTrigger(p), []any{}
	s.mu.Unlock()
	return s.deliver(Interaction, payload, func(body json.RawMessage) Answer { return s.submitted(v, body) }).Answer()
}

// enter puts values into the fields of a view.
func (s *Server) enter(v *view, values Values) string {
	if v.picked == nil {
		v.picked = picks{}
	}
	left := len(values)
	for _, b := range v.blocks() {
		id, _ := b["block_id"].(string)
		value, given := values[id]
		if !given {
			continue
		}
		left--
		e, _ := b["element"].(object)
		if e == nil {
			e, _ = b["accessory"].(object)
		}
		entered, wrong := s.fill(e, texts(value))
		if wrong != "" {
			return fmt.Sprintf("%s: %s", id, wrong)
		}
		action, _ := e["action_id"].(string)
		v.picked.set(id, action, entered)
	}
	if left > 0 {
		return fmt.Sprintf("there are not all the fields of %v", values)
	}
	return ""
}

func texts(v any) []string {
	if all, ok := v.([]string); ok {
		return all
	}
	return []string{fmt.Sprint(v)}
}

// unfilled says which field must be filled in and is not.
func unfilled(v *view, values object) string {
	for _, b := range v.blocks() {
		if b["type"] != "input" || b["optional"] == true {
			continue
		}
		id, _ := b["block_id"].(string)
		of, _ := values[id].(object)
		for _, value := range of {
			if o, ok := value.(object); ok && len(o) < 2 || o["value"] == "" {
				return fmt.Sprintf("%s must be filled in", id)
			}
		}
	}
	return ""
}
