package lark

import (
	"encoding/json"
	"fmt"
	"strings"

	"orderly.example/bot"
	"orderly.example/ops"
)

// Limits of a card. Lark's own are 200 elements and 30 KB.
const (
	maxElements = 200
	maxBytes    = 28_000
	maxTitle    = 200
	pageSize    = 10 // rows of a table on one page; at most 10
	maxWhy      = 1000
)

// Draw draws a card in a language, as much of it as Lark takes.
func Draw(c bot.Card, lang string) Card {
	return drawing{lang: lang}.fit(c)
}

func (d drawing) fit(c bot.Card) Card {
	return d.card(c.Fit(func(c bot.Card) bool { return fits(d.card(c)) }))
}

func fits(c Card) bool {
	raw, err := json.Marshal(c)
	return err == nil && len(raw) <= maxBytes && count(c.Body.Elements) <= maxElements
}

func count(all []element) int {
	n := len(all)
	for _, e := range all {
		n += count(e.Elements)
		if columns, ok := e.Columns.([]element); ok {
			n += count(columns)
		}
	}
	return n
}

type drawing struct {
	lang   string
	thread string // where an answer to a click stands; empty: in no thread
}

// templates are the colours of the tones.
var templates = map[bot.Tone]string{bot.ToneCalm: "grey", bot.ToneAsks: "orange", bot.ToneRuns: "blue", bot.ToneGood: "green", bot.ToneBad: "red"}

func (d drawing) card(c bot.Card) Card {
	out := Card{
		Schema: "2.0", Config: config{UpdateMulti: true},
		Header: &header{Title: plain(bot.Clip(c.Title.In(d.lang), maxTitle)), Template: templates[c.Tone]},
	}
	for _, s := range c.Sections {
		out.Body.Elements = append(out.Body.Elements, d.section(s)...)
	}
	out.Body.Elements = append(out.Body.Elements, d.actions(c)...)
	if len(c.Links) > 0 {
		out.Body.Elements = append(out.Body.Elements, markdown(d.links(c.Links)))
	}
	if !c.Foot.IsZero() {
		out.Body.Elements = append(out.Body.Elements, markdown("<font color='grey'>"+escape(c.Foot.In(d.lang))+"</font>"))
	}
	if len(out.Body.Elements) == 0 {
		out.Body.Elements = []element{markdown("")} // Lark refuses a card of nothing
	}
	return out
}

func (d drawing) links(all []bot.Link) string {
	out := make([]string, len(all))
	for i, l := range all {
		out[i] = "[" + escape(l.Label.In(d.lang)) + "](" + linked(l.URL) + ")"
	}
	return strings.Join(out, " · ")
}

// section draws a section: its head, its facts as a list, its table.
func (d drawing) section(s bot.Section) []element {
	var lines []string
	if !s.Head.IsZero() {
		lines = append(lines, "**"+escape(s.Head.In(d.lang))+"**")
	}
	for _, f := range s.Lines {
		lines = append(lines, "- "+escape(f.Text.In(d.lang)))
		if !f.Note.IsZero() {
			lines = append(lines, "    - "+escape(f.Note.In(d.lang)))
		}
	}
	var out []element
	if len(lines) > 0 {
		out = append(out, markdown(strings.Join(lines, "\n")))
	}
	if s.Table != nil {
		out = append(out, d.table(*s.Table))
	}
	if s.Left > 0 {
		out = append(out, markdown(ops.Textf("… and %d more", "…… 另有 %d 项", s.Left).In(d.lang)))
	}
	return out
}

func (d drawing) table(t bot.Table) element {
	columns := make([]column, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = column{Name: fmt.Sprint("c", i), DisplayName: c.In(d.lang), DataType: "text"}
	}
	rows := make([]map[string]any, len(t.Rows))
	for i, r := range t.Rows {
		rows[i] = map[string]any{}
		for j, cell := range r[:min(len(r), len(columns))] {
			rows[i][columns[j].Name] = cell
		}
	}
	return element{Tag: "table", PageSize: pageSize, Columns: columns, Rows: rows}
}
