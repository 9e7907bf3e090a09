package slack

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"orderly.example/bot"
	"orderly.example/ops"
)

// Message is a card as Slack takes it.
type Message struct {
	Text   string        `json:"text"` // for notifications, and for clients that draw no blocks
	Blocks []slack.Block `json:"blocks"`
}

// Draw draws a card in a language, as much of it as Slack takes.
func Draw(c bot.Card, lang string) Message {
	d := drawing{lang: lang}
	c = c.Fit(func(c bot.Card) bool { return fits(d.blocks(c)) })
	return Message{Text: escape(bot.Clip(c.Title.In(lang), maxSection)), Blocks: d.blocks(c)}
}

type drawing struct{ lang string }

// marks show the tone of a card where colours cannot.
var marks = map[bot.Tone]string{
	bot.ToneCalm: ":white_circle:", bot.ToneAsks: ":large_yellow_circle:", bot.ToneRuns: ":large_blue_circle:",
	bot.ToneGood: ":large_green_circle:", bot.ToneBad: ":red_circle:",
}

func (d drawing) blocks(c bot.Card) []slack.Block {
	title := marks[c.Tone] + " *" + escape(bot.Clip(c.Title.In(d.lang), maxSection-40)) + "*"
	out := []slack.Block{section("title", title)}
	for i, s := range c.Sections {
		if text := d.section(s); text != "" {
			out = append(out, section(fmt.Sprint(s.Part, "-", i), text))
		}
	}
	buttons := c.Buttons()
	for n := 0; n < len(buttons); n += perRow {
		var row []slack.BlockElement
		for i, a := range buttons[n:min(n+perRow, len(buttons))] {
			row = append(row, d.button(c, n+i, a))
		}
		out = append(out, slack.NewActionBlock(fmt.Sprint("actions-", n/perRow), row...))
	}
	if len(c.Links) > 0 {
		out = append(out, slack.NewContextBlock("links", mrkdwn(d.links(c.Links))))
	}
	if !c.Foot.IsZero() {
		out = append(out, slack.NewContextBlock("foot", mrkdwn(escape(c.Foot.In(d.lang)))))
	}
	return out
}

func (d drawing) links(all []bot.Link) string {
	out := make([]string, len(all))
	for i, l := range all {
		out[i] = "<" + linked(l.URL) + "|" + escape(l.Label.In(d.lang)) + ">"
	}
	return strings.Join(out, " · ")
}

func section(id, text string) *slack.SectionBlock {
	return slack.NewSectionBlock(mrkdwn(text), nil, nil, slack.SectionBlockOptionBlockID(id))
}

func mrkdwn(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, text, false, true)
}

func plain(text string, limit int) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, bot.Clip(text, limit), false, false)
}

// section writes a section: its head, its facts as a list, its table in a code block.
func (d drawing) section(s bot.Section) string {
	var lines []string
	if !s.Head.IsZero() {
		lines = append(lines, escape(s.Head.In(d.lang)))
	}
	for _, f := range s.Lines {
		lines = append(lines, "• "+escape(f.Text.In(d.lang)))
		if !f.Note.IsZero() {
			lines = append(lines, "    "+escape(f.Note.In(d.lang)))
		}
	}
	if s.Table != nil {
		lines = append(lines, fenced(s.Table.Text(d.lang)))
	}
	if s.Left > 0 {
		lines = append(lines, ops.Textf("… and %d more", "…… 另有 %d 项", s.Left).In(d.lang))
	}
	return strings.Join(lines, "\n")
}
