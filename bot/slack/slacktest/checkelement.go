package slacktest

import (
	"maps"
	"slices"
)

// selects are the menus; each exists for one choice and, with multi_ before its name, for several.
var selects = []string{"static_select", "external_select", "users_select", "conversations_select", "channels_select"}

// Elements that a place takes.
var (
	accessories    = slices.Concat(menus(), []string{"button", "checkboxes", "radio_buttons", "overflow", "datepicker", "timepicker", "image", "workflow_button"})
	actionElements = slices.Concat(menus(), []string{
		"button", "checkboxes", "radio_buttons", "overflow", "datepicker", "timepicker", "datetimepicker", "workflow_button", "icon_button",
	})
	inputElements = slices.Concat(menus(), []string{
		"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input", "checkboxes",
		"radio_buttons", "datepicker", "timepicker", "datetimepicker",
	})
)

func menus() []string {
	var out []string
	for _, s := range selects {
		out = append(out, s, "multi_"+s)
	}
	return out
}

var (
	imageFields   = map[string]rule{"image_url": str(1, 3000), "slack_file": nil, "alt_text": str(1, 2000)}
	confirmFields = map[string]rule{
		"title": plainText(100), "text": anyText(300), "confirm": plainText(30), "deny": plainText(30), "style": one("primary", "danger"),
	}
	common  = map[string]rule{"action_id": str(1, 255), "confirm": like(shape{must: []string{"title", "text", "confirm", "deny"}, fields: confirmFields}), "focus_on_load": focus}
	typed   = with(common, map[string]rule{"placeholder": plainText(150), "initial_value": str(0, 3000), "dispatch_action_config": nil})
	menu    = with(common, map[string]rule{"placeholder": plainText(150), "max_selected_items": number(1, 1000)})
	choice  = shape{must: []string{"text", "value"}, fields: map[string]rule{"text": anyText(75), "value": str(1, 75), "description": anyText(75), "url": str(1, 3000)}}
	group   = shape{must: []string{"label", "options"}, fields: map[string]rule{"label": plainText(75), "options": list(1, 100, like(choice))}}
	boxes   = with(common, map[string]rule{"options": list(1, 10, like(choice)), "initial_options": list(1, 10, like(choice)), "initial_option": like(choice)})
	dateish = with(common, map[string]rule{"placeholder": plainText(150), "initial_date": nil, "initial_time": nil, "initial_date_time": nil, "timezone": nil})
)

var elementShape = withMenus(map[string]shape{
	"button": {must: []string{"text"}, fields: with(common, map[string]rule{
		"text": plainText(75), "value": str(0, 2000), "url": str(1, 3000), "style": one("primary", "danger"), "accessibility_label": str(1, 75),
	})},
	"overflow":         {must: []string{"options"}, fields: with(common, map[string]rule{"options": list(1, 5, like(choice))})},
	"checkboxes":       {must: []string{"options"}, fields: boxes},
	"radio_buttons":    {must: []string{"options"}, fields: boxes},
	"datepicker":       {fields: dateish},
	"timepicker":       {fields: dateish},
	"datetimepicker":   {fields: dateish},
	"image":            {must: []string{"image_url|slack_file", "alt_text"}, fields: imageFields},
	"email_text_input": {fields: typed},
	"url_text_input":   {fields: typed},
	"number_input":     {must: []string{"is_decimal_allowed"}, fields: with(typed, map[string]rule{"is_decimal_allowed": flag, "initial_value": digits, "min_value": nil, "max_value": nil})},
	"plain_text_input": {fields: with(typed, map[string]rule{"multiline": flag, "min_length": number(0, 3000), "max_length": number(1, 3000)})},
	"rich_text_input":  {open: true},
	"file_input":       {open: true},
	"workflow_button":  {open: true},
	"icon_button":      {open: true},
})

func withMenus(elements map[string]shape) map[string]shape {
	options := map[string]rule{"options": list(1, 100, like(choice)), "option_groups": list(1, 100, like(group))}
	initial := map[string]rule{"initial_option": like(choice), "initial_options": list(1, 100, like(choice))}
	more := map[string]shape{
		"static_select":   {must: []string{"options|option_groups"}, fields: with(menu, options, initial)},
		"external_select": {fields: with(menu, initial, map[string]rule{"min_query_length": number(0, 1000)})},
		"users_select":    {fields: with(menu, map[string]rule{"initial_user": nil, "initial_users": nil})},
		"channels_select": {fields: with(menu, map[string]rule{"initial_channel": nil, "initial_channels": nil, "response_url_enabled": flag})},
		"conversations_select": {fields: with(menu, map[string]rule{
			"initial_conversation": nil, "initial_conversations": nil, "default_to_current_conversation": flag, "response_url_enabled": flag, "filter": nil,
		})},
	}
	for name, sh := range more {
		elements[name], elements["multi_"+name] = sh, sh
	}
	return maps.Clone(elements)
}

// element is an element of a block, of one of the types that its place takes.
func element(types []string) rule {
	return func(k *checker, path string, v any) {
		o, _ := v.(object)
		kind, _ := o["type"].(string)
		if !slices.Contains(types, kind) {
			k.say(path+"/type", "unsupported type: %s", kind)
			return
		}
		k.shape(path, v, elementShape[kind])
	}
}

// contextElement is a text or an image.
func contextElement(k *checker, path string, v any) {
	if o, _ := v.(object); o["type"] == "image" {
		element([]string{"image"})(k, path, v)
		return
	}
	anyText(3000)(k, path, v)
}

// focus is given to one element of a view at most.
func focus(k *checker, path string, v any) {
	flag(k, path, v)
	if v != true {
		return
	}
	if k.focused != "" {
		k.say(path, "only one element may have the focus, and %s has it", k.focused)
	}
	k.focused = path
}
