package larktest_test

import (
	"strings"
	"testing"
	"time"

	larkim "github.com/larksuite/oapi-sdk-go/v3/service/im/v1"

	"orderly.example/bot/lark/larktest"
)

func TestMessagesArePostedAnsweredChangedAndRecalled(t *testing.T) {
	s := larktest.New(t)
	c, ops := connect(s), s.Chat("ops")
	s.Person("ou_ann")
	first := must[*larkim.CreateMessageRespData](t)(c.create(t, "chat_id", "oc_ops", "text", text(`Hi <at user_id="ou_ann">Ann</at>`), ""))
	if *first.ChatId != "oc_ops" || *first.MsgType != "text" || *first.Sender.SenderType != "app" || *first.Sender.Id != s.AppID || first.ThreadId != nil {
		t.Errorf("%s", larkim.MsgTypeText)
	}
	asks := c.post(t, ops)
	below := must[*larkim.ReplyMessageRespData](t)(c.reply(t, asks, "text", text("working"), true))
	if *below.ThreadId == "" || *below.RootId != asks || *below.ParentId != asks {
		t.Errorf("%+v", below)
	}
	again := must[*larkim.ReplyMessageRespData](t)(c.reply(t, *below.MessageId, "text", text("done"), false))
	if *again.ThreadId != *below.ThreadId || *again.RootId != asks || *again.ParentId != *below.MessageId {
		t.Errorf("what answers in a thread stays there: %+v", again)
	}
	must[*larkim.ReplyMessageRespData](t)(c.reply(t, *first.MessageId, "text", text("by the way"), false))
	if err := c.patch(t, asks, card(markdown("Scaled [here](https://x.example)"))); err != nil {
		t.Error(err)
	}
	if err := c.update(t, *first.MessageId, "text", text("Hello")); err != nil {
		t.Error(err)
	}
	got := must[*larkim.Message](t)(c.get(t, *first.MessageId))
	if *got.Body.Content != text("Hello") || !*got.Updated || *got.Deleted {
		t.Errorf("%+v", got)
	}
	if err := c.delete(t, *again.MessageId); err != nil {
		t.Error(err)
	}
	const want = `#ops
orderly: (edited 1x) Hello
orderly: (edited 1x)
    # Scale
    Scaled here (https://x.example)
    orderly: working
    orderly: (recalled)
orderly: (to orderly) by the way
`
	if got := ops.Draw(); got != want {
		t.Error(got)
	}
	if m := ops.Message(asks); m.Edits() != 1 || m.Thread() != *below.ThreadId || !strings.Contains(m.Card(), "Scaled") || ops.Last().Card() != "" {
		t.Errorf("%d %s", m.Edits(), m.Thread())
	}
}

func TestPeopleAreReachedByEveryID(t *testing.T) {
	s := larktest.New(t)
	c, ann := connect(s), s.Person("ou_ann")
	s.Scopes("im:message", "contact:user.employee_id:readonly")
	for kind, id := range map[string]string{"open_id": ann.ID(), "union_id": ann.UnionID(), "user_id": ann.UserID(), "email": ann.Email(), "chat_id": ann.DM().ID()} {
		if _, err := c.create(t, kind, id, "text", text("hi"), ""); err != nil {
			t.Error(kind, err)
		}
	}
	if want := "direct messages with Ann\n" + strings.Repeat("orderly: hi\n", 5); ann.Draw() != want {
		t.Error(ann.Draw())
	}
}

func TestWhatCannotBePosted(t *testing.T) {
	s := larktest.New(t)
	c := connect(s)
	s.Chat("ops")
	s.Chat("away").WithoutApp()
	s.Person("ou_bob").Unavailable()
	s.Person("ou_eve").BlocksBot()
	long := func(n int) string { return text(strings.Repeat("x", n-len(text("")))) }
	for _, w := range []struct {
		what, kind, to, msgType, content string
		code                             int
	}{
		{"no chat", "chat_id", "oc_none", "text", text("x"), 230002},
		{"without the app", "chat_id", "oc_away", "text", text("x"), 230002},
		{"nobody", "open_id", "ou_none", "text", text("x"), 230034},
		{"without the scope", "user_id", "bob", "text", text("x"), 99991672},
		{"no such type of ID", "name", "ops", "text", text("x"), 99992402},
		{"no type of ID", "", "oc_ops", "text", text("x"), 99992402},
		{"unavailable", "open_id", "ou_bob", "text", text("x"), 230013},
		{"blocked", "open_id", "ou_eve", "text", text("x"), 230053},
		{"150 KB", "chat_id", "oc_ops", "text", long(150 * 1024), 0},
		{"more than 150 KB", "chat_id", "oc_ops", "text", long(150*1024 + 1), 230025},
		{"a post of more than 30 KB", "chat_id", "oc_ops", "post", long(30*1024 + 1), 230025},
		{"a card of more than 30 KB", "chat_id", "oc_ops", "interactive", card(markdown(strings.Repeat("x", 30*1024))), 230025},
		{"no JSON", "chat_id", "oc_ops", "text", "x", 230001},
		{"empty", "chat_id", "oc_ops", "text", text(""), 230001},
		{"an empty post", "chat_id", "oc_ops", "post", "{}", 230001},
		{"another type", "chat_id", "oc_ops", "image", "{}", 230001},
		{"mentions nobody", "chat_id", "oc_ops", "text", text(`<at user_id="ou_none"></at>`), 230001},
		{"mentions all", "chat_id", "oc_ops", "text", text(`<at user_id="all"></at>`), 0},
		{"a card that mentions nobody", "chat_id", "oc_ops", "interactive", card(markdown(`<at id=ou_none></at>`)), 230099},
		{"a bad card", "chat_id", "oc_ops", "interactive", card(`{"tag":"note"}`), 230099},
	} {
		if _, err := c.create(t, w.kind, w.to, w.msgType, w.content, ""); code(err) != w.code {
			t.Errorf("%s: %v", w.what, err)
		}
	}
	_, err := c.create(t, "chat_id", "oc_ops", "interactive", card(`{"tag":"note"}`), "")
	if want := "ErrCode: 200861; ErrPath: ROOT -> body -> elements -> 0 -> tag"; !strings.Contains(err.Error(), want) {
		t.Error(err)
	}
}

