package chat

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"orderly.example/bot"
	"orderly.example/bot/api/apitest"
	"orderly.example/ops"
)

// TestARefusalThatComesLateIsSaid: the click was answered already, and nobody is left to think that it counted.
func TestARefusalThatComesLateIsSaid(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.gets(says("A", scale6, "k1"))
		h.Patience = time.Second
		x := h.clicks("A", ops.ActApprove, "", "k2")
		h.starts.Break(ops.Errorf(ops.Unavailable, "away", "无响应"))
		if a := h.gets(x); !a.Text.IsZero() {
			t.Errorf("%+v", a)
		}
		h.starts.Break(nil)
		time.Sleep(time.Minute)
		h.shows("whisper A: nobody approves their own change")
	})
}

// TestAnAnswerIsNotWaitedForLongerThanThePlatformWaits: what is kept is acknowledged when the platform gives up.
func TestAnAnswerIsNotWaitedForLongerThanThePlatformWaits(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.gets(says("A", scale6, "k1"))
		h.Patience = time.Hour
		x := h.clicks("W", ops.ActApprove, "", "k2")
		h.starts.Break(ops.Errorf(ops.Unavailable, "away", "无响应"))
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		began := time.Now()
		if a, err := h.Take(ctx, x); err != nil || !a.Text.IsZero() || time.Since(began) != 2*time.Second {
			t.Errorf("%+v, %v after %s", a, err, time.Since(began))
		}
		h.starts.Break(nil)
		time.Sleep(time.Minute)
		if s := h.only(); s.State != ops.Running {
			t.Errorf("it is %s", s.State)
		}
	})
}

// TestARefusedFormMayBeSentAgain: as it is, once the reason for the refusal is gone; and then it counts once.
func TestARefusedFormMayBeSentAgain(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.Patience = time.Second
		form := Delivery{
			Kind: Submit, Key: "k1", Form: "scale", By: Asker{Account: "A", Place: Place{Channel: "C"}}, At: apitest.Now,
			Values: map[string]string{"target": "shop.cart.api@idc1:prod", "replicas": "6"},
		}
		h.starts.Break(ops.Errorf(ops.Denied, "not today", "今天不行"))
		if a := h.gets(form); !a.Bad {
			t.Errorf("%+v", a)
		}
		h.starts.Break(nil)
		for range 2 {
			if a := h.gets(form); a.Bad || len(a.Wrong) > 0 {
				t.Errorf("%+v", a)
			}
		}
		h.only()
	})
}

// TestAWrongFormComesBackAsItWasTyped: with a time that is none, and with what one may choose from in every field.
func TestAWrongFormComesBackAsItWasTyped(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.Desk.Options = fixed{"shop.cart.api@idc1/c1:prod", "shop.pay.api@idc1/c1:prod"}
		a := h.gets(Delivery{
			Kind: Submit, Key: "k1", Form: "restart", By: Asker{Account: "A", Place: Place{Channel: "C"}},
			Values: map[string]string{
				"target": "shop.cart.api@idc1/c1:prod", "strategy": "all", "drain": "perhaps", "token": "hunter2",
				bot.FieldAt: "yesterday", bot.FieldReason: "sale", bot.FieldPlan: "yes",
			},
		})
		if a.Form == nil || a.Wrong["drain"].IsZero() || a.Wrong["token"].IsZero() || a.Wrong[bot.FieldAt].IsZero() {
			t.Fatalf("%+v", a)
		}
		for name, why := range a.Wrong {
			if strings.Contains(why.En+why.Zh, "hunter2") {
				t.Errorf("%s: the secret shows: %v", name, why)
			}
		}
		want := map[string]string{
			"target": "shop.cart.api@idc1/c1:prod", "strategy": "all", "drain": "perhaps", "token": "", bot.FieldAt: "yesterday", bot.FieldReason: "sale", bot.FieldPlan: "yes",
		}
		for _, in := range a.Form.Inputs() {
			if in.Value != want[in.Name] {
				t.Errorf("%s: %q", in.Name, in.Value)
			}
			if in.Name == "target" && len(in.Options) != 2 {
				t.Errorf("nothing to choose from: %+v", in)
			}
		}
	})
}

// TestHomeIsShownOnce: a platform may bring the event twice.
func TestHomeIsShownOnce(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		for range 2 {
			h.gets(Delivery{Kind: Home, Key: "k1", By: Asker{Account: "W"}})
		}
		synctest.Wait()
		if n := strings.Count(h.said.written(), "home W"); n != 1 {
			t.Errorf("%d times", n)
		}
	})
}

// TestAClickLeavesNoOlderState: the change goes on while the message is edited, and says so before.
func TestAClickLeavesNoOlderState(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.gets(says("A", scale6, "k1"))
		x, id, main := h.clicks("W", ops.ActApprove, "", "k2"), h.only().ID, readRef(h.only().Request.From.Ref).Main.ID
		edits := 0
		h.said.answers = func(int) error {
			if edits++; edits == 1 {
				h.starts.Update(id, apitest.Succeed)
			}
			return nil
		}
		h.gets(x)
		if got := said(h.said.shown(main)); !strings.Contains(got, "succeeded") {
			t.Errorf("it shows %s", got)
		}
	})
}
