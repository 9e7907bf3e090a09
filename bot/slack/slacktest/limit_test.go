package slacktest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"orderly.example/bot/slack/slacktest"
)

// calls until the first refusal, and how long that says to wait.
func calls(t *testing.T, call func() error) (int, time.Duration) {
	t.Helper()
	for n := range 1000 {
		err := call()
		var limited *slack.RateLimitedError
		if errors.As(err, &limited) {
			return n, limited.RetryAfter
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("never limited")
	return 0, 0
}

func TestRatesAreLimitedWhenSwitchedOn(t *testing.T) {
	s := slacktest.New(t)
	ops, db, api := s.Channel("ops").ID(), s.Channel("db").ID(), client(s)
	to := func(channel string) func() error {
		return func() error { _, _, err := api.PostMessage(channel, slack.MsgOptionText("x", false)); return err }
	}
	for range 20 {
		if err := to(ops)(); err != nil {
			t.Fatal(err)
		}
	}
	s.LimitRates()
	if n, wait := calls(t, to(ops)); n != 5 || wait != time.Second {
		t.Errorf("%d messages, then %v", n, wait)
	}
	if n, _ := calls(t, to(db)); n != 5 {
		t.Errorf("%d messages in another channel", n)
	}
	s.Advance(2 * time.Second)
	if n, _ := calls(t, to(ops)); n != 2 {
		t.Errorf("%d messages after two seconds", n)
	}
	info := func() error {
		_, err := api.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: ops})
		return err
	}
	n, wait := calls(t, info)
	if n != 50 || wait < 50*time.Second || wait > time.Minute {
		t.Errorf("tier 3: %d calls, then %v", n, wait)
	}
	s.Advance(wait)
	if err := info(); err != nil {
		t.Error(err)
	}
}
