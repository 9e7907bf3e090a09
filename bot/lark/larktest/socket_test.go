package larktest_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/larksuite/oapi-sdk-go/v3/ws"

	"orderly.example/bot/lark/larktest"
)

var errBusy = errors.New("busy")

func TestEachDeliveryGoesToOneConnection(t *testing.T) {
	s := larktest.New(t)
	one, two := listen(t, s), listen(t, s)
	const all = 60
	used := map[int]int{}
	for range all {
		s.Person("ou_ann").Says(s.Chat("ops"), "@orderly help")
	}
	for _, d := range s.Deliveries(larktest.Event) {
		if !d.Answer().Acked || len(d.Attempts()) != 1 {
			t.Fatalf("%+v", d.Attempts())
		}
		if a := d.Attempts()[0]; a.Ended.Before(a.At) {
			t.Fatalf("%+v", a)
		}
		used[d.Attempts()[0].Connection]++
	}
	if a, b := one.count(), two.count(); a+b != all || a == 0 || b == 0 || len(used) != 2 {
		t.Errorf("%d and %d, %v", a, b, used)
	}
}

// attempts waits until the n-th attempt has failed.
func attempts(t *testing.T, d *larktest.Delivery, n int) {
	t.Helper()
	larktest.Await(t, "the attempts so far to fail", func() bool {
		all := d.Attempts()
		return len(all) >= n && all[n-1].Failed != ""
	})
}

// TestWhatIsNotAcknowledged: an event comes five times, a message with another event ID each time.
func TestWhatIsNotAcknowledged(t *testing.T) {
	s := larktest.New(t)
	a := listen(t, s)
	a.fail(errBusy)
	ann := s.Person("ou_ann")
	ann.Says(s.Chat("ops"), "@orderly help")
	menu := ann.OpensMenu("help")
	d := s.Deliveries("im.message.receive_v1")[0]
	for n, wait := range []time.Duration{15 * time.Second, 5 * time.Minute, time.Hour, 6 * time.Hour} {
		attempts(t, d, n+1)
		attempts(t, menu, n+1)
		s.Advance(wait / 2)
		if len(d.Attempts()) > n+1 {
			t.Fatalf("attempt %d came early", n+2)
		}
		s.Advance(wait / 2)
	}
	if got := d.Answer(); got.Acked || got.Trouble != "answered with 500" || len(d.Attempts()) != 5 {
		t.Errorf("%+v %+v", got, d.Attempts())
	}
	if got := menu.Answer(); got.Acked || len(menu.Attempts()) != 5 {
		t.Errorf("%+v", got)
	}
	ids := map[string]bool{}
	for n := range 5 {
		e := a.message(t, n)
		ids[e.EventV2Base.Header.EventID] = true
		if *e.Event.Message.MessageId != *a.message(t, 0).Event.Message.MessageId || nth(t, a, &a.menus, n).EventV2Base.Header.EventID != a.menus[0].EventV2Base.Header.EventID {
			t.Errorf("%d: %+v", n, e)
		}
	}
	if len(ids) != 5 {
		t.Error(ids)
	}
}

func TestAnEventWithoutAHandlerIsRefused(t *testing.T) {
	s := larktest.New(t)
	listen(t, s)
	d := s.Happens("moon.landed_v1")
	attempts(t, d, 1)
	if d.Attempts()[0].Failed != "answered with 500" {
		t.Errorf("%+v", d.Attempts())
	}
}

func TestEventsWaitForAConnection(t *testing.T) {
	s := larktest.New(t)
	s.Person("ou_ann").Says(s.Chat("ops"), "@orderly help")
	d := s.Deliveries()[0]
	attempts(t, d, 1)
	listen(t, s)
	s.Advance(15 * time.Second)
	if !d.Answer().Acked || d.Attempts()[0].Failed != "no connection" {
		t.Errorf("%+v", d.Attempts())
	}
}

func TestTheClientComesBack(t *testing.T) {
	s := larktest.New(t)
	a := listen(t, s)
	for n, leave := range []func(){s.Disconnect, s.DropConnections, func() { s.Fail("ws.endpoint", 1, larktest.ServerError); s.DropConnections() }} {
		leave()
		larktest.Await(t, "another connection", func() bool { return s.Connections() == 1 && a.times() == n+2 })
		if got := s.Person("ou_ann").OpensMenu("help").Answer(); !got.Acked {
			t.Fatalf("%d: %+v", n, got)
		}
	}
}

