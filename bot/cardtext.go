package bot

import "orderly.example/ops"

// Text writes the card as lines: what every surface can show that draws nothing, in both languages.
func (c Card) Text() ops.Text {
	lines := []ops.Text{c.Title}
	for _, s := range c.Sections {
		lines = append(lines, s.text()...)
	}
	if len(c.Actions) > 0 {
		lines = append(lines, ops.Textf("next:", "可执行:"))
	}
	for _, a := range c.Actions {
		lines = append(lines, indented(ops.Plain(a.Line), "  "))
	}
	if !c.Foot.IsZero() {
		lines = append(lines, c.Foot)
	}
	return ops.JoinTexts(lines, ops.Plain("\n"))
}

func (s Section) text() []ops.Text {
	var lines []ops.Text
	if !s.Head.IsZero() {
		lines = append(lines, s.Head)
	}
	for _, l := range s.Lines {
		lines = append(lines, indented(l.Text, "  "))
		if !l.Note.IsZero() {
			lines = append(lines, indented(l.Note, "    "))
		}
	}
	if t := s.Table; t != nil {
		lines = append(lines, ops.Text{En: t.Text(ops.English), Zh: t.Text(ops.Chinese)})
	}
	if s.Left > 0 {
		lines = append(lines, ops.Textf("  … and %d more", "  …… 另有 %d 项", s.Left))
	}
	return lines
}

func indented(t ops.Text, by string) ops.Text { return ops.Text{En: by + t.En, Zh: by + t.Zh} }

// Text writes the table in columns of even width, for a font in which a Chinese character is as wide as two letters.
func (t Table) Text(lang string) string { return table(t.Columns, t.Rows, lang) }

// Clip shortens a text to n characters.
func Clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
