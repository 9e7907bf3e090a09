package slacktest

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// stateful says whether an element keeps a value, which the app is told with every later click.
func stateful(e object) bool {
	return e["type"] != "button" && e["type"] != "overflow" && e["type"] != "icon_button"
}

// fill is the value of an element after a person entered values, as the app is told, or why it does not take them.
func (s *Server) fill(e object, values []string) (object, string) {
	kind, _ := e["type"].(string)
	out := object{"type": kind}
	value := strings.Join(values, "\n")
	switch kind {
	case "button", "icon_button":
		for _, name := range []string{"text", "value", "style"} {
			if e[name] != nil {
				out[name] = e[name]
			}
		}
	case "plain_text_input", "email_text_input", "url_text_input", "number_input":
		out["value"] = value
		if most, ok := e["max_length"].(float64); ok && utf8.RuneCountInString(value) > int(most) {
			return nil, fmt.Sprintf("%q is longer than %v", value, most)
		}
	case "datepicker":
		out["selected_date"] = value
	case "timepicker":
		out["selected_time"] = value
	case "overflow", "radio_buttons", "static_select", "external_select":
		chosen, wrong := choose(e, values)
		if wrong != "" || len(chosen) != 1 {
			return nil, fmt.Sprintf("choose one of the options: %s", wrong)
		}
		out["selected_option"] = chosen[0]
	case "checkboxes", "multi_static_select", "multi_external_select":
		chosen, wrong := choose(e, values)
		if wrong != "" {
			return nil, wrong
		}
		out["selected_options"] = chosen
	default:
		return s.fillWithID(e, kind, values)
	}
	return out, ""
}

// fillWithID fills menus of people, channels and conversations.
func (s *Server) fillWithID(_ object, kind string, values []string) (object, string) {
	what, isMenu := strings.CutSuffix(strings.TrimPrefix(kind, "multi_"), "s_select")
	switch {
	case !isMenu:
		return nil, "nobody can fill in a " + kind
	case strings.HasPrefix(kind, "multi_"):
		return object{"type": kind, "selected_" + what + "s": values}, ""
	case len(values) != 1:
		return nil, "choose one"
	}
	return object{"type": kind, "selected_" + what: values[0]}, ""
}

// choose finds the options with the values. Options that the app suggests are taken on trust.
func choose(e object, values []string) ([]object, string) {
	all := objects(e["options"])
	for _, g := range objects(e["option_groups"]) {
		all = append(all, objects(g["options"])...)
	}
	chosen := []object{}
	for _, v := range values {
		found := false
		for _, o := range all {
			if o["value"] == v {
				chosen, found = append(chosen, o), true
				break
			}
		}
		if strings.HasSuffix(e["type"].(string), "external_select") && !found {
			chosen = append(chosen, object{"text": object{"type": "plain_text", "text": v, "emoji": true}, "value": v})
		} else if !found {
			return nil, fmt.Sprintf("there is no option %q", v)
		}
	}
	return chosen, ""
}

// initial are the values that stand in an element before anybody touches it.
func initial(e object) object {
	out := object{"type": e["type"]}
	for from, to := range map[string]string{
		"initial_value": "value", "initial_option": "selected_option", "initial_options": "selected_options", "initial_date": "selected_date",
		"initial_time": "selected_time", "initial_user": "selected_user", "initial_users": "selected_users",
		"initial_channel": "selected_channel", "initial_conversation": "selected_conversation",
	} {
		if e[from] != nil {
			out[to] = e[from]
		}
	}
	return out
}

// values are the values of all elements that keep one.
func (s *Server) values(blocks []object, picked picks) object {
	all := object{}
	for _, b := range blocks {
		id, _ := b["block_id"].(string)
		of := object{}
		for _, e := range elementsOf(b) {
			action, _ := e["action_id"].(string)
			if action == "" || !stateful(e) {
				continue
			}
			of[action] = initial(e)
			if v := picked[id][action]; v != nil {
				of[action] = v
			}
		}
		if len(of) > 0 {
			all[id] = of
		}
	}
	return all
}