func TestADroppedConnectionBringsTheEventAgain(t *testing.T) {
	s := larktest.New(t)
	a := listen(t, s)
	s.AckWithin(time.Hour)
	a.mu.Lock() // the app hangs
	d := s.Person("ou_ann").OpensMenu("help")
	s.DropConnections()
	attempts(t, d, 1)
	a.mu.Unlock()
	larktest.Await(t, "another connection", func() bool { return s.Connections() == 1 })
	s.Advance(15 * time.Second)
	if !d.Answer().Acked || d.Attempts()[0].Failed != "connection lost" {
		t.Errorf("%+v", d.Attempts())
	}
}

func TestWhoMayConnect(t *testing.T) {
	s := larktest.New(t)
	var refused *ws.ClientError
	err := ws.NewClient(s.AppID, "wrong", ws.WithDomain(s.API()), ws.WithLogger(quiet{})).Start(t.Context())
	if !errors.As(err, &refused) || refused.Code != 514 {
		t.Error(err)
	}
	for range 50 {
		dial(t, s)
	}
	larktest.Await(t, "50 connections", func() bool { return s.Connections() == 50 })
	err = ws.NewClient(s.AppID, s.AppSecret, ws.WithDomain(s.API()), ws.WithLogger(quiet{})).Start(t.Context())
	if !errors.As(err, &refused) || refused.Code != 1000040350 {
		t.Error("one too many:", err)
	}
}

// TestTheClientGivesUp: after as many tries as it is told.
func TestTheClientGivesUp(t *testing.T) {
	s := larktest.New(t)
	s.Reconnects(2, 0, time.Second)
	c := ws.NewClient(s.AppID, s.AppSecret, ws.WithDomain(s.API()), ws.WithLogger(quiet{}))
	ended := make(chan error, 1)
	go func() { ended <- c.Start(context.Background()) }()
	larktest.Await(t, "a connection and a ping", func() bool { return s.Connections() == 1 && s.Pings() > 0 })
	s.Fail("ws.endpoint", 2, larktest.ServerError)
	s.DropConnections()
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "after 2 retries") || len(s.Calls("ws.endpoint")) != 3 {
		t.Error(err)
	}
}

// TestASilentConnection: the client finds out that nothing comes any more, though nothing is closed.
func TestASilentConnection(t *testing.T) {
	s := larktest.New(t)
	s.Silent()
	s.Reconnects(-1, 0, time.Second)
	a := listen(t, s)
	larktest.Await(t, "another connection", func() bool { return a.times() == 2 })
}

// TestAPayloadInSeveralFrames is read without the client, which puts the parts together without a lock.
func TestAPayloadInSeveralFrames(t *testing.T) {
	s := larktest.New(t)
	c := dial(t, s)
	s.SplitNext(1)
	d := s.Person("ou_ann").OpensMenu("help")
	var whole []byte
	var last ws.Frame
	for n := range 3 {
		last = read(t, c)
		h := ws.Headers(last.Headers)
		if h.GetInt("sum") != 3 || h.GetInt("seq") != n || h.GetString("type") != "event" || last.Method != 1 {
			t.Errorf("%+v", h)
		}
		whole = append(whole, last.Payload...)
	}
	if string(whole) != string(d.Payload) {
		t.Errorf("%s", whole)
	}
	answer(t, c, last, `{"code":200,"headers":null,"data":null}`)
	if !d.Answer().Acked {
		t.Errorf("%+v", d.Attempts())
	}
	s.Person("ou_ann").OpensMenu("help")
	if next := read(t, c); ws.Headers(next.Headers).GetInt("sum") != 1 {
		t.Error("split again")
	}
}

func TestAnAcknowledgementThatIsNone(t *testing.T) {
	s := larktest.New(t)
	c := dial(t, s)
	d := s.Person("ou_ann").OpensMenu("help")
	f := read(t, c)
	other := f
	other.Headers = slices.Clone(f.Headers)
	other.Headers[1].Value = "message-none"
	answer(t, c, other, `{"code":200}`)
	answer(t, c, f, `{`)
	if d.Settled() {
		t.Error("acknowledged")
	}
	answer(t, c, f, `{"code":200}`)
	if !d.Answer().Acked {
		t.Errorf("%+v", d.Attempts())
	}
}
