package bot

import (
	"time"

	"orderly.example/ops"
)

// Phrases says a status and a list in plain lines that every surface can show.
type Phrases struct {
	Operations []ops.Operation           // parameters of an operation that is not among them are not shown, as one may be secret
	Location   *time.Location            // the zone in which times are said; UTC when nil
	Links      func(ops.Status) []Link   // where more is shown; nil: nowhere
	Voters     func(ops.Need) []ops.User // who may answer; nil: only the rule is said
	Shell      bool                      // lines that one could type are for a shell, not for a chat
}

// Text says everything that a person should know about a change, in both languages.
func (p Phrases) Text(s ops.Status) ops.Text { return p.Card(s).Text() }

// Message says it in one language.
func (p Phrases) Message(s ops.Status, lang string) string { return p.Text(s).In(lang) }

// Line is a request as the chat line that means it, secrets masked. Of an operation that is not known here only the
// name is said.
func (p Phrases) Line(r ops.Request) string {
	for _, op := range p.Operations {
		if op.Name == r.Operation {
			return Line(op, r)
		}
	}
	return neutral(r.Operation)
}

// Page says a list of changes, one per line.
func (p Phrases) Page(page ops.Page) ops.Text {
	if len(page.Changes) == 0 {
		return noChanges
	}
	columns := []ops.Text{{En: "CHANGE", Zh: "变更"}, {En: "STATE", Zh: "状态"}, {En: "BY", Zh: "申请人"}, {En: "AT", Zh: "时间"}, {En: "WHAT", Zh: "内容"}}
	in := func(lang string) string {
		rows := make([][]string, len(page.Changes))
		for i, c := range page.Changes {
			rows[i] = []string{c.ID, c.State.Text().In(lang), c.Requester, p.when(c.CreatedAt), cut(c.Text.In(lang))}
		}
		return table(columns, rows, lang)
	}
	text := ops.Text{En: in(ops.English), Zh: in(ops.Chinese)}
	if page.Next != "" {
		text = ops.Textf("%s\nmore: add %s", "%s\n更多:添加 %s", text, p.value("page", page.Next))
	}
	return text
}

var noChanges = ops.Textf("no changes found; \"ls\" without filters shows the latest", "没有符合条件的变更;输入 \"ls\" 查看最近的变更")

// PageCard says a list of changes as a card.
func (p Phrases) PageCard(page ops.Page) Card {
	c := Card{Title: say("changes", "变更列表"), Tone: ToneCalm}
	if len(page.Changes) == 0 {
		c.Title = noChanges
		return c
	}
	s := Section{Part: PartAnswer}
	for _, x := range page.Changes {
		s.add("%s %s: %s (%s, %s)", "%s %s:%s(%s,%s)", x.ID, x.State.Text(), cutText(x.Text), x.Requester, p.when(x.CreatedAt))
	}
	c.Sections = []Section{s}
	if page.Next != "" {
		c.Foot = ops.Textf("more: add %s", "更多:添加 %s", p.value("page", page.Next))
	}
	return c
}

func cutText(t ops.Text) ops.Text { return ops.Text{En: cut(t.En), Zh: cut(t.Zh)} }

// typed is a line as one types it here.
func (p Phrases) typed(line string) string {
	if p.Shell {
		return "orderly " + line
	}
	return line
}

// value is a named value as one types it here.
func (p Phrases) value(name, v string) string {
	if p.Shell {
		return "--" + name + " " + v
	}
	return name + "=" + v
}

func (p Phrases) when(t time.Time) string {
	in := p.Location
	if in == nil {
		in = time.UTC
	}
	return t.In(in).Format("2006-01-02 15:04 MST")
}
