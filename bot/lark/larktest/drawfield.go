package larktest

import "fmt"

// drawField draws something that people fill in or click on. One that cannot be used stands in round brackets.
func (s *Server) drawField(e object) string {
	open, end := "[", "]"
	if e["disabled"] == true {
		open, end = "(", ")"
	}
	label := ""
	if l := s.text(e["label"]); l != "" {
		label = l + ": "
	}
	switch e["tag"] {
	case "button":
		return open + s.text(e["text"]) + end
	case "overflow":
		return open + "..." + end
	case "checker":
		mark := " "
		if e["checked"] == true {
			mark = "x"
		}
		return open + mark + end + " " + s.text(e["text"])
	case "input", "select_static", "multi_select_static", "select_person", "multi_select_person", "date_picker", "picker_time", "picker_datetime":
		if e["required"] == true {
			end = "]*"
		}
		return label + open + s.stands(e) + end
	}
	return fmt.Sprintf("(%v)", e["tag"])
}

// stands is what stands in a field before anybody touches it.
func (s *Server) stands(e object) string {
	for _, name := range []string{"default_value", "initial_date", "initial_time", "initial_datetime"} {
		if t := s.text(e[name]); t != "" {
			return t
		}
	}
	if value := s.text(e["initial_option"]); value != "" {
		for _, o := range objects(e["options"]) {
			if o["value"] == value {
				return s.text(o["text"])
			}
		}
		return value
	}
	return s.text(e["placeholder"])
}
