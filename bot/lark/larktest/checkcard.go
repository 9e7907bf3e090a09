package larktest

import "math"

var colours = []string{
	"blue", "wathet", "turquoise", "green", "yellow", "orange", "red", "carmine", "violet", "purple", "indigo", "grey", "default",
}

// plain is a plain text.
var plain = tagged(shape{must: []string{"content"}, fields: textFields}, "plain_text")

// written is a text with or without markdown.
var written = tagged(shape{must: []string{"content"}, fields: textFields}, "plain_text", "lark_md")

var textFields = rules{
	"content": anyText, "i18n_content": nil, "text_size": anyText, "text_align": one("left", "center", "right"), "text_color": anyText,
	"lines": whole(1, math.MaxInt32), "icon": nil, "element_id": elementID,
}

// placed are the fields of everything that has a place.
var placed = rules{"element_id": elementID, "margin": anyText}

// layout are the fields of everything that other things are in.
var layout = rules{
	"direction": one("vertical", "horizontal"), "padding": anyText, "horizontal_spacing": anyText, "vertical_spacing": anyText,
	"horizontal_align": one("left", "center", "right"), "vertical_align": one("top", "center", "bottom"),
}

var confirm = like(shape{must: []string{"title"}, fields: rules{"title": plain, "text": plain}})

var wholeCard = shape{must: []string{"schema", "body"}, fields: rules{
	"schema": one("2.0"), "config": like(config), "card_link": like(link), "header": like(header),
	"body": like(shape{must: []string{"elements"}, fields: with(layout, rules{"elements": elements})}),
}}

var config = shape{fields: rules{
	"streaming_mode": flag, "streaming_config": nil, "summary": like(shape{fields: rules{"content": anyText, "i18n_content": nil}}),
	"locales": nil, "enable_forward": flag, "update_multi": yes, "width_mode": one("default", "compact", "fill"),
	"use_custom_translation": flag, "enable_forward_interaction": flag, "style": nil,
}}

var link = shape{fields: rules{"url": anyText, "pc_url": anyText, "ios_url": anyText, "android_url": anyText}}

var header = shape{must: []string{"title"}, fields: rules{
	"title": written, "subtitle": written, "template": one(colours...), "icon": nil, "padding": anyText,
	"text_tag_list":      list(0, 3, tagged(shape{must: []string{"text"}, fields: rules{"text": plain, "color": anyText, "element_id": elementID}}, "text_tag")),
	"i18n_text_tag_list": nil,
}}

// behaviors are what a click does. A value must be an object: Lark also takes a string, but its client library for Go
// cannot read that.
var behaviors = list(1, math.MaxInt, func(k *checker, path string, v any) {
	o, _ := v.(object)
	switch o["type"] {
	case "callback":
		k.shape(path, v, shape{must: []string{"value"}, fields: rules{"type": nil, "value": isObject}})
	case "open_url":
		k.shape(path, v, shape{fields: rules{"type": nil, "default_url": anyText, "pc_url": anyText, "ios_url": anyText, "android_url": anyText}})
	case "form_action":
		k.shape(path, v, shape{must: []string{"behavior"}, fields: rules{"type": nil, "behavior": one("submit", "reset"), "name": anyText}})
	default:
		k.say(codeJSON, path+"/type", "must be one of callback, open_url, form_action")
	}
})

func isObject(k *checker, path string, v any) {
	if _, ok := v.(object); !ok {
		k.say(codeJSON, path, "must be an object: the client library cannot read another value")
	}
}
