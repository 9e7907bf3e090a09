package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"orderly.example/bot"
	"orderly.example/bot/chat"
	"orderly.example/ops"
)

// asked is what a form on the screen knows of why it was opened. Slack gives it back with what was filled in.
type asked struct {
	Form  string     `json:"form,omitempty"`  // the operation
	Press *bot.Press `json:"press,omitempty"` // or the click that wants a reason
	By    chat.Asker `json:"by"`
}

// Limits of a form, by Slack's documentation (views and block-kit reference).
const (
	maxTitle   = 24
	maxOption  = 75
	maxHint    = 2000
	maxOptions = 100
	maxTyped   = 3000
	whyField   = "why"
)

// Ask opens a form on the person's screen. Without a fresh click that is not possible: then a message asks for one.
func (c *Client) Ask(ctx context.Context, to chat.Asker, p chat.Prompt) error {
	if to.Trigger != "" {
		_, err := c.api.OpenViewContext(ctx, to.Trigger, view(to, p))
		if err = explain("views.open", err); ops.CodeOf(err) != ops.Conflict {
			return err
		}
	}
	if p.Press != nil {
		return c.Whisper(ctx, to, chat.Content{Lang: to.Lang, Text: ops.Textf("that took too long; click again", "操作超时,请重新点击")})
	}
	return c.Whisper(ctx, to, chat.Content{Lang: to.Lang, Card: invitation(*p.Form)})
}

// invitation is a message with a button that opens the form with what is known already.
func invitation(f bot.Form) *bot.Card {
	line := "form " + bot.Line(f.Operation, f.Request)
	if len(line) > maxLineInButton {
		line = "form " + f.Operation.Name
	}
	c := bot.Card{
		Title: ops.Textf("%s: some values are missing or wrong", "%s:部分参数缺失或有误", f.Operation.Name), Tone: bot.ToneAsks,
		Actions: []bot.Action{{Say: line, Label: ops.Text{En: "fill in", Zh: "填写表单"}, Weight: bot.WeightGo}},
		Foot:    ops.Textf("or write for example: %s", "或直接输入,例如:%s", f.Operation.Example),
	}
	var lines []bot.Fact
	for _, x := range f.Asked() {
		why := x.Error
		if why.IsZero() {
			why = ops.Textf("missing", "缺少")
		}
		lines = append(lines, bot.Fact{Text: ops.Textf("%s: %s (%s)", "%s:%s(%s)", x.Param.Name, x.Param.Help, why)})
	}
	c.Sections = []bot.Section{{Part: bot.PartRequest, Lines: lines}}
	return &c
}

const maxLineInButton = 1500

func view(to chat.Asker, p chat.Prompt) slack.ModalViewRequest {
	a := asked{By: to}
	a.By.Trigger, a.By.Reply = "", "" // they do not live as long as a person types
	var v slack.ModalViewRequest
	if p.Press != nil {
		a.Press, a.By.On = &p.Press.Press, p.Press.On
		v = DrawWhy(p.Press.Label, to.Lang)
	} else {
		a.Form = p.Form.Operation.Name
		v = DrawForm(*p.Form, to.Lang)
	}
	meta, _ := json.Marshal(a) // of texts only
	v.PrivateMetadata = string(meta)
	return v
}

// DrawForm draws the form of an operation in a language, with what is known and what is wrong.
func DrawForm(f bot.Form, lang string) slack.ModalViewRequest {
	return modal(f.Operation.Name, ops.Text{En: "ask for it", Zh: "提交申请"}.In(lang), lang, drawing{lang: lang}.form(f)...)
}

// DrawWhy draws the form that asks for the reason of a click, in a language; label is what the button said.
func DrawWhy(label ops.Text, lang string) slack.ModalViewRequest {
	box := slack.NewPlainTextInputBlockElement(nil, whyField).WithMultiline(true).WithMaxLength(maxTyped)
	why := plain(ops.Text{En: "why? it stays in the record", Zh: "原因(会留在记录中)"}.In(lang), maxHint)
	return modal(label.In(lang), label.In(lang), lang, slack.NewInputBlock(whyField, why, nil, box))
}

func modal(title, submit, lang string, blocks ...slack.Block) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type: slack.VTModal, Title: plain(title, maxTitle), Submit: plain(submit, maxTitle), Blocks: slack.Blocks{BlockSet: blocks},
		Close: plain(ops.Text{En: "cancel", Zh: "取消"}.In(lang), maxTitle),
	}
}

// DrawHome draws a card as somebody's home tab, in a language.
func DrawHome(c bot.Card, lang string) slack.HomeTabViewRequest {
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: Draw(c, lang).Blocks}}
}

// form draws the inputs of a form below what it is for.
func (d drawing) form(f bot.Form) []slack.Block {
	out := []slack.Block{section("help", escape(bot.Clip(f.Operation.Help.In(d.lang), maxSection)))}
	for _, in := range f.Inputs() {
		b := slack.NewInputBlock(in.Name, plain(in.Label.In(d.lang), maxHint), nil, d.element(in))
		b.Optional = !in.Required
		hint := in.Hint.In(d.lang)
		if !in.Error.IsZero() {
			hint = fmt.Sprintf("⚠ %s %s", in.Error.In(d.lang), hint)
		}
		if hint != "" {
			b.Hint = plain(hint, maxHint)
		}
		out = append(out, b)
	}
	return out
}

func (d drawing) element(in bot.Input) slack.BlockElement {
	switch {
	case in.Kind == bot.InputSearch:
		s := slack.NewOptionsSelectBlockElement(slack.OptTypeExternal, nil, in.Name)
		none := 0
		s.MinQueryLength = &none
		if in.Value != "" && fitsOption(in.Value) {
			s.InitialOption = option(in.Value)
		}
		return s
	case in.Kind == bot.InputChoice && len(in.Options) <= maxOptions && !slices.ContainsFunc(in.Options, func(o string) bool { return !fitsOption(o) }):
		s := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, in.Name, options(in.Options)...)
		if slices.Contains(in.Options, in.Value) {
			s.InitialOption = option(in.Value)
		}
		return s
	case in.Kind == bot.InputNumber:
		n := slack.NewNumberInputBlockElement(nil, in.Name, false)
		if _, err := strconv.Atoi(in.Value); err == nil { // Slack refuses a view with another value; what is wrong with it is said below
			n.InitialValue = in.Value
		}
		return n
	}
	t := slack.NewPlainTextInputBlockElement(nil, in.Name).WithMaxLength(maxTyped).WithMultiline(in.Kind == bot.InputLong)
	t.InitialValue = bot.Clip(in.Value, maxTyped)
	return t
}

func fitsOption(s string) bool {
	return s != "" && utf8.RuneCountInString(s) <= maxOption && len(s) <= maxOption
}

func option(s string) *slack.OptionBlockObject {
	return slack.NewOptionBlockObject(s, plain(s, maxOption), nil)
}

// options are the values that fit.
func options(values []string) []*slack.OptionBlockObject {
	out := []*slack.OptionBlockObject{}
	for _, v := range values {
		if fitsOption(v) && len(out) < maxOptions {
			out = append(out, option(v))
		}
	}
	return out
}
