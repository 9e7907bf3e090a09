package larktest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orderly.example/bot/lark/larktest"
)

func input(name string) string { return fmt.Sprintf(`{"tag":"input","name":%q}`, name) }

func submit(name string) string {
	return fmt.Sprintf(`{"tag":"button","name":%q,"form_action_type":"submit","text":{"tag":"plain_text","content":"Send"}}`, name)
}

func form(elements ...string) string {
	return `{"tag":"form","name":"form","elements":[` + strings.Join(elements, ",") + `]}`
}

func many(n int, s string) string { return strings.TrimSuffix(strings.Repeat(s+",", n), ",") }

func columns(elements ...string) string {
	for i, e := range elements {
		elements[i] = `{"tag":"column","elements":[` + e + `]}`
	}
	return `{"tag":"column_set","columns":[` + strings.Join(elements, ",") + `]}`
}

func panel(elements string) string {
	return `{"tag":"collapsible_panel","header":{"title":{"tag":"plain_text","content":"More"}},"elements":[` + elements + `]}`
}

const table = `{"tag":"table","page_size":10,"columns":[{"name":"a","display_name":"A","data_type":"text"},{"name":"n","data_type":"number"}],"rows":[{"a":"x","n":1}]}`

func nested(n int) string {
	e := `{"tag":"hr"}`
	for range n {
		e = panel(e)
	}
	return e
}

// good are cards that Lark takes.
func good() map[string]string {
	all := map[string]string{
		"plain": card(), "nothing": card(`{"tag":"hr"}`), "200 elements": card(many(200, `{"tag":"hr"}`)), "5 tables": card(many(5, table)),
		"a form":      card(form(input("why"), submit("send"), `{"tag":"button","name":"again","form_action_type":"reset"}`)),
		"form layout": card(form(columns(input("why"), submit("send")))), "nested": card(nested(5)),
		"columns": card(columns(button("a", "A", `{}`), button("b", "B", `{}`))),
		"a link":  card(`{"tag":"button","text":{"tag":"plain_text","content":"x"},"behaviors":[{"type":"open_url","default_url":"https://x.example"}]}`),
		"confirm": card(`{"tag":"button","confirm":{"title":{"tag":"plain_text","content":"Sure?"},"text":{"tag":"plain_text","content":"Yes"}}}`),
		"area":    card(`{"tag":"interactive_container","behaviors":[{"type":"callback","value":{}}],"elements":[{"tag":"hr"}]}`),
		"unnamed": card(many(2, `{"tag":"button"}`)), "ids": card(`{"tag":"hr","element_id":"a_1"}`, `{"tag":"hr","element_id":"a_2"}`),
		"a picture": card(`{"tag":"img","img_key":"k","alt":{"tag":"plain_text","content":"x"},"anything":1}`),
		"fields": card(`{"tag":"select_static","options":[{"text":{"tag":"plain_text","content":"x"},"value":"x"}]}`, `{"tag":"date_picker","initial_date":"2026-01-01"}`,
			`{"tag":"checker","checked":true,"text":{"tag":"lark_md","content":"x"}}`, `{"tag":"multi_select_person","selected_values":["ou_ann"]}`),
	}
	return all
}

func TestGoodCards(t *testing.T) {
	for what, c := range good() {
		if got := larktest.CheckCard([]byte(c)); len(got) > 0 {
			t.Errorf("%s: %v", what, got)
		}
	}
}

// TestTheCardsOfTheBot: those that the front door draws are taken.
func TestTheCardsOfTheBot(t *testing.T) {
	files, err := filepath.Glob("../testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no cards", err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if got := larktest.CheckCard(raw); len(got) > 0 {
			t.Errorf("%s: %v", f, got)
		}
	}
}

