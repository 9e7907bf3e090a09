package bot

import (
	"strings"
	"testing"

	"orderly.example/bot/gallery"
	"orderly.example/ops"
)

func TestMessages(t *testing.T) {
	p := Phrases{Operations: operations, Location: shanghai}
	seen := map[ops.State]bool{}
	for name, s := range gallery.Statuses() {
		golden(t, "message-"+name, p.Text(s))
		seen[s.State] = true
		for _, lang := range []string{"en", "zh"} {
			if strings.ContainsAny(p.Message(s, lang), "\x1b\x07\u202e") {
				t.Errorf("%s: control characters", name)
			}
		}
	}
	for _, s := range ops.States() {
		if !seen[s] {
			t.Errorf("no golden for %s", s)
		}
	}
}

func TestMessagesHideSecrets(t *testing.T) {
	s := gallery.In(ops.Received)
	s.Operation, s.Request = "note", request("note", map[string]string{"title": "x", "token": "env:TOKEN"})
	if m := (Phrases{Operations: operations}).Message(s, "en"); strings.Contains(m, "env:TOKEN") || !strings.Contains(m, "token=***") {
		t.Error(m)
	}
	if m := (Phrases{}).Message(s, "en"); strings.Contains(m, "env:TOKEN") || !strings.Contains(m, "  note\n") {
		t.Errorf("of an unknown operation nothing is shown: %s", m)
	}
}

func TestLongMessagesAreCut(t *testing.T) {
	s := gallery.In(ops.Planned)
	for range 30 {
		s.Plan.Diffs = append(s.Plan.Diffs, s.Plan.Diffs[0])
	}
	s.Answer = &ops.Answer{Text: ops.Plain("x"), Columns: []ops.Text{ops.Plain("c")}}
	for range maxRows + 5 {
		s.Answer.Rows = append(s.Answer.Rows, []string{strings.Repeat("中", 100)})
	}
	m := Phrases{Operations: operations}.Message(s, "en")
	for _, want := range []string{"… and 12 more", "… and 5 more rows", strings.Repeat("中", 39) + "…\n"} {
		if !strings.Contains(m, want) {
			t.Errorf("no %q in\n%s", want, m)
		}
	}
}

func TestTablesAlign(t *testing.T) {
	got := table([]ops.Text{{En: "名", Zh: "名"}, ops.Plain("n")}, [][]string{{"ab", "1"}, {"中文", "22"}, {"e\u0301", "3"}}, "en")
	if want := "  名    n\n  ab    1\n  中文  22\n  e\u0301     3"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
