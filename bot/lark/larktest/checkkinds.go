package larktest

import "math"

// kinds are the elements of JSON 2.0 by their tag.
var kinds map[string]kind

// field are the fields of everything that takes a value.
var field = rules{
	"name": anyText, "required": flag, "disabled": flag, "disabled_tips": plain, "hover_tips": plain, "placeholder": plain, "width": anyText,
	"confirm": confirm, "behaviors": behaviors,
}

var option = like(shape{must: []string{"value"}, fields: rules{"text": plain, "icon": nil, "value": str(1, math.MaxInt)}})

var tableColumn = like(shape{must: []string{"name"}, fields: rules{
	"name": str(1, math.MaxInt), "display_name": anyText, "width": anyText, "vertical_align": one("top", "center", "bottom"),
	"horizontal_align": one("left", "center", "right"), "date_format": anyText, "format": nil,
	"data_type": one("text", "lark_md", "options", "number", "persons", "date", "markdown"),
}})

// container is a kind of element that others are in.
func container(own rules, must ...string) kind {
	return kind{shape: shape{must: append(must, "elements"), fields: with(layout, own, rules{"elements": elements})}, container: true}
}

func init() {
	kinds = map[string]kind{
		"markdown": {shape: shape{must: []string{"content"}, fields: with(textFields, rules{"href": nil})}},
		"div":      {shape: shape{fields: rules{"text": written, "icon": nil, "width": anyText, "fields": nil, "extra": nil}}},
		"hr":       {},
		"img":      {shape: shape{must: []string{"img_key", "alt"}, open: true}}, "img_combination": {shape: shape{open: true}},
		"chart": {shape: shape{must: []string{"chart_spec"}, open: true}}, "audio": {shape: shape{open: true}},
		"person": {shape: shape{must: []string{"user_id"}, open: true}}, "person_list": {shape: shape{must: []string{"persons"}, open: true}},
		"table": {shape: shape{must: []string{"columns", "rows"}, fields: rules{
			"page_size": whole(1, 10), "row_height": anyText, "row_max_height": anyText, "freeze_first_column": flag, "header_style": nil,
			"columns": list(1, 50, tableColumn), "rows": list(0, math.MaxInt, isObject),
		}}, rootOnly: true, more: table},
		"column_set": {shape: shape{must: []string{"columns"}, fields: with(layout, rules{
			"flex_mode": one("none", "stretch", "flow", "bisect", "trisect"), "background_style": anyText, "action": nil, "columns": columns,
		})}, container: true},
		"column": {shape: shape{must: []string{"elements"}, fields: with(layout, rules{
			"background_style": anyText, "width": anyText, "weight": whole(1, 5), "action": nil, "elements": elements,
		})}},
		"collapsible_panel":     container(rules{"expanded": flag, "background_color": anyText, "header": nil, "border": nil}, "header"),
		"interactive_container": interactiveContainer(),
	}
	addFields()
}

func interactiveContainer() kind {
	k := container(with(field, rules{
		"height": anyText, "background_style": anyText, "has_border": flag, "border_color": anyText, "corner_radius": anyText,
	}), "behaviors")
	k.interactive = true
	return k
}

// addFields adds what people fill in and click on.
func addFields() {
	form := container(rules{"name": anyText, "confirm": confirm}, "name")
	form.interactive, form.rootOnly, form.more = true, true, formDone
	kinds["form"] = form
	kinds["button"] = kind{shape: shape{fields: with(field, rules{
		"type": one("default", "primary", "danger", "text", "primary_text", "danger_text", "primary_filled", "danger_filled", "laser"),
		"size": one("tiny", "small", "medium", "large"), "text": plain, "icon": nil, "form_action_type": one("submit", "reset"),
	})}, interactive: true, more: button}
	kinds["input"] = kind{shape: shape{fields: with(field, rules{
		"default_value": anyText, "max_length": whole(1, 1000), "input_type": one("text", "multiline_text", "password"), "show_icon": flag,
		"rows": whole(1, math.MaxInt32), "auto_resize": flag, "max_rows": whole(1, math.MaxInt32), "label": plain, "label_position": one("top", "left"),
		"value": nil,
	})}, interactive: true}
	choices := rules{"options": list(0, math.MaxInt, option), "type": one("default", "text")}
	for tag, own := range map[string]rules{
		"select_static": with(choices, rules{"initial_option": anyText, "initial_index": whole(1, math.MaxInt32)}),
		"select_person": with(choices, rules{"initial_option": anyText}), "multi_select_static": with(choices, rules{"selected_values": list(0, math.MaxInt, anyText)}),
		"multi_select_person": with(choices, rules{"selected_values": list(0, math.MaxInt, anyText)}), "overflow": choices,
		"date_picker": {"initial_date": anyText, "value": nil}, "picker_time": {"initial_time": anyText, "value": nil},
		"picker_datetime": {"initial_datetime": anyText, "value": nil},
		"checker": {
			"checked": flag, "text": written, "overall_checkable": flag, "button_area": nil, "checked_style": nil, "padding": anyText,
		},
	} {
		kinds[tag] = kind{shape: shape{fields: with(field, own)}, interactive: true}
	}
	kinds["select_img"] = kind{shape: shape{must: []string{"options"}, open: true}, interactive: true}
}
