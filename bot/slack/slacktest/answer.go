package slacktest

import (
	"encoding/json"
	"fmt"
)

// Answer is how the app answered a delivery, and what the person saw of it.
type Answer struct {
	Acked   bool
	Trouble string            // what went wrong in the eyes of Slack; empty when all is well
	Action  string            // response_action of a submitted view: clear, update, push or errors
	Errors  map[string]string // by block_id, shown at the fields of the form
	Options []string          // texts of the options that were suggested
	Body    json.RawMessage
}

func trouble(format string, args ...any) Answer { return Answer{Trouble: fmt.Sprintf(format, args...)} }

// submitted does what the answer to a submitted view asks for.
func (s *Server) submitted(v *view, body json.RawMessage) Answer {
	var r struct {
		Action string            `json:"response_action"`
		View   json.RawMessage   `json:"view"`
		Errors map[string]string `json:"errors"`
	}
	if len(body) > 0 && json.Unmarshal(body, &r) != nil {
		return trouble("the answer is no JSON: %s", body)
	}
	a := Answer{Action: r.Action, Errors: r.Errors}
	switch r.Action {
	case "":
		v.closed = true
	case "clear":
		for _, open := range s.stack(v.person) {
			open.closed = true
		}
	case "errors":
		a.Trouble = v.misplaced(r.Errors)
	case "update", "push":
		a.Trouble = s.follow(v, r.Action, r.View)
	default:
		return trouble("unknown response_action %q", r.Action)
	}
	return a
}

// misplaced says which error belongs to no field of a view.
func (v *view) misplaced(errors map[string]string) string {
	if len(errors) == 0 {
		return "errors without an error"
	}
	inputs := map[any]bool{}
	for _, b := range v.blocks() {
		inputs[b["block_id"]] = b["type"] == "input"
	}
	for id := range errors {
		if !inputs[id] {
			return fmt.Sprintf("an error for %q, which is no input block", id)
		}
	}
	return ""
}

// follow shows the view that an answer brings.
func (s *Server) follow(v *view, action string, raw json.RawMessage) string {
	body, r := s.readView(string(raw), kindModal)
	if r == nil && s.external(body, v) {
		r = refuse("duplicate_external_id")
	}
	if r == nil && action == "push" {
		_, r = s.push(v.person, body)
	}
	if r != nil {
		return fmt.Sprint(r.code, " ", r.more)
	}
	if action == "update" {
		v.body, v.hash = body, s.id("156772938.h")
	}
	return ""
}

// suggested reads the options for a menu.
func (s *Server) suggested(body json.RawMessage) Answer {
	var r object
	if json.Unmarshal(body, &r) != nil {
		return trouble("the answer is no JSON: %s", body)
	}
	k := &checker{code: "invalid_options"}
	k.shape("", r, shape{must: []string{"options|option_groups"}, fields: map[string]rule{
		"options": list(0, 100, like(choice)), "option_groups": list(0, 100, like(group)),
	}})
	if len(k.problems) > 0 {
		return trouble("%s", k.problems[0])
	}
	a := Answer{Options: s.optionTexts(r)}
	for _, g := range objects(r["option_groups"]) {
		a.Options = append(a.Options, s.optionTexts(g)...)
	}
	return a
}
