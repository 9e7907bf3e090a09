package lark

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"orderly.example/bot"
	"orderly.example/bot/chat"
	"orderly.example/bot/gallery"
	"orderly.example/bot/lark/larktest"
	"orderly.example/ops"
)

const cardLife = 14 * 24 * time.Hour

// oneChange is an engine that knows one change.
type oneChange struct {
	mu     sync.Mutex
	status ops.Status
}

func (o *oneChange) now() ops.Status {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.status
}

func (o *oneChange) succeed(at time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.status.State, o.status.CanContinue, o.status.ClosedAt, o.status.UpdatedAt = ops.Succeeded, nil, at, at
}

// Start starts nothing.
func (o *oneChange) Start(context.Context, ops.Request) (string, error) { return o.now().ID, nil }

// Act does nothing.
func (o *oneChange) Act(context.Context, string, ops.Act) (ops.Reply, error) {
	return ops.Reply{Accepted: true}, nil
}

// Status is the change.
func (o *oneChange) Status(context.Context, string) (ops.Status, error) { return o.now(), nil }

// List lists nothing.
func (o *oneChange) List(context.Context, ops.Filter) (ops.Page, error) { return ops.Page{}, nil }

// keeping is a change in a chat, kept by the real keeper.
type keeping struct {
	*larktest.Server
	t      *testing.T
	room   *larktest.Chat
	engine *oneChange
	keeper *chat.Keeper
	ref    string
}

// keep is a change that waits for an approval, of which nothing is posted yet.
func keep(t *testing.T) *keeping {
	t.Helper()
	k := &keeping{Server: larktest.New(t), t: t}
	k.room, k.engine = k.Chat("room"), &oneChange{}
	k.Person("ou_ann")
	k.Person("ou_bob")
	k.Person("ou_wei")
	desk := &bot.Desk{Operations: []ops.Operation{sale}, Identities: people(t), Starter: k.engine, Clock: k.Now}
	c := clientIn(k.Server, nil)
	k.keeper = &chat.Keeper{Desk: desk, Outbox: chat.NewOutbox(c, 0), Platform: c, Lifetime: cardLife, Clock: k.Now, Logger: slog.New(slog.DiscardHandler)}
	t.Cleanup(k.keeper.Close)
	s := gallery.In(ops.WaitingApproval)
	s.CanContinue = []ops.ActKind{ops.ActApprove, ops.ActReject, ops.ActCancel}
	s.Request.From = ops.Origin{Surface: Surface, Channel: k.room.ID()}
	k.engine.status = s
	return k
}

// notified is when the change wants to be shown anew, after it was shown as it is now.
func (k *keeping) notified() time.Time {
	k.t.Helper()
	s := k.engine.now()
	r, err := k.keeper.Notify(k.t.Context(), ops.Notice{Change: s.ID, From: s.Request.From, Ref: k.ref})
	if err != nil {
		k.t.Fatal(err)
	}
	k.ref = r.Ref
	return r.Renew
}

// cards are the messages that have the buttons of the change.
func (k *keeping) cards() []larktest.Message {
	var out []larktest.Message
	for _, m := range k.room.Messages() {
		if strings.Contains(m.Draw(), "[approve]") {
			out = append(out, m)
		}
	}
	return out
}

// TestAWaitingApprovalIsPostedAnewBeforeItsCardDies: a card takes no clicks and no edits after 14 days.
func TestAWaitingApprovalIsPostedAnewBeforeItsCardDies(t *testing.T) {
	k := keep(t)
	renew := k.notified()
	if left := renew.Sub(k.Now()); left > 13*24*time.Hour || left < 12*24*time.Hour {
		t.Errorf("it is renewed in %s", left)
	}
	first := k.cards()
	k.Advance(renew.Sub(k.Now()) + time.Second) // the change wakes up by then
	if again := k.notified(); !again.After(renew.Add(12 * 24 * time.Hour)) {
		t.Errorf("and then at %s", again)
	}
	if all := k.cards(); len(first) != 1 || len(all) != 2 {
		t.Fatalf("%d cards:\n%s", len(all), k.room.Draw())
	}
	k.Advance(2 * 24 * time.Hour) // the first one is 15 days old
	d, x := doorIn(t, k.Server, nil)
	listens(t, k.Server, d)
	last := k.cards()[1]
	if a := k.Person("ou_bob").Clicks(last, "approve").Answer(); !a.Acked || x.last().By.On != last.ID() {
		t.Errorf("%+v", a)
	}
	if _, err := bot.ReadPress(x.last().Press, last.ID()); err != nil {
		t.Errorf("the button of the new card: %v", err)
	}
	k.engine.succeed(k.Now())
	k.notified()
	if shown := k.room.Message(last.ID()).Draw(); !strings.Contains(shown, "succeeded") {
		t.Errorf("%s", shown)
	}
}

// TestADeletedCardIsPostedAnew: and one that was edited too late as well.
func TestADeletedCardIsPostedAnew(t *testing.T) {
	k := keep(t)
	k.notified()
	k.Advance(cardLife + time.Hour) // nobody woke the change up in time
	k.notified()
	if n := len(k.cards()); n != 2 {
		t.Errorf("%d cards:\n%s", n, k.room.Draw())
	}
	gone := k.cards()[1].ID()
	if err := clientIn(k.Server, nil).call(t.Context(), "DELETE", "/open-apis/im/v1/messages/"+gone, nil, nil); err != nil {
		t.Fatal(err)
	}
	k.engine.succeed(k.Now())
	k.notified()
	if last := k.room.Last(); last.ID() == gone || !strings.Contains(last.Draw(), "succeeded") {
		t.Errorf("%s", k.room.Draw())
	}
}
