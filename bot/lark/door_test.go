package lark

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"orderly.example/bot"
	"orderly.example/bot/chat"
	"orderly.example/bot/lark/larktest"
	"orderly.example/ops"
)

// menuContent is a card with a button that says a line.
func menuContent() chat.Content {
	return chat.Content{Lang: ops.English, Card: &bot.Card{Title: ops.Plain("menu"), Tone: bot.ToneCalm, Actions: []bot.Action{{Say: "ls", Label: ops.Plain("ls")}}}}
}

// TestEveryWayToSpeakIsUnderstood: over the long connection.
func TestEveryWayToSpeakIsUnderstood(t *testing.T) {
	s := larktest.New(t)
	d, x := connected(t, s)
	ann, room := s.Person("ou_ann"), s.Chat("room")
	s.Person("ou_wei")
	s.Person("ou_zoe")
	check := func(want chat.Delivery) {
		t.Helper()
		larktest.Await(t, "a delivery", func() bool { return x.count() > 0 })
		got := x.last()
		x.mu.Lock()
		x.all = nil
		x.mu.Unlock()
		if got.Key == "" || got.At.IsZero() {
			t.Errorf("no key or time: %+v", got)
		}
		if got.Again != (got.Kind != chat.Say) {
			t.Errorf("only a message says when it was written, and so that it is new: %+v", got)
		}
		got.Key, got.At, got.By.On, got.Again = "", time.Time{}, "", false
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
	by := chat.Asker{Account: "ou_ann", Place: chat.Place{Channel: room.ID()}}
	first := ann.Says(room, "@orderly scale a.b.c@idc1:prod 6 by=@wei for @zoe <b>")
	check(chat.Delivery{Kind: chat.Say, By: by, Text: "scale a.b.c@idc1:prod 6 by=@wei for @Zoe"})
	ann.Posts(room, "@orderly ls", "mine")
	check(chat.Delivery{Kind: chat.Say, By: by, Text: "ls\nmine"})
	thread := by
	thread.Place.Thread = ann.Replies(first, "@orderly ls").ID()
	check(chat.Delivery{Kind: chat.Say, By: thread, Text: "ls"})
	direct := chat.Asker{Account: "ou_ann", Place: chat.Place{Channel: ann.DM().ID(), Direct: true}}
	ann.Says(ann.DM(), "/scale a.b.c 6")
	check(chat.Delivery{Kind: chat.Say, By: direct, Text: "/scale a.b.c 6"})
	menu := chat.Asker{Account: "ou_ann", Place: chat.Place{Direct: true}}
	ann.OpensMenu("say:ls mine")
	check(chat.Delivery{Kind: chat.Say, By: menu, Text: "ls mine"})
	ann.OpensMenu("home")
	check(chat.Delivery{Kind: chat.Home, By: menu})
	s.Person("ou_bob").Enters()
	check(chat.Delivery{Kind: chat.Home, By: chat.Asker{Account: "ou_bob", Place: chat.Place{Channel: s.Person("ou_bob").DM().ID(), Direct: true}}})
	for _, to := range []chat.Place{{Channel: room.ID()}, {Channel: room.ID(), Thread: first.ID()}, {Channel: ann.DM().ID(), Direct: true}} {
		m, err := d.Client.Post(t.Context(), chat.Post{To: to, Key: "menu" + to.Thread, Content: menuContent()})
		if err != nil {
			t.Fatal(err)
		}
		for _, ch := range []*larktest.Chat{room, ann.DM()} {
			if ch.ID() == to.Channel {
				ann.Clicks(ch.Message(m.ID), "ls").Answer()
			}
		}
		press := fmt.Sprintf(`{"s":"ls","v":1%s}`, map[bool]string{true: `,"t":"` + to.Thread + `"`}[to.Thread != ""])
		check(chat.Delivery{Kind: chat.Press, By: chat.Asker{Account: "ou_ann", Place: to}, Press: sorted(t, press)})
	}
}

// TestWhatIsNotForUsIsAcknowledgedAndLeftAlone: Lark brings what is not acknowledged again and again.
func TestWhatIsNotForUsIsAcknowledgedAndLeftAlone(t *testing.T) {
	s := larktest.New(t)
	_, x := connected(t, s)
	for _, kind := range ignored {
		if a := s.Happens(kind).Answer(); !a.Acked {
			t.Errorf("%s: %+v", kind, a)
		}
	}
	ann, room := s.Person("ou_ann"), s.Chat("room")
	ann.Says(ann.DM(), "hello")
	larktest.Await(t, "it", func() bool { return x.count() == 1 })
	ann.Enters().Answer() // she has talked with the bot before
	ann.Shares(ann.DM(), "image", `{"image_key":"img"}`)
	s.Person("ou_robot").IsBot().Says(room, "@orderly ls")
	ann.Shares(ann.DM(), "text", `not JSON`)
	larktest.Await(t, "all acknowledged", func() bool {
		return !slices.ContainsFunc(s.Deliveries(), func(d *larktest.Delivery) bool { return !d.Settled() })
	})
	if x.count() != 1 {
		t.Errorf("taken: %+v", x.all)
	}
}

// TestWhatIsNotTakenIsDeliveredAgain: as the same delivery, although Lark gives a message another event ID each time.
func TestWhatIsNotTakenIsDeliveredAgain(t *testing.T) {
	s := larktest.New(t)
	_, x := connected(t, s)
	x.says(chat.Answer{}, ops.Errorf(ops.Unavailable, "full", "已满"))
	ann := s.Person("ou_ann")
	said := ann.Says(s.Chat("room"), "@orderly ls")
	menu := ann.OpensMenu("say:ls")
	larktest.Await(t, "both", func() bool { return x.count() == 2 && failed(s) == 2 })
	x.says(chat.Answer{}, nil)
	s.Advance(16 * time.Second)
	if a := menu.Answer(); !a.Acked || len(menu.Attempts()) != 2 {
		t.Errorf("%+v", a)
	}
	larktest.Await(t, "both again", func() bool { return x.count() == 4 })
	keys := map[string]int{}
	for _, d := range x.all {
		keys[d.Key]++
	}
	if len(keys) != 2 || keys[said.ID()] != 2 {
		t.Errorf("%v", keys)
	}
	events := map[string]bool{}
	for _, a := range s.Deliveries(typeMessage)[0].Attempts() {
		events[a.EventID] = true
	}
	if len(events) != 2 {
		t.Errorf("the fake has one event ID for both attempts: %v", events)
	}
}

// TestWithoutKnowingItselfNothingIsTaken: the bot looks up who it is with the first event, which comes again when it cannot.
func TestWithoutKnowingItselfNothingIsTaken(t *testing.T) {
	s := larktest.New(t)
	_, x := connected(t, s)
	s.Fail("bot.info", 1, larktest.ServerError)
	s.Person("ou_ann").Says(s.Chat("room"), "@orderly ls")
	larktest.Await(t, "the first try to fail", func() bool { return failed(s) == 1 })
	s.Advance(16 * time.Second)
	if a := s.Deliveries()[0].Answer(); !a.Acked || x.count() != 1 || x.last().Text != "ls" {
		t.Errorf("%+v, %+v", a, x.all)
	}
}

// TestAWrongSecretEndsNothing: the door keeps trying, until the secret is right or the process ends.
func TestAWrongSecretEndsNothing(t *testing.T) {
	s := larktest.New(t)
	right := s.AppSecret
	s.AppSecret = "another"
	d, x := doorIn(t, s, func(c *Config) { c.AppSecret = "wrong" })
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Listen(ctx) }()
	larktest.Await(t, "two tries", func() bool { return len(s.Calls("ws.endpoint")) >= 2 })
	cancel()
	if err := <-ended; err != nil || s.Connections() != 0 || x.count() != 0 {
		t.Errorf("%v", err)
	}
	s.AppSecret = right
}

