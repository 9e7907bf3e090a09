package larktest

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// zone is where people are.
const (
	zone     = "Asia/Shanghai"
	fromZero = " +0800"
)

// chosen is what the app is told when a person clicks on an element or chooses values in it, or why that cannot be.
func (s *Server) chosen(e object, values []string) (object, string) {
	action := told(e)
	switch e["tag"] {
	case "button", "interactive_container":
		if action["value"] == nil {
			return nil, "it tells the app nothing, a click on it"
		}
		return action, ""
	case "checker":
		action["checked"] = e["checked"] != true
		return action, ""
	}
	value, wrong := s.entered(e, values)
	switch v := value.(type) {
	case []string:
		action["options"] = v
	case string:
		action["option"] = v
		if e["tag"] == "input" {
			delete(action, "option")
			action["input_value"] = v
		}
	}
	if isTime(e) {
		action["timezone"] = zone
	}
	return action, wrong
}

func isTime(e object) bool {
	return e["tag"] == "date_picker" || e["tag"] == "picker_time" || e["tag"] == "picker_datetime"
}

// entered is the value of a field after a person entered values, as the app is told, or why it does not take them.
func (s *Server) entered(e object, values []string) (any, string) {
	switch tag := tagOf(e); tag {
	case "multi_select_static", "multi_select_person":
		for _, v := range values {
			if wrong := s.offered(e, v); wrong != "" {
				return nil, wrong
			}
		}
		return values, ""
	case "input", "select_static", "select_person", "overflow", "date_picker", "picker_time", "picker_datetime":
		if len(values) != 1 {
			return nil, "choose one"
		}
		if tag == "input" {
			return values[0], tooLong(e, values[0])
		}
		if isTime(e) {
			return values[0] + fromZero, ""
		}
		return values[0], s.offered(e, values[0])
	}
	return nil, fmt.Sprintf("nobody can fill in a %v", e["tag"])
}

func tooLong(e object, value string) string {
	most := 1000
	if n, ok := e["max_length"].(float64); ok {
		most = int(n)
	}
	if utf8.RuneCountInString(value) > most {
		return fmt.Sprintf("%q is longer than %d", value, most)
	}
	return ""
}

// offered says why a value cannot be chosen. A menu of people without options offers everybody.
func (s *Server) offered(e object, value string) string {
	options := objects(e["options"])
	if slices.ContainsFunc(options, func(o object) bool { return o["value"] == value }) {
		return ""
	}
	if people := e["tag"] == "select_person" || e["tag"] == "multi_select_person"; people && len(options) == 0 && s.person(value) != nil {
		return ""
	}
	return fmt.Sprintf("there is no option %q", value)
}
