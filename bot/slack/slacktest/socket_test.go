package slacktest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"orderly.example/bot/slack/slacktest"
)

func TestEachDeliveryGoesToOneConnection(t *testing.T) {
	s := slacktest.New(t)
	one, two := listen(t, s, nil), listen(t, s, nil)
	const all = 60
	used := map[int]int{}
	for range all {
		d := s.Person("U_ANN").Command("/ops", "help", s.Channel("ops"))
		if !d.Answer().Acked || len(d.Attempts()) != 1 {
			t.Fatalf("%+v", d.Attempts())
		}
		used[d.Attempts()[0].Connection]++
	}
	a, b := len(one.got(socketmode.EventTypeSlashCommand)), len(two.got(socketmode.EventTypeSlashCommand))
	if a+b != all || a == 0 || b == 0 || len(used) != 2 {
		t.Errorf("%d and %d, %v", a, b, used)
	}
	if hello := two.got(socketmode.EventTypeHello); len(hello) != 1 || hello[0].Request.NumConnections != 2 {
		t.Errorf("%+v", hello)
	}
}

// TestWhatIsNotAcknowledged: an event comes four times and says why; commands and clicks come once.
func TestWhatIsNotAcknowledged(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, silent)
	s.AckWithin(50 * time.Millisecond)
	ann, ops := s.Person("U_ANN"), s.Channel("ops")
	post(t, a.Client, ops.ID())
	if got := ann.Command("/ops", "help", ops).Answer(); got.Acked || got.Trouble != "timeout" {
		t.Errorf("%+v", got)
	}
	if got := ann.Clicks(ops.Last(), "approve").Answer(); got.Acked {
		t.Errorf("%+v", got)
	}
	ann.Says(ops, "@orderly help")
	d := s.Deliveries(slacktest.Event)[0]
	for n, wait := range []time.Duration{0, 0, time.Minute, 5 * time.Minute} {
		slacktest.Await(t, "the attempts so far to fail", func() bool {
			all := d.Attempts()
			return len(all) >= n && (n == 0 || all[n-1].Failed != "")
		})
		if n > 1 && len(d.Attempts()) > n {
			t.Fatalf("attempt %d came early", n+1)
		}
		s.Advance(wait)
	}
	if got := d.Answer(); got.Acked || len(d.Attempts()) != 4 {
		t.Errorf("%+v", d.Attempts())
	}
	events := a.got(socketmode.EventTypeEventsAPI)
	envelopes := map[string]bool{}
	for n, e := range events {
		r := e.Request
		if r.RetryAttempt != n || (r.RetryReason == "timeout") != (n > 0) || string(r.Payload) != string(events[0].Request.Payload) {
			t.Errorf("%d: %+v", n, r)
		}
		envelopes[r.EnvelopeID] = true
	}
	if len(events) != 4 || len(envelopes) != 4 || len(a.got(socketmode.EventTypeSlashCommand)) != 1 || len(a.got(socketmode.EventTypeInteractive)) != 1 {
		t.Errorf("%d events, %d envelopes", len(events), len(envelopes))
	}
}

func TestEventsWaitForAConnection(t *testing.T) {
	s := slacktest.New(t)
	ann, ops := s.Person("U_ANN"), s.Channel("ops")
	ann.Says(ops, "@orderly help")
	d := s.Deliveries()[0]
	slacktest.Await(t, "two attempts", func() bool { return len(d.Attempts()) == 2 })
	if got := ann.Command("/ops", "help", ops).Answer(); got.Trouble != "connection_failed" {
		t.Errorf("%+v", got)
	}
	a := listen(t, s, nil)
	s.Advance(time.Minute)
	if !d.Answer().Acked || a.got(socketmode.EventTypeEventsAPI)[0].Request.RetryReason != "connection_failed" {
		t.Errorf("%+v", d.Attempts())
	}
}

func TestTheClientComesBack(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, nil)
	ann, ops := s.Person("U_ANN"), s.Channel("ops")
	for n, leave := range []func(){
		func() { s.Disconnect("refresh_requested") }, func() { s.Disconnect("warning") }, s.DropConnections,
	} {
		leave()
		slacktest.Await(t, "another connection", func() bool {
			return s.Connections() == 1 && len(a.got(socketmode.EventTypeHello)) == n+2
		})
		if got := ann.Command("/ops", "help", ops).Answer(); !got.Acked {
			t.Fatalf("%d: %+v", n, got)
		}
	}
}

func TestADroppedConnectionBringsTheEventAgain(t *testing.T) {
	s := slacktest.New(t)
	acks := false
	a := listen(t, s, func(socketmode.Event) (any, bool) { defer func() { acks = true }(); return nil, acks })
	s.Person("U_ANN").Says(s.Channel("ops"), "@orderly help")
	d := s.Deliveries()[0]
	slacktest.Await(t, "the event", func() bool { return len(a.got(socketmode.EventTypeEventsAPI)) == 1 })
	s.DropConnections()
	slacktest.Await(t, "another connection", func() bool { return s.Connections() == 1 })
	slacktest.Await(t, "a try on it", func() bool {
		all := d.Attempts()
		last := all[len(all)-1]
		if last.Failed != "" {
			s.Advance(time.Minute) // for a try that came while there was no connection
		}
		return len(all) > 1 && last.Failed == "" && last.Connection > 1
	})
	if !d.Answer().Acked || d.Attempts()[0].Failed != "connection_failed" {
		t.Errorf("%+v", d.Attempts())
	}
}

// TestAnAckThatIsTooLargeIsLost: the client refuses to send it, so it is never acknowledged.
func TestAnAckThatIsTooLargeIsLost(t *testing.T) {
	s := slacktest.New(t)
	listen(t, s, func(socketmode.Event) (any, bool) {
		return map[string]string{"text": strings.Repeat("x", 20*1024)}, true
	})
	s.AckWithin(50 * time.Millisecond)
	if got := s.Person("U_ANN").Command("/ops", "help", s.Channel("ops")).Answer(); got.Acked {
		t.Errorf("%+v", got)
	}
}

func TestACommandIsAnsweredInItsAck(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, func(socketmode.Event) (any, bool) { return map[string]any{"text": "Hi <@U_ANN>"}, true })
	ops := s.Channel("ops")
	if got := s.Person("U_ANN").Command("/ops", "greet @ann in #ops <now>", ops).Answer(); !got.Acked || got.Trouble != "" {
		t.Fatalf("%+v", got)
	}
	if want := "#ops\norderly: (only Ann sees this) Hi @Ann\n"; ops.Draw() != want {
		t.Error(ops.Draw())
	}
	c := a.got(socketmode.EventTypeSlashCommand)[0].Data.(slack.SlashCommand)
	if c.Text != "greet <@U_ANN|ann> in <#C_OPS|ops> &lt;now&gt;" || c.UserID != "U_ANN" || c.ChannelID != "C_OPS" || c.TriggerID == "" || c.Command != "/ops" {
		t.Errorf("%+v", c)
	}
}
