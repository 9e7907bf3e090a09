package slack

import (
	"bytes"
	"encoding/json"
	"flag"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"orderly.example/bot"
	"orderly.example/bot/gallery"
	"orderly.example/ops"
)

var update = flag.Bool("update", false, "write the goldens anew")

func card(s ops.Status) bot.Card {
	op := ops.Operation{Name: "scale", Params: []ops.Param{{Name: "target", Required: true}, {Name: "replicas", Required: true}}}
	c := bot.Phrases{Operations: []ops.Operation{op}, Location: gallery.Noon.Location()}.Card(s)
	c.At = "1.2"
	return c
}

func linking(c bot.Card) bot.Card {
	c.Links = []bot.Link{{Label: ops.Text{En: "record", Zh: "记录"}, URL: "https://orderly.example.com/changes/" + c.ID + "?a=(1|2)"}}
	return c
}

// TestEveryStateIsDrawn: as a golden in both languages, within the limits of Slack.
func TestEveryStateIsDrawn(t *testing.T) {
	for name, s := range gallery.Statuses() {
		for _, lang := range []string{ops.English, ops.Chinese} {
			m := Draw(linking(card(s)), lang)
			var raw bytes.Buffer
			e := json.NewEncoder(&raw)
			e.SetEscapeHTML(false)
			e.SetIndent("", " ")
			if err := e.Encode(m); err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", name+"."+lang+".json"), raw.Bytes())
			within(t, m)
		}
	}
}

// within checks the limits that Slack documents for each block and element.
func within(t *testing.T, m Message) {
	t.Helper()
	ids := map[string]bool{}
	for _, b := range m.Blocks {
		if id := b.ID(); id == "" || len(id) > 255 || ids[id] {
			t.Errorf("block id %q", id)
		}
		ids[b.ID()] = true
		switch b := b.(type) {
		case *slack.SectionBlock:
			if n := utf8.RuneCountInString(b.Text.Text); n == 0 || n > 3000 {
				t.Errorf("a section of %d characters", n)
			}
		case *slack.ActionBlock:
			if n := len(b.Elements.ElementSet); n == 0 || n > 25 {
				t.Errorf("%d buttons", n)
			}
			for _, e := range b.Elements.ElementSet {
				button := e.(*slack.ButtonBlockElement)
				if utf8.RuneCountInString(button.Text.Text) > 75 || len(button.Value) > 2000 {
					t.Errorf("button %+v", button)
				}
				if p, err := bot.ReadPress([]byte(button.Value), "1.2"); err != nil || p.Change == "" {
					t.Errorf("%s does not read back: %+v, %v", button.Value, p, err)
				}
			}
		}
	}
	if !fits(m.Blocks) {
		t.Errorf("it does not fit: %d blocks", len(m.Blocks))
	}
}

func TestAHugeChangeFitsAndKeepsItsButtons(t *testing.T) {
	s := gallery.Huge()
	for _, lang := range []string{ops.English, ops.Chinese} {
		m := Draw(card(s), lang)
		within(t, m)
		last, ok := m.Blocks[len(m.Blocks)-2].(*slack.ActionBlock)
		if !ok || len(last.Elements.ElementSet) != 3 {
			t.Errorf("the buttons are gone: %+v", m.Blocks)
		}
	}
}

// TestNobodyMakesTheBotMention: what people, tickets and images are called reaches Slack as text and as nothing else.
func TestNobodyMakesTheBotMention(t *testing.T) {
	const evil = "<!channel> <@U1> <http://x|y> & ``` </a> @here"
	m := Draw(card(gallery.Written(evil)), ops.English)
	for _, b := range m.Blocks {
		if x, ok := b.(*slack.SectionBlock); ok {
			if strings.ContainsAny(x.Text.Text, "<>") || !x.Text.Verbatim || strings.Count(x.Text.Text, "```")%2 != 0 {
				t.Errorf("%s", x.Text.Text)
			}
		}
	}
	if strings.ContainsAny(m.Text, "<>") {
		t.Error(m.Text)
	}
}

func FuzzDraw(f *testing.F) {
	f.Add("a", "b\n```<!here>", 3)
	f.Fuzz(func(t *testing.T, title, text string, n int) {
		s := gallery.Statuses()["running"]
		s.Waiting, s.Request.Reason = ops.Plain(title), text
		for range n % 50 {
			s.Steps = append(s.Steps, ops.Step{Name: text, Object: title, State: ops.StepFailed, Error: ops.Errorf(ops.Invalid, "%s", "%s", text)})
		}
		within(t, Draw(card(s), ops.Chinese))
	})
}
