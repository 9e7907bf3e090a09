//go:build e2e

package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"orderly.example/bot/lark/larktest"
	"orderly.example/cmd/orderly/app"
	"orderly.example/ops"
)

// TestLarkIsAwayDuringAChange: the change goes on, and the message catches up.
func TestLarkIsAwayDuringAChange(t *testing.T) {
	t.Parallel()
	w := inLark(t, nil)
	room, ann, bob := w.Chat("room"), w.Person(larkAnn), w.Person(larkBob)
	ann.Says(room, "@orderly scale shop.cart.api@idc1:prod 6")
	w.shows(room, "[approve]")
	w.shows(room, "@Bob") // the note beside the card is said
	w.Fail("im.message.patch", 3, larktest.ServerError)
	w.Fail("im.message.patch", 1, larktest.Dropped)
	if a := bob.Clicks(room.Messages()[1], "approve").Answer(); a.Toast.Type == "error" {
		t.Errorf("%+v", a.Toast)
	}
	began, id := time.Now(), larkChange(t, room)
	larktest.Await(t, "the change to end", func() bool { return w.status(id).State == ops.Succeeded })
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it was held up for %s", took)
	}
	if strings.Contains(room.Draw(), ": succeeded") {
		t.Fatal("Lark was not away")
	}
	w.shows(room, ": succeeded")
	w.settle(room)
}

// TestAnUnansweredPostIsNotRepeatedOnLark: the first message is there and its answer lost, so the change finds it by its
// uuid; and so are the notes beside it.
func TestAnUnansweredPostIsNotRepeatedOnLark(t *testing.T) {
	t.Parallel()
	w := inLark(t, func(o *app.Options) { o.Lark.HTTPClient = &http.Client{Timeout: 700 * time.Millisecond} })
	room := w.Chat("room")
	w.Fail("im.message.create", 1, larktest.NoAnswer)
	w.Fail("im.message.reply", 1, larktest.NoAnswer)
	w.Person(larkAnn).Says(room, "@orderly scale shop.cart.api@idc1:prod 6")
	shown := w.shows(room, "[approve]")
	w.settle(room)
	larktest.Await(t, "the note to be tried again", func() bool { return len(w.Calls("im.message.reply")) > 1 })
	if n := strings.Count(room.Draw(), "waits for approval:"); n != 1 {
		t.Errorf("the note is there %d times:\n%s", n, shown)
	}
}

// TestALarkThatGetsInTheWay: each of the ways after the other, in one program.
func TestALarkThatGetsInTheWay(t *testing.T) {
	t.Parallel()
	w := inLark(t, nil)
	t.Run("twice and in disorder", func(t *testing.T) { twice(t, w.in(t)) })
	t.Run("tokens, limits and connections", func(t *testing.T) { obstructed(t, w.in(t)) })
}

// twice: every command is one change with one message, however often and in whatever order it is delivered.
func twice(t *testing.T, w *tenant) {
	ann := w.Person(larkAnn)
	const all = 20
	rooms := make([]*larktest.Chat, all)
	for n := range rooms {
		rooms[n] = w.Chat(fmt.Sprint("twice", n))
		w.DuplicateNext(3)
		w.SwapNext()
		ann.Says(rooms[n], "@orderly scale shop.cart.api@idc1:test 3 --plan")
	}
	ann.Says(w.Chat("last"), "@orderly help") // brings the one that was held back
	for _, room := range rooms {
		w.shows(room, "planned only")
		w.settle(room)
	}
	page, err := w.client().List(t.Context(), ops.Filter{Limit: 200})
	if err != nil || len(page.Changes) != all {
		t.Errorf("%d changes, %v", len(page.Changes), err)
	}
}

// obstructed: tokens that count no longer, rate limits, connections that break, events in pieces.
func obstructed(t *testing.T, w *tenant) {
	room, ann, bob := w.Chat("room"), w.Person(larkAnn), w.Person(larkBob)
	w.LimitRates()
	w.RevokeTokens()
	w.SplitNext(1)
	ann.Says(room, "@orderly scale shop.cart.api@idc1:prod 6")
	w.shows(room, "[approve]")
	w.DropConnections()
	larktest.Await(t, "the loss to be noticed", func() bool { return w.Connections() == 0 })
	other := w.Chat("other")
	ann.Says(other, "@orderly status shop.cart.api@idc1:prod") // nobody is there to take it
	larktest.Await(t, "the program to come back", func() bool { return w.Connections() == 1 })
	w.RevokeTokens()
	if a := bob.Clicks(room.Messages()[1], "approve").Answer(); a.Toast.Type == "error" {
		t.Errorf("%+v", a.Toast)
	}
	w.shows(room, ": succeeded")
	w.settle(room)
	w.Advance(16 * time.Second) // Lark brings what was not taken again
	w.shows(other, "# status-")
	w.settle(other)
}

// TestLarkOverHTTP: the same story without a connection of ours, and nobody else is believed.
func TestLarkOverHTTP(t *testing.T) {
	t.Parallel()
	w := inLark(t, func(o *app.Options) { o.Lark.HTTP = true })
	if err := w.DeliverTo(w.app.URL + "/lark"); err != nil {
		t.Fatal(err)
	}
	room, ann, bob := w.Chat("room"), w.Person(larkAnn), w.Person(larkBob)
	ann.Says(room, "@orderly scale shop.cart.api@idc1:prod 6")
	w.shows(room, "[approve]")
	for name, f := range map[string]larktest.Forgery{
		"wrong signature": larktest.WrongSignature, "unsigned": larktest.Unsigned, "old": larktest.OldTimestamp, "wrong token": larktest.WrongToken,
		"another tenant": larktest.OtherTenant, "unencrypted": larktest.Unencrypted,
	} {
		if code := bob.Forges(f, room, "@orderly approve "+larkChange(t, room)); code == 200 && f != larktest.OtherTenant {
			t.Errorf("%s: it is believed", name)
		}
	}
	if s := w.status(larkChange(t, room)); s.State != ops.WaitingApproval || len(s.Approvals) != 0 {
		t.Errorf("it was approved by nobody: %+v", s.Approvals)
	}
	if a := bob.Clicks(room.Messages()[1], "approve").Answer(); a.Toast.Type == "error" {
		t.Errorf("%+v", a.Toast)
	}
	w.shows(room, ": succeeded")
	if w.Connections() != 0 {
		t.Error("there is a connection")
	}
}

// TestWhoCannotBeReachedOnLark is passed over, whether they want nothing from the bot, may not use it or have left: the
// others are asked, in a group as in direct messages.
func TestWhoCannotBeReachedOnLark(t *testing.T) {
	t.Parallel()
	w := &tenant{Server: larktest.New(t), t: t}
	ann, bob, room := w.Person(larkAnn), w.Person(larkBob), w.Chat("room")
	w.Person("ou_dora").Unavailable()
	w.Person("ou_eve").BlocksBot() // and chen has no account there any more
	w.app = w.start(w.options())
	larktest.Await(t, "the program to connect", func() bool { return w.Connections() > 0 })
	ann.Says(ann.DM(), "scale shop.cart.api@idc1:prod 6")
	w.shows(bob.DM(), "[approve]")
	ann.Says(room, "@orderly scale shop.cart.api@idc2:prod 6")
	w.shows(room, "waits for approval: ")
	w.shows(room, "(bob, chen, dora, eve)")
	bob.Clicks(bob.DM().Last(), "approve").Answer()
	w.shows(ann.DM(), ": succeeded")
	w.shows(bob.DM(), ": succeeded")
}
