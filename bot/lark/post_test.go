package lark

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"orderly.example/bot"
	"orderly.example/bot/chat"
	"orderly.example/bot/lark/larktest"
	"orderly.example/ops"
)

// impatient is a client that does not wait long for an answer that does not come.
func impatient(s *larktest.Server) *Client {
	return clientIn(s, func(c *Config) { c.HTTPClient = &http.Client{Timeout: 100 * time.Millisecond} })
}

// TestAPostWithoutAnAnswerIsNotRepeated: the message is there, and the next try finds it by its uuid.
func TestAPostWithoutAnAnswerIsNotRepeated(t *testing.T) {
	s := larktest.New(t)
	c, room := impatient(s), s.Chat("room")
	if err := posts(c, room, "first"); err != nil { // so that there is a token
		t.Fatal(err)
	}
	s.Fail("im.message.create", 1, larktest.NoAnswer)
	if err := posts(c, room, "second"); ops.CodeOf(err) != ops.Unavailable {
		t.Fatalf("%v", err)
	}
	first := room.Last().ID()
	m, err := c.Post(t.Context(), chat.Post{To: chat.Place{Channel: room.ID()}, Key: "second", Content: saying("second")})
	if err != nil || m.ID != first || len(room.Messages()) != 2 {
		t.Errorf("%+v, %v\n%s", m, err, room.Draw())
	}
	other := s.Chat("other")
	if err := posts(c, other, "second"); err != nil || len(other.Messages()) != 1 {
		t.Errorf("the same in another chat: %v\n%s", err, other.Draw())
	}
}

// TestAWhisperWithoutAnAnswerIsNotRepeated: the same answer to the same delivery is one message, another one is another.
func TestAWhisperWithoutAnAnswerIsNotRepeated(t *testing.T) {
	s := larktest.New(t)
	c, room := impatient(s), s.Chat("room")
	s.Person("ou_ann")
	by := chat.Asker{Account: "ou_ann", Place: chat.Place{Channel: room.ID()}, Key: "om_7"}
	if err := c.Whisper(t.Context(), by, saying("hello")); err != nil {
		t.Fatal(err)
	}
	s.Fail("im.message.create", 1, larktest.NoAnswer)
	if err := c.Whisper(t.Context(), by, saying("help")); ops.CodeOf(err) != ops.Unavailable {
		t.Fatalf("%v", err)
	}
	if err := c.Whisper(t.Context(), by, saying("help")); err != nil || len(room.Messages()) != 2 {
		t.Errorf("%v\n%s", err, room.Draw())
	}
	by.Key = "om_8"
	if err := c.Whisper(t.Context(), by, saying("help")); err != nil || len(room.Messages()) != 3 {
		t.Errorf("another delivery: %v\n%s", err, room.Draw())
	}
	if !strings.Contains(room.Draw(), "help @Ann") {
		t.Errorf("nobody is meant:\n%s", room.Draw())
	}
}

// TestProgressIsEditedMoreThanTwentyTimes: as a card; a text could not be.
func TestProgressIsEditedMoreThanTwentyTimes(t *testing.T) {
	s := larktest.New(t)
	c, room := clientIn(s, nil), s.Chat("room")
	m, err := c.Post(t.Context(), chat.Post{To: chat.Place{Channel: room.ID()}, Key: "k", Content: saying("0")})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 45 {
		if err := c.Edit(t.Context(), m, saying(fmt.Sprint("step ", n))); err != nil {
			t.Fatalf("edit %d: %v", n, err)
		}
	}
	if room.Last().Edits() != 45 || !strings.Contains(room.Draw(), "step 44") {
		t.Errorf("%s", room.Draw())
	}
	s.Advance(14*24*time.Hour + time.Minute)
	if err := c.Edit(t.Context(), m, saying("late")); ops.CodeOf(err) != ops.NotFound {
		t.Errorf("after 14 days: %v", err)
	}
}

