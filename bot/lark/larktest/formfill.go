package larktest

import "fmt"

// fillIn puts values into the fields of a form, and finds its submit button.
func (s *Server) fillIn(elements any, values Values, entered object) (button object, wrong string) {
	for _, e := range objects(elements) {
		name, _ := e["name"].(string)
		if e["tag"] == "button" {
			if e["form_action_type"] == "submit" {
				button = e
			}
			continue
		}
		for _, in := range []any{e["elements"], e["columns"]} {
			b, w := s.fillIn(in, values, entered)
			if w != "" {
				return nil, w
			}
			if b != nil {
				button = b
			}
		}
		if kinds[tagOf(e)].interactive && name != "" && !kinds[tagOf(e)].container {
			if w := s.fillInField(e, name, values, entered); w != "" {
				return nil, fmt.Sprintf("%s: %s", name, w)
			}
		}
	}
	return button, ""
}

// fillInField puts a value into a field: the one that is given, or what stands in it already.
func (s *Server) fillInField(e object, name string, values Values, entered object) string {
	given, ok := values[name]
	switch {
	case ok && e["disabled"] == true:
		return "cannot be used"
	case ok && e["tag"] == "checker":
		entered[name] = given
	case ok:
		v, wrong := s.entered(e, texts(given))
		if wrong != "" {
			return wrong
		}
		entered[name] = v
	default:
		s.leave(e, name, entered)
	}
	v := entered[name]
	if list, isList := v.([]string); e["required"] == true && (v == nil || v == "" || isList && len(list) == 0) {
		return "must be filled in"
	}
	return ""
}

// leave leaves what stands in a field. An empty input is told as an empty text, other empty fields are not told.
func (s *Server) leave(e object, name string, entered object) {
	if e["tag"] == "checker" {
		entered[name] = e["checked"] == true
		return
	}
	for _, stands := range []string{"default_value", "initial_option", "selected_values", "initial_date", "initial_time", "initial_datetime"} {
		if v := e[stands]; v != nil {
			entered[name] = v
			if t, ok := v.(string); ok && isTime(e) {
				entered[name] = t + fromZero
			}
			return
		}
	}
	if e["tag"] == "input" {
		entered[name] = ""
	}
}

func texts(v any) []string {
	if all, ok := v.([]string); ok {
		return all
	}
	return []string{fmt.Sprint(v)}
}