// failed is how many attempts did not succeed.
func failed(s *larktest.Server) int {
	n := 0
	for _, d := range s.Deliveries() {
		for _, a := range d.Attempts() {
			if a.Failed != "" {
				n++
			}
		}
	}
	return n
}

// TestAnAnswerComesInTime: what takes the delivery hears when Lark will wait no longer.
func TestAnAnswerComesInTime(t *testing.T) {
	for _, transport := range []string{"connection", "webhook"} {
		s := larktest.New(t)
		d, x := doorIn(t, s, nil)
		if transport == "webhook" {
			served(t, s, d)
		} else {
			listens(t, s, d)
		}
		left := make(chan time.Duration, 1)
		x.takes = func(ctx context.Context) {
			end, ok := ctx.Deadline()
			if !ok {
				end = time.Now().Add(time.Hour)
			}
			left <- time.Until(end)
		}
		s.Person("ou_ann").Says(s.Chat("room"), "@orderly ls")
		if l := <-left; l > takeTime {
			t.Errorf("%s: %s are left", transport, l)
		}
	}
}

// TestADoorComesBack: after connections that Lark closed, that broke, and while it sends events in pieces.
func TestADoorComesBack(t *testing.T) {
	s := larktest.New(t)
	_, x := connected(t, s)
	ann, room := s.Person("ou_ann"), s.Chat("room")
	for n, breaks := range []func(){s.Disconnect, s.DropConnections} {
		breaks()
		larktest.Await(t, "another connection", func() bool { return s.Connections() == 1 })
		s.SplitNext(1)
		ann.Says(room, "@orderly ls "+strings.Repeat("x", 3000))
		larktest.Await(t, "the message", func() bool { return x.count() > n })
	}
}

// TestEachEventReachesOneDoor: of several that are connected, any of them.
func TestEachEventReachesOneDoor(t *testing.T) {
	s := larktest.New(t)
	_, a := connected(t, s)
	_, b := connected(t, s)
	ann, room := s.Person("ou_ann"), s.Chat("room")
	larktest.Await(t, "both to have had one", func() bool {
		ann.Says(room, "@orderly ls")
		return a.count() > 0 && b.count() > 0
	})
	larktest.Await(t, "all", func() bool { return a.count()+b.count() == len(s.Deliveries()) })
}
