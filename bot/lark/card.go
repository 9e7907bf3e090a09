package lark

import "cmp"

// Card is a card of JSON 2.0, with the properties that are used here.
type Card struct {
	Schema string  `json:"schema"` // "2.0"
	Config config  `json:"config"`
	Header *header `json:"header,omitempty"`
	Body   body    `json:"body"`
}

type config struct {
	UpdateMulti bool `json:"update_multi"` // everybody sees the same card; an update is refused without it
}

type header struct {
	Title    text   `json:"title"`
	Template string `json:"template"` // the colour
}

type body struct {
	Elements []element `json:"elements"`
}

type text struct {
	Tag     string `json:"tag"` // plain_text
	Content string `json:"content"`
}

// choice is one of the options of a select_static.
type choice struct {
	Text  text   `json:"text"`
	Value string `json:"value"`
}

// element is one of markdown, table, column_set, column, form, input, select_static and button.
type element struct {
	Tag            string           `json:"tag"`
	Content        string           `json:"content,omitempty"`
	Name           string           `json:"name,omitempty"` // of what is inside of a form; unique in the card
	Elements       []element        `json:"elements,omitempty"`
	Columns        any              `json:"columns,omitempty"` // of a column_set: elements; of a table: column
	Rows           []map[string]any `json:"rows,omitempty"`
	PageSize       int              `json:"page_size,omitempty"`
	Text           *text            `json:"text,omitempty"`
	Type           string           `json:"type,omitempty"` // of a button
	Placeholder    *text            `json:"placeholder,omitempty"`
	MaxLength      int              `json:"max_length,omitempty"`
	Required       bool             `json:"required,omitempty"`
	FormActionType string           `json:"form_action_type,omitempty"`
	Options        []choice         `json:"options,omitempty"` // of a select_static
	InitialOption  string           `json:"initial_option,omitempty"`
	DefaultValue   string           `json:"default_value,omitempty"` // of an input
	InputType      string           `json:"input_type,omitempty"`
	Confirm        *confirm         `json:"confirm,omitempty"`
	Behaviors      []behavior       `json:"behaviors,omitempty"`
}

type column struct {
	Name        string `json:"name"`
	DisplayName string `json:"display_name"`
	DataType    string `json:"data_type"`
}

type confirm struct {
	Title text `json:"title"`
	Text  text `json:"text"`
}

// behavior is what a click does. Its value must be an object: the SDK cannot read another.
type behavior struct {
	Type  string `json:"type"`  // callback
	Value any    `json:"value"` // a press or an Asked
}

func plain(s string) text { return text{Tag: "plain_text", Content: s} }

func textOf(s string) *text { t := plain(s); return &t }

// markdown is a paragraph. Lark refuses an empty one.
func markdown(s string) element { return element{Tag: "markdown", Content: cmp.Or(s, "…")} }
