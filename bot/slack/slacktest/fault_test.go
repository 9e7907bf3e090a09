package slacktest_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"orderly.example/bot/slack/slacktest"
)

func TestCallsGoWrongAsToldAndThenWell(t *testing.T) {
	for _, c := range []struct {
		name   string
		fault  slacktest.Fault
		as     func(error) bool
		posted int
	}{
		{"429", slacktest.TooManyRequests, func(err error) bool {
			var e *slack.RateLimitedError
			return errors.As(err, &e) && e.RetryAfter == time.Second
		}, 0},
		{"500", slacktest.ServerError, func(err error) bool {
			var e slack.StatusCodeError
			return errors.As(err, &e) && e.Code == http.StatusInternalServerError
		}, 0},
		{"no answer", slacktest.NoAnswer, func(err error) bool { return errors.Is(err, context.DeadlineExceeded) }, 2},
		{"dropped", slacktest.Dropped, func(err error) bool { return err != nil }, 0},
	} {
		s := slacktest.New(t)
		ops, api := s.Channel("ops"), client(s)
		s.Fail("chat.postMessage", 2, c.fault)
		for n := range 2 {
			if _, err := api.AuthTest(); err != nil {
				t.Errorf("%s: another method: %v", c.name, err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			if c.fault != slacktest.NoAnswer {
				ctx = t.Context()
			}
			_, _, err := api.PostMessageContext(ctx, ops.ID(), slack.MsgOptionText("x", false))
			cancel()
			if !c.as(err) {
				t.Errorf("%s: %d: %v", c.name, n, err)
			}
		}
		if n := len(ops.Messages()); n != c.posted {
			t.Errorf("%s: %d messages", c.name, n)
		}
		post(t, api, ops.ID())
		if all := s.Calls("chat.postMessage"); len(all) != 3 || all[0].Fault != c.fault || all[1].Fault != c.fault || all[2].Fault != 0 {
			t.Errorf("%s: %+v", c.name, all)
		}
	}
}

// TestALostAnswerIsFoundByItsMetadata: what a front door does when it does not know whether its message is there.
func TestALostAnswerIsFoundByItsMetadata(t *testing.T) {
	s := slacktest.New(t)
	ops, api := s.Channel("ops"), client(s)
	root := post(t, api, ops.ID())
	s.Fail("chat.postMessage", 1, slacktest.NoAnswer)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, _, err := api.PostMessageContext(ctx, ops.ID(), slack.MsgOptionText("x", false), slack.MsgOptionTS(root),
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "change", EventPayload: map[string]any{"id": "c1"}})); err == nil {
		t.Fatal("there is an answer")
	}
	if all := thread(t, api, ops.ID(), root); len(all) != 2 || all[1].Metadata.EventPayload["id"] != "c1" {
		t.Errorf("%+v", all)
	}
}

func TestDeliveriesComeTwiceAndInAnotherOrder(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, nil)
	ann, ops := s.Person("U_ANN"), s.Channel("ops")
	s.DuplicateNext(1)
	ann.Says(ops, "@orderly one")
	id := func(n int) string {
		a.inner(t, n)
		return a.got(socketmode.EventTypeEventsAPI)[n].Data.(slackevents.EventsAPIEvent).Data.(*slackevents.EventsAPICallbackEvent).EventID
	}
	if id(0) != id(1) || len(s.Deliveries()) != 2 {
		t.Errorf("%s, %s", id(0), id(1))
	}
	s.SwapNext()
	ann.Says(ops, "@orderly two")
	ann.Says(ops, "@orderly three")
	text := func(n int) string { return a.inner(t, n).(*slackevents.AppMentionEvent).Text }
	if text(2) != "<@U_BOT> three" || text(3) != "<@U_BOT> two" {
		t.Error(text(2), text(3))
	}
	for _, d := range s.Deliveries() {
		if !d.Answer().Acked {
			t.Errorf("%+v", d)
		}
	}
}

// TestASubmissionThatComesTwiceIsAnsweredOnce: Slack listens to the first answer.
func TestASubmissionThatComesTwiceIsAnsweredOnce(t *testing.T) {
	s := slacktest.New(t)
	a := listen(t, s, nil)
	v := form(t, s, a)
	s.DuplicateNext(1)
	if got := s.Person("U_ANN").Submits(v, slacktest.Values{"why": "x", "where": "prod"}); !got.Acked || got.Trouble != "" {
		t.Errorf("%+v", got)
	}
	slacktest.Await(t, "the second one", func() bool { return len(a.got(socketmode.EventTypeInteractive)) == 3 })
}