// TestWhereAMessageGoes: a thread, a person, a group that the bot is not in, somebody who wants nothing.
func TestWhereAMessageGoes(t *testing.T) {
	s := larktest.New(t)
	c, room, ann := clientIn(s, nil), s.Chat("room"), s.Person("ou_ann")
	first := ann.Says(room, "look")
	for name, x := range map[string]struct {
		to   chat.Place
		code ops.Code
	}{
		"a thread":      {chat.Place{Channel: room.ID(), Thread: first.ID()}, ""},
		"a person":      {chat.Place{Channel: "ou_ann", Direct: true}, ""},
		"no member":     {chat.Place{Channel: s.Chat("closed").WithoutApp().ID()}, ops.Denied},
		"unavailable":   {chat.Place{Channel: s.Person("ou_una").Unavailable().ID(), Direct: true}, ops.Denied},
		"blocks us":     {chat.Place{Channel: s.Person("ou_blo").BlocksBot().ID(), Direct: true}, ops.Denied},
		"a lost thread": {chat.Place{Channel: room.ID(), Thread: "om_none"}, ops.Internal},
	} {
		_, err := c.Post(t.Context(), chat.Post{To: x.to, Key: name, Content: saying(name)})
		if got := ops.CodeOf(err); (err != nil || x.code != "") && got != x.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if m, err := c.Post(t.Context(), chat.Post{To: chat.Place{Channel: "ou_ann", Direct: true}, Key: "k", Content: saying("x")}); err != nil || m.Channel != ann.DM().ID() {
		t.Errorf("a message to a person is not known by its chat: %+v, %v", m, err)
	}
	if !strings.Contains(room.Draw(), "    orderly:\n        a thread") || !strings.Contains(ann.Draw(), "a person") {
		t.Errorf("%s\n%s", room.Draw(), ann.Draw())
	}
}

// TestAllThatIsSaidIsTaken: texts of any kind, and no mention that nobody meant.
func TestAllThatIsSaidIsTaken(t *testing.T) {
	s := larktest.New(t)
	c, room := clientIn(s, nil), s.Chat("room")
	s.Person("ou_ann")
	for n, said := range []string{"", " ", strings.Repeat("长", 20_000), "<at id=all></at> **x** <b>", "a\n  b\n\tc", "\x00\xff"} {
		if _, err := c.Post(t.Context(), chat.Post{To: chat.Place{Channel: room.ID()}, Key: fmt.Sprint(n), Content: saying(said)}); err != nil {
			t.Errorf("%.20q: %v", said, err)
		}
	}
	if strings.Contains(room.Draw(), "@all") {
		t.Errorf("%s", room.Draw())
	}
	if err := c.Whisper(t.Context(), chat.Asker{Account: "ou_nobody", Place: chat.Place{Channel: room.ID()}}, saying("x")); ops.CodeOf(err) != ops.Invalid {
		t.Errorf("a mention of nobody: %v", err)
	}
}

// TestTheAddressOfAPerson is the one that the administrator has entered.
func TestTheAddressOfAPerson(t *testing.T) {
	s := larktest.New(t)
	c := clientIn(s, nil)
	s.Person("ou_ann")
	if got, err := c.Email(t.Context(), "ou_ann"); got != "ann@example.com" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	s.Scopes("contact:contact.base:readonly")
	if got, err := c.Email(t.Context(), "ou_ann"); got != "" || err != nil {
		t.Errorf("without the scope: %q, %v", got, err)
	}
	if _, err := c.Email(t.Context(), "ou_none"); err == nil {
		t.Error("nobody has an address")
	}
}

// TestNoSecretIsSent: neither in what is posted nor in what is asked of Lark, but for the one call that it is for.
func TestNoSecretIsSent(t *testing.T) {
	s := larktest.New(t)
	s.AppSecret, s.EncryptKey, s.VerificationToken = "canary-app", "canary-encrypt", "canary-token"
	d, x := doorIn(t, s, nil)
	served(t, s, d)
	ann, room := s.Person("ou_ann"), s.Chat("room")
	empty := forms()["form-wrong"].form
	by := chat.Asker{Account: "ou_ann", Place: chat.Place{Channel: room.ID()}}
	for _, err := range []error{
		posts(d.Client, room, "x"), d.Client.Whisper(t.Context(), by, saying("y")), d.Client.Ask(t.Context(), by, chat.Prompt{Form: &empty}),
		d.Client.Home(t.Context(), "ou_ann", menuContent()), d.Client.Offer(t.Context(), []SlashCommand{{Name: "ops"}}),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	x.says(chat.Answer{Bad: true, Text: ops.TextOf(context.DeadlineExceeded)}, nil)
	a := ann.Submits(room.Last().Form("form"), larktest.Values{"name": "z"})
	all := string(a.Body) + room.Draw() + ann.Draw()
	for _, c := range s.Calls() {
		for name, v := range c.Args {
			if c.Method != tokenMethod {
				all += name + v
			}
		}
	}
	for _, secret := range []string{"canary-app", "canary-encrypt", "canary-token", "***"} {
		if strings.Contains(all, secret) {
			t.Errorf("%s shows", secret)
		}
	}
	if _, ok := s.Calls(tokenMethod)[0].Args["app_secret"]; !ok {
		t.Error("the call for a token has no secret, so nothing was tested")
	}
}

// TestEveryCardIsTaken: all that people meet, as the fake server checks it.
func TestEveryCardIsTaken(t *testing.T) {
	c := bot.Card{Title: ops.Plain(strings.Repeat("x", 500)), Tone: bot.ToneBad, Foot: ops.Plain("f"), Links: []bot.Link{{Label: ops.Plain("a]b"), URL: "https://x/(y)"}}}
	for _, lang := range []string{ops.English, ops.Chinese} {
		for name, card := range map[string]Card{
			"long": Draw(c, lang), "taken": drawing{lang: lang}.taken("scale", ops.Plain("*")), "text": drawContent(saying("x"), ""),
		} {
			if problems := larktest.CheckCard(encoded(t, card)); len(problems) > 0 {
				t.Errorf("%s: %v", name, problems)
			}
		}
	}
}