func TestAUUIDPostsOnceInAnHour(t *testing.T) {
	s := larktest.New(t)
	c, ops, db := connect(s), s.Chat("ops"), s.Chat("db")
	post := func(ch *larktest.Chat, words string) string {
		t.Helper()
		return *must[*larkim.CreateMessageRespData](t)(c.create(t, "chat_id", ch.ID(), "text", text(words), "u1")).MessageId
	}
	first := post(ops, "one")
	if post(ops, "one") != first || post(db, "another, in another chat") != first {
		t.Error("posted twice")
	}
	s.Advance(time.Hour)
	if post(ops, "two") == first {
		t.Error("still the first one after an hour")
	}
	if want := "#ops\norderly: one\norderly: two\n"; ops.Draw() != want || len(db.Messages()) != 0 {
		t.Error(ops.Draw())
	}
	if _, err := c.create(t, "chat_id", ops.ID(), "text", text("x"), strings.Repeat("u", 51)); code(err) != 99992402 {
		t.Error(err)
	}
}

func TestWhatCannotBeChanged(t *testing.T) {
	s := larktest.New(t)
	c, ops, away := connect(s), s.Chat("ops"), s.Chat("away")
	words, asks, lost := c.say(t, ops, "x"), c.post(t, ops), c.post(t, away)
	away.WithoutApp()
	gone := c.say(t, ops, "x")
	if err := c.delete(t, gone); err != nil {
		t.Fatal(err)
	}
	private := strings.Replace(card(), `"update_multi":true`, `"enable_forward":true`, 1)
	get := func(id string) error { _, err := c.get(t, id); return err }
	reply := func(id string) error { _, err := c.reply(t, id, "text", text("x"), false); return err }
	for _, w := range []struct {
		what string
		err  error
		code int
	}{
		{"a text by PATCH", c.patch(t, words, card()), 230001},
		{"a card by PUT", c.update(t, asks, "text", text("x")), 230054},
		{"a text into a card", c.update(t, words, "interactive", card()), 230054},
		{"not shared", c.patch(t, asks, private), 230001},
		{"a bad card", c.patch(t, asks, card(`{"tag":"note"}`)), 230099},
		{"recalled", c.update(t, gone, "text", text("x")), 230011},
		{"recalled twice", c.delete(t, gone), 230110},
		{"recalled, read", get(gone), 230110},
		{"recalled, answered", reply(gone), 230011},
		{"unknown", c.patch(t, "om_none", card()), 230001},
		{"unknown, answered", reply("om_none"), 230001},
		{"unknown, read", get("om_none"), 230001},
		{"unknown, recalled", c.delete(t, "om_none"), 230001},
		{"where the app is not", c.patch(t, lost, card()), 230002},
		{"where the app is not, read", get(lost), 230002},
		{"where the app is not, answered", reply(lost), 230002},
	} {
		if code(w.err) != w.code {
			t.Errorf("%s: %v", w.what, w.err)
		}
	}
}

func TestChangesEnd(t *testing.T) {
	s := larktest.New(t)
	c, ops := connect(s), s.Chat("ops")
	words, asks := c.say(t, ops, "x"), c.post(t, ops)
	for range 20 {
		if err := c.update(t, words, "text", text("y")); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.update(t, words, "text", text("z")); code(err) != 230072 {
		t.Error(err)
	}
	s.Advance(time.Hour)
	for range 30 {
		if err := c.patch(t, asks, card()); err != nil {
			t.Fatal(err)
		}
	}
	s.Advance(14*24*time.Hour - 2*time.Hour)
	if err := c.patch(t, asks, card()); err != nil {
		t.Error(err)
	}
	s.Advance(2 * time.Hour)
	if err := c.patch(t, asks, card()); code(err) != 230031 {
		t.Error(err)
	}
}
