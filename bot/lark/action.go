package lark

import (
	"fmt"

	"orderly.example/bot"
	"orderly.example/ops"
)

// whyField is the name of the input that a reason is written into.
const whyField = "why"

// press is what a button says, and in which thread it stands: a click does not tell that.
type press struct {
	bot.Press
	Thread string `json:"t,omitempty"`
}

// actions draws the buttons side by side, and below them a form for each action that needs a reason.
func (d drawing) actions(c bot.Card) []element {
	var columns, forms []element
	for i, a := range c.Buttons() {
		b := d.button(c, i, a)
		if !a.Why {
			columns = append(columns, element{Tag: "column", Elements: []element{b}})
			continue
		}
		b.FormActionType = "submit"
		forms = append(forms, element{Tag: "form", Name: fmt.Sprint("form-", i), Elements: []element{d.input(i, a), b}})
	}
	var out []element
	if len(columns) > 0 {
		out = append(out, element{Tag: "column_set", Columns: columns})
	}
	return append(out, forms...)
}

func (d drawing) input(n int, a bot.Action) element {
	ask := plain(ops.Textf("why %s? it stays in the record", "请填写%s原因,会留在记录中", a.Label).In(d.lang))
	return element{Tag: "input", Name: fmt.Sprint(whyField, "-", n), Placeholder: &ask, MaxLength: maxWhy, Required: true}
}

func (d drawing) button(c bot.Card, n int, a bot.Action) element {
	label := plain(a.Label.In(d.lang))
	b := element{
		Tag: "button", Name: fmt.Sprint("button-", n), Text: &label, Type: buttonTypes[a.Weight],
		Behaviors: []behavior{{Type: "callback", Value: press{Press: a.Press(c), Thread: d.thread}}},
	}
	if !a.Confirm.IsZero() {
		b.Confirm = &confirm{Title: label, Text: plain(a.Confirm.In(d.lang))}
	}
	return b
}

var buttonTypes = map[bot.Weight]string{bot.WeightGo: "primary", bot.WeightStop: "danger", bot.WeightPlain: "default"}
