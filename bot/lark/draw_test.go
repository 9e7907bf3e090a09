package lark

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orderly.example/bot"
	"orderly.example/bot/gallery"
	"orderly.example/bot/lark/larktest"
	"orderly.example/ops"
)

var update = flag.Bool("update", false, "write the goldens anew")

func card(s ops.Status) bot.Card {
	op := ops.Operation{Name: "scale", Params: []ops.Param{{Name: "target", Required: true}, {Name: "replicas", Required: true}}}
	c := bot.Phrases{Operations: []ops.Operation{op}, Location: gallery.Noon.Location()}.Card(s)
	c.At = "om_1"
	return c
}

func encoded(t testing.TB, c Card) []byte {
	t.Helper()
	var raw bytes.Buffer
	e := json.NewEncoder(&raw)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(c); err != nil {
		t.Fatal(err)
	}
	return raw.Bytes()
}

func linking(c bot.Card) bot.Card {
	c.Links = []bot.Link{{Label: ops.Text{En: "record", Zh: "记录"}, URL: "https://orderly.example.com/changes/" + c.ID + "?a=(1|2)"}}
	return c
}

// TestEveryStateIsDrawn: as a golden in both languages, within the limits of Lark.
func TestEveryStateIsDrawn(t *testing.T) {
	for name, s := range gallery.Statuses() {
		for _, lang := range []string{ops.English, ops.Chinese} {
			c := Draw(linking(card(s)), lang)
			got, path := encoded(t, c), filepath.Join("testdata", name+"."+lang+".json")
			if *update {
				if err := os.WriteFile(path, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(want, got) {
				t.Errorf("%s: got\n%s\nwant\n%s(%v)", path, got, want, err)
			}
			within(t, c)
		}
	}
}

// within checks what Lark documents for cards of JSON 2.0.
func within(t testing.TB, c Card) {
	t.Helper()
	if !fits(c) || c.Schema != "2.0" || !c.Config.UpdateMulti || c.Header.Template == "" || c.Header.Title.Content == "" {
		t.Errorf("card %+v", c.Header)
	}
	if problems := larktest.CheckCard(taut(t, c)); len(problems) > 0 {
		t.Errorf("Lark refuses it: %v", problems)
	}
	tables, names := 0, map[string]bool{}
	for _, e := range c.Body.Elements {
		if e.Tag == "table" {
			tables++
		}
		if e.Tag == "form" {
			submits := 0
			for _, inner := range e.Elements {
				if inner.Tag == "form" || inner.Tag == "table" || inner.Name == "" || names[inner.Name] {
					t.Errorf("in a form: %+v", inner)
				}
				names[inner.Name] = true
				if inner.FormActionType == "submit" {
					submits++
				}
			}
			if submits != 1 {
				t.Errorf("a form with %d submits", submits)
			}
		}
	}
	if tables > 5 {
		t.Errorf("%d tables", tables)
	}
}

// buttons are the presses of a card, as the platform would bring them back.
func buttons(t testing.TB, all []element) []bot.Press {
	t.Helper()
	var out []bot.Press
	for _, e := range all {
		out = append(out, buttons(t, e.Elements)...)
		if columns, ok := e.Columns.([]element); ok {
			out = append(out, buttons(t, columns)...)
		}
		for _, b := range e.Behaviors {
			raw, _ := json.Marshal(b.Value)
			p, err := bot.ReadPress(raw, "om_1")
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, p)
		}
	}
	return out
}

func TestAHugeChangeFitsAndKeepsItsButtons(t *testing.T) {
	s := gallery.Huge()
	c := Draw(card(s), ops.Chinese)
	within(t, c)
	if got := buttons(t, c.Body.Elements); len(got) != 3 || got[0].Plan != s.Plan.Hash {
		t.Errorf("buttons %+v", got)
	}
}

// TestNobodyMakesTheBotMention: what people, tickets and images are called reaches Lark as text and as nothing else.
func TestNobodyMakesTheBotMention(t *testing.T) {
	const evil = "<at id=all></at> **x** [y](http://z) `c` ~~s~~ ![i](k)"
	for _, e := range Draw(card(gallery.Written(evil)), ops.English).Body.Elements {
		content := strings.NewReplacer("<font color='grey'>", "", "</font>", "").Replace(e.Content)
		if strings.ContainsAny(content, "<>[]`~") || strings.Contains(content, "**x") {
			t.Errorf("%s", e.Content)
		}
	}
}

func FuzzDraw(f *testing.F) {
	f.Add("a", "b\n<at id=all>", 3)
	f.Fuzz(func(t *testing.T, title, text string, n int) {
		s := gallery.Statuses()["waiting-approval"]
		s.Waiting, s.Request.Reason = ops.Plain(title), text
		for range n % 50 {
			s.Steps = append(s.Steps, ops.Step{Name: text, Object: title, State: ops.StepFailed, Error: ops.Errorf(ops.Invalid, "%s", "%s", text)})
		}
		c := Draw(card(s), ops.Chinese)
		within(t, c)
		if len(buttons(t, c.Body.Elements)) != 3 {
			t.Error("buttons are gone")
		}
	})
}
