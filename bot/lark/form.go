package lark

import (
	"context"
	"slices"
	"unicode/utf8"

	"orderly.example/bot"
	"orderly.example/bot/chat"
	"orderly.example/ops"
)

// Asked is what the button of a form says: whose form it is, and in which thread it was asked for.
type Asked struct {
	Version int    `json:"v"`
	Form    string `json:"form"` // the operation
	Thread  string `json:"t,omitempty"`
}

const (
	formVersion = 1
	maxOptions  = 100
	maxOption   = 100 // characters
	maxProblem  = 600
	maxValue    = 1000 // characters; Lark takes no more
)

// Ask writes a card with a form: the platform opens no window. The reason of a click is asked for on the card itself.
func (c *Client) Ask(ctx context.Context, to chat.Asker, p chat.Prompt) error {
	if p.Form == nil {
		return c.Whisper(ctx, to, chat.Content{Lang: to.Lang, Text: ops.Textf("write the reason into the field beside the button", "请在按钮旁的输入框中填写原因")})
	}
	return c.postCard(ctx, to, drawing{lang: to.Lang, thread: to.Place.Thread}.form(*p.Form, nil))
}

// DrawForm draws the form of an operation in a language, with what is wrong with its values.
func DrawForm(f bot.Form, lang string, wrong map[string]ops.Text) Card {
	return drawing{lang: lang}.form(f, wrong)
}

// room is how much of a form is drawn.
type room struct {
	options int // a field with more of them is typed
	value   int // characters; a longer one is left out, and not cut
}

// rooms are tried in turn until the card fits.
var rooms = []room{{maxOptions, maxValue}, {maxOptions / 4, maxValue}, {0, maxValue}, {0, maxOption}}

// form draws a form, as much of it as Lark takes.
func (d drawing) form(f bot.Form, wrong map[string]ops.Text) Card {
	var c Card
	for _, r := range rooms {
		if c = d.formIn(f, wrong, r); fits(c) {
			break
		}
	}
	return c
}

func (d drawing) formIn(f bot.Form, wrong map[string]ops.Text, r room) Card {
	var elements []element
	for _, in := range f.Inputs() {
		if w, ok := wrong[in.Name]; ok {
			in.Error = w
		}
		elements = append(elements, markdown(d.label(in)), field(in, r))
	}
	submit := element{
		Tag: "button", Name: "submit", Type: "primary", FormActionType: "submit", Text: textOf(ops.Text{En: "ask for it", Zh: "提交申请"}.In(d.lang)),
		Behaviors: []behavior{{Type: "callback", Value: Asked{Version: formVersion, Form: f.Operation.Name, Thread: d.thread}}},
	}
	return Card{
		Schema: "2.0", Config: config{UpdateMulti: true}, Header: &header{Title: plain(f.Operation.Name), Template: "orange"},
		Body: body{Elements: []element{markdown(escape(bot.Clip(f.Operation.Help.In(d.lang), maxTitle))), {Tag: "form", Name: "form", Elements: append(elements, submit)}}},
	}
}

// label stands above an input: what it is, how it is written, and what is wrong with what stands in it.
func (d drawing) label(in bot.Input) string {
	label := "**" + escape(bot.Clip(in.Label.In(d.lang), maxTitle)) + "**"
	if in.Required {
		label += " \\*"
	}
	if hint := in.Hint.In(d.lang); hint != "" {
		label += "  <font color='grey'>" + escape(bot.Clip(hint, maxTitle)) + "</font>"
	}
	if problem := in.Error.In(d.lang); problem != "" {
		label += "\n<font color='red'>⚠ " + escape(bot.Clip(problem, maxProblem)) + "</font>"
	}
	return label
}

// taken is what a form becomes when it was taken: nobody can send it twice.
func (d drawing) taken(operation string, t ops.Text) Card {
	return d.fit(bot.Card{Title: ops.Plain(operation), Tone: bot.ToneCalm, Sections: []bot.Section{{Part: bot.PartAnswer, Lines: []bot.Fact{{Text: t}}}}})
}

// field draws one input. Its name is the parameter's.
func field(in bot.Input, r room) element {
	choices := in.Options
	typed := in.Kind == bot.InputSearch && in.Value != "" && !slices.Contains(choices, in.Value) // such as a pattern: it is kept
	if len(choices) > 0 && !typed && len(choices) <= r.options && !slices.ContainsFunc(choices, tooLong) {
		e := element{Tag: "select_static", Name: in.Name, Required: in.Required, Placeholder: textOf("…")}
		for _, o := range choices {
			e.Options = append(e.Options, choice{Text: plain(o), Value: o})
		}
		if slices.Contains(choices, in.Value) {
			e.InitialOption = in.Value
		}
		return e
	}
	e := element{Tag: "input", Name: in.Name, Required: in.Required, MaxLength: maxValue}
	if utf8.RuneCountInString(in.Value) <= r.value {
		e.DefaultValue = in.Value
	}
	if in.Kind == bot.InputLong {
		e.InputType = "multiline_text"
	}
	return e
}

func tooLong(s string) bool { return s == "" || utf8.RuneCountInString(s) > maxOption }
