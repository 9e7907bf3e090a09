package larktest_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"orderly.example/bot/lark/larktest"
)

// calls until the first refusal.
func calls(t *testing.T, call func() error) (int, *refused) {
	t.Helper()
	for n := range 1000 {
		err := call()
		var r *refused
		if errors.As(err, &r) {
			return n, r
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("never limited")
	return 0, nil
}

func TestRatesAreLimitedWhenSwitchedOn(t *testing.T) {
	s := larktest.New(t)
	ops, db, c := s.Chat("ops"), s.Chat("db"), connect(s)
	to := func(ch *larktest.Chat) func() error {
		return func() error { _, err := c.create(t, "chat_id", ch.ID(), "text", text("x"), ""); return err }
	}
	for range 20 {
		if err := to(ops)(); err != nil {
			t.Fatal(err)
		}
	}
	asks := c.post(t, ops)
	s.LimitRates()
	n, r := calls(t, to(ops))
	if n != 5 || r.Code != 99991400 || r.status != http.StatusBadRequest || r.header.Get("x-ogw-ratelimit-reset") != "1" {
		t.Errorf("%d messages, then %+v", n, r)
	}
	if _, err := c.reply(t, asks, "text", text("x"), true); code(err) != 99991400 {
		t.Errorf("an answer counts as well: %v", err)
	}
	if n, r := calls(t, to(db)); n != 5 || r.status != http.StatusBadRequest {
		t.Errorf("%d messages in another chat, then %+v", n, r)
	}
	if _, r := calls(t, to(db)); r.status != http.StatusTooManyRequests {
		t.Errorf("every second refusal has another status: %d", r.status)
	}
	s.Advance(time.Second)
	if n, _ := calls(t, to(ops)); n != 5 {
		t.Errorf("%d messages a second later", n)
	}
	if n, r := calls(t, func() error { return c.patch(t, asks, card()) }); n != 5 || r.Code != 230020 {
		t.Errorf("%d changes, then %+v", n, r)
	}
	s.Advance(time.Second)
	if n, r := calls(t, func() error { _, err := c.get(t, asks); return err }); n != 50 || r.Code != 99991400 {
		t.Errorf("%d calls, then %+v", n, r)
	}
}