func TestBadCards(t *testing.T) {
	whole := func(body string) string { return `{"schema":"2.0","body":` + body + `}` }
	for _, c := range []struct {
		what, card, path string
		code             int
	}{
		{"no JSON", `{`, "", 200621},
		{"no object", `[]`, "", 200621},
		{"no schema", `{"body":{"elements":[]}}`, "", 200621},
		{"the old schema", `{"schema":"1.0","body":{"elements":[]}}`, "/schema", 200621},
		{"no body", `{"schema":"2.0"}`, "", 200621},
		{"unknown at the top", `{"schema":"2.0","elements":[],"body":{"elements":[]}}`, "/elements", 200621},
		{"not shared", `{"schema":"2.0","config":{"update_multi":false},"body":{"elements":[]}}`, "/config/update_multi", 200621},
		{"a colour", `{"schema":"2.0","header":{"title":{"tag":"plain_text","content":"x"},"template":"pink"},"body":{"elements":[]}}`, "/header/template", 200621},
		{"no title", `{"schema":"2.0","header":{"template":"red"},"body":{"elements":[]}}`, "/header", 200621},
		{"no text", `{"schema":"2.0","header":{"title":"x"},"body":{"elements":[]}}`, "/header/title", 200621},
		{"a tag of a title", `{"schema":"2.0","header":{"title":{"tag":"markdown","content":"x"}},"body":{"elements":[]}}`, "/header/title/tag", 200621},
		{"no elements", whole(`{}`), "/body", 200621},
		{"no array", whole(`{"elements":{}}`), "/body/elements", 200621},
		{"no element", whole(`{"elements":[1]}`), "/body/elements/0", 200621},
		{"an old tag", card(`{"tag":"action","actions":[]}`), "/body/elements/0/tag", 200861},
		{"a note", card(`{"tag":"note"}`), "/body/elements/0/tag", 200861},
		{"no tag", card(`{}`), "/body/elements/0/tag", 200861},
		{"a column alone", card(`{"tag":"column","elements":[]}`), "/body/elements/0/tag", 200861},
		{"a button as a column", card(`{"tag":"column_set","columns":[{"tag":"button"}]}`), "/body/elements/0/columns/0/tag", 200861},
		{"an unknown property", card(`{"tag":"markdown","content":"x","colour":"red"}`), "/body/elements/0/colour", 200621},
		{"markdown without content", card(`{"tag":"markdown"}`), "/body/elements/0", 200621},
		{"201 elements", card(many(201, `{"tag":"hr"}`)), "/body/elements", 11310},
		{"201 with those in columns", card(columns(many(199, `{"tag":"hr"}`))), "/body/elements", 11310},
		{"more than 30 KB", card(markdown(strings.Repeat("x", 30*1024))), "", 230025},
		{"6 tables", card(many(6, table)), "/body/elements", 11310},
		{"rows of a page", card(strings.Replace(table, `"page_size":10`, `"page_size":11`, 1)), "/body/elements/0/page_size", 200621},
		{"half a row", card(strings.Replace(table, `"page_size":10`, `"page_size":1.5`, 1)), "/body/elements/0/page_size", 200621},
		{"a cell without a column", card(strings.Replace(table, `"n":1`, `"m":1`, 1)), "/body/elements/0/rows/0/m", 200621},
		{"a cell of another type", card(strings.Replace(table, `"n":1`, `"n":"1"`, 1)), "/body/elements/0/rows/0/n", 200621},
		{"a type of columns", card(strings.Replace(table, `"data_type":"number"`, `"data_type":"date_time"`, 1)), "/body/elements/0/columns/1/data_type", 200621},
		{"51 columns", card(`{"tag":"table","rows":[],"columns":[` + many(51, `{"name":"a"}`) + `]}`), "/body/elements/0/columns", 200621},
		{"a table inside", card(panel(table)), "/body/elements/0/elements/0", 200621},
		{"a table in a form", card(form(table, submit("s"))), "/body/elements/0/elements/0", 200621},
		{"a form inside", card(columns(form(submit("s")))), "/body/elements/0/columns/0/elements/0", 200621},
		{"6 containers", card(nested(6)), "/body/elements/0" + strings.Repeat("/elements/0", 5), 200621},
		{"a form without a submit button", card(form(input("why"))), "/body/elements/0", 200530},
		{"a form with two", card(form(submit("a"), submit("b"))), "/body/elements/0", 200530},
		{"a form without a name", card(`{"tag":"form","name":"","elements":[` + submit("a") + `]}`), "/body/elements/0", 200530},
		{"an input without a name", card(form(`{"tag":"input"}`, submit("s"))), "/body/elements/0/elements/0", 200530},
		{"an empty name", card(form(input(""), submit("s"))), "/body/elements/0/elements/0", 200530},
		{"a name twice", card(form(input("s"), submit("s"))), "/body/elements/0/elements/1/name", 200530},
		{"a name twice outside of forms", card(button("a", "A", `{}`), button("a", "B", `{}`)), "/body/elements/1/name", 200530},
		{"submit outside of a form", card(submit("s")), "/body/elements/0/form_action_type", 200621},
		{"required outside of a form", card(`{"tag":"input","required":true}`), "/body/elements/0/required", 200621},
		{"a value that is a string", card(button("a", "A", `"x"`)), "/body/elements/0/behaviors/0/value", 200621},
		{"no value", card(button("a", "A", `null`)), "/body/elements/0/behaviors/0", 200621},
		{"no such behavior", card(`{"tag":"button","behaviors":[{"type":"click"}]}`), "/body/elements/0/behaviors/0/type", 200621},
		{"behaviors are no array", card(`{"tag":"button","behaviors":{}}`), "/body/elements/0/behaviors", 200621},
		{"the value of old cards", card(`{"tag":"button","value":{}}`), "/body/elements/0/value", 200621},
		{"a dialog without a title", card(`{"tag":"button","confirm":{"text":{"tag":"plain_text","content":"x"}}}`), "/body/elements/0/confirm", 200621},
		{"a type of buttons", card(`{"tag":"button","type":"warning"}`), "/body/elements/0/type", 200621},
		{"max_length", card(`{"tag":"input","max_length":1001}`), "/body/elements/0/max_length", 200621},
		{"an option without a value", card(`{"tag":"select_static","options":[{"text":{"tag":"plain_text","content":"x"}}]}`), "/body/elements/0/options/0", 200621},
		{"an ID twice", card(many(2, `{"tag":"hr","element_id":"a"}`)), "/body/elements/1/element_id", 200621},
		{"a bad ID", card(`{"tag":"hr","element_id":"1"}`), "/body/elements/0/element_id", 200621},
		{"no boolean", card(`{"tag":"button","disabled":"yes"}`), "/body/elements/0/disabled", 200621},
		{"no string", card(`{"tag":"markdown","content":1}`), "/body/elements/0/content", 200621},
	} {
		got := larktest.CheckCard([]byte(c.card))
		if len(got) != 1 || got[0].Path != c.path || got[0].Code != c.code || !strings.Contains(got[0].String(), fmt.Sprintf("%d: ", c.code)) {
			t.Errorf("%s: %v, want %d at %s", c.what, got, c.code, c.path)
		}
	}
}

// FuzzCheckCard: a card that is taken can be drawn.
func FuzzCheckCard(f *testing.F) {
	for _, c := range good() {
		f.Add(c)
	}
	f.Add(card(form(input(""), table)))
	s := larktest.New(f)
	f.Fuzz(func(t *testing.T, c string) {
		if got := larktest.CheckCard([]byte(c)); len(got) == 0 && s.Person("ou_ann").Shares(s.Chat("ops"), "interactive", c).Draw() == "" {
			t.Error("nothing to see")
		}
	})
}
