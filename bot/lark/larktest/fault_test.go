package larktest_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	larkim "github.com/larksuite/oapi-sdk-go/v3/service/im/v1"

	"orderly.example/bot/lark/larktest"
)

func TestCallsGoWrongAsToldAndThenWell(t *testing.T) {
	for _, c := range []struct {
		name   string
		fault  larktest.Fault
		as     func(error) bool
		posted int
	}{
		{"429", larktest.TooManyRequests, func(err error) bool {
			var r *refused
			return errors.As(err, &r) && r.status == http.StatusTooManyRequests && r.Code == 99991400 && r.header.Get("x-ogw-ratelimit-reset") == "1"
		}, 0},
		{"500", larktest.ServerError, func(err error) bool { return err != nil && strings.Contains(err.Error(), "content-type not json") }, 0},
		{"no answer", larktest.NoAnswer, func(err error) bool {
			return errors.Is(err, context.DeadlineExceeded) || err != nil && strings.Contains(err.Error(), "deadline")
		}, 2},
		{"dropped", larktest.Dropped, func(err error) bool { return err != nil && code(err) == -1 }, 0},
	} {
		s := larktest.New(t)
		ops, api := s.Chat("ops"), connect(s)
		s.Fail("im.message.create", 2, c.fault)
		for n := range 2 {
			if _, err := api.raw(t, "GET", "/open-apis/bot/v3/info", nil); err != nil {
				t.Errorf("%s: another method: %v", c.name, err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			if c.fault != larktest.NoAnswer {
				ctx = t.Context()
			}
			r, err := api.im.Message.Create(ctx, larkim.NewCreateMessageReqBuilder().ReceiveIdType("chat_id").
				Body(larkim.NewCreateMessageReqBodyBuilder().ReceiveId(ops.ID()).MsgType("text").Content(text("x")).Build()).Build())
			cancel()
			if err == nil {
				err = checked(r.CodeError, r.ApiResp, nil)
			}
			if !c.as(err) {
				t.Errorf("%s: %d: %v", c.name, n, err)
			}
		}
		if n := len(ops.Messages()); n != c.posted {
			t.Errorf("%s: %d messages", c.name, n)
		}
		api.say(t, ops, "well")
		if all := s.Calls("im.message.create"); len(all) != 3 || all[0].Fault != c.fault || all[1].Fault != c.fault || all[2].Fault != 0 {
			t.Errorf("%s: %+v", c.name, all)
		}
	}
}

// TestALostAnswerIsFoundByItsUUID: what a front door does when it does not know whether its message is there.
func TestALostAnswerIsFoundByItsUUID(t *testing.T) {
	s := larktest.New(t)
	ops, api := s.Chat("ops"), connect(s)
	s.Fail("im.message.create", 1, larktest.Dropped)
	s.Fail("im.message.create", 1, larktest.TooManyRequests)
	for range 4 {
		_, _ = api.create(t, "chat_id", ops.ID(), "interactive", card(), "c1")
	}
	if len(ops.Messages()) != 1 {
		t.Error(ops.Draw())
	}
}

func TestUnknownMethodsAndBodies(t *testing.T) {
	s := larktest.New(t)
	r, err := http.Get(s.API() + "/open-apis/im/v1/nothing")
	if err != nil || r.StatusCode != http.StatusNotFound {
		t.Error(r, err)
	}
	_ = r.Body.Close()
	r, err = http.Post(s.API()+"/open-apis/im/v1/messages", "application/json", strings.NewReader("{"))
	if err != nil || r.StatusCode != http.StatusBadRequest || s.Calls()[0].Code != 9499 {
		t.Error(r, err)
	}
	_ = r.Body.Close()
}
