package chat

import (
	"context"
	"strings"

	"orderly.example/bot"
	"orderly.example/ops"
)

// maxMenu bounds how many operations have a button of their own in the menu.
const maxMenu = 20

// menu is the help with a button for the form of each operation.
func menu(o bot.Outcome) *bot.Card {
	en, zh := strings.Split(o.Text.En, "\n"), strings.Split(o.Text.Zh, "\n")
	c := &bot.Card{Title: ops.Text{En: en[0], Zh: zh[0]}, Tone: bot.ToneCalm}
	var lines []ops.Text
	for n := 1; n < min(len(en), len(zh)); n++ {
		lines = append(lines, ops.Text{En: en[n], Zh: zh[n]})
	}
	c.Sections = []bot.Section{{Part: bot.PartAnswer, Head: ops.JoinTexts(lines, ops.Plain("\n"))}}
	for _, op := range o.Menu[:min(len(o.Menu), maxMenu)] {
		c.Actions = append(c.Actions, bot.Action{Say: "form " + op.Name, Label: ops.Plain(op.Name), Line: "form " + op.Name})
	}
	return c
}

// suggest offers values while a person fills in a form. One who may not ask gets none.
func (d *Door) suggest(ctx context.Context, x Delivery) Answer {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	if _, err := d.person(ctx, x.By); err != nil {
		return Answer{}
	}
	options, err := d.Desk.Suggest(ctx, x.Form, x.Field, x.Text, x.Values)
	if err != nil {
		d.Logger.Warn("no suggestions", "form", x.Form, "field", x.Field, "error", err)
	}
	return Answer{Options: options}
}

// check says what is wrong with a filled-in form while the person still sees it. What cannot be checked in time is taken,
// and checked again when it is done.
func (d *Door) check(ctx context.Context, x Delivery) Answer {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	who, err := d.speaker(ctx, x, nil)
	if err != nil {
		return Answer{}
	}
	wrong, err := d.Desk.CheckFilled(ctx, who, x.Form, x.Values)
	if err != nil || ctx.Err() != nil || len(wrong) == 0 {
		return Answer{}
	}
	a := Answer{Wrong: wrong}
	if form, err := d.Desk.Refill(ctx, x.Form, x.Values); err == nil {
		a.Form = &form
	}
	return a
}
