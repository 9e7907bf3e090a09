package chat

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"orderly.example/bot/api/apitest"
	"orderly.example/ops"
)

// notify tells the keeper that the one change has news, and returns what it answers.
func (h *house) notify(r ops.Receipt) ops.Receipt {
	h.t.Helper()
	s := h.only()
	out, err := h.Keeper.Notify(h.t.Context(), ops.Notice{Change: s.ID, From: s.Request.From, Ref: r.Ref})
	if err != nil {
		h.t.Fatal(err)
	}
	synctest.Wait()
	return out
}

// asked is a house in which somebody has asked for a change, and what its history keeps.
func (h *house) asked(x Delivery) ops.Receipt {
	h.t.Helper()
	h.gets(x)
	return ops.Receipt{Ref: h.only().Request.From.Ref}
}

func (h *house) turns(move func(*ops.Status)) { h.starts.Update(h.only().ID, move) }

// new are the messages that were posted since, the first one left out.
func (h *house) posts() string {
	var out []string
	for _, c := range strings.Split(h.said.written(), "\n") {
		if strings.HasPrefix(c, "post ") {
			out = append(out, c)
		}
	}
	return strings.Join(out[1:], "\n")
}

func TestOneMessageIsEditedAndTheApproversAreCalledOnce(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		r := h.asked(says("A", scale6, "k1"))
		main := readRef(r.Ref).Main
		r = h.notify(r)
		r = h.notify(r)
		id := h.only().ID
		h.shows("edit C/" + main.ID + ": card " + id + ": waiting for approval")
		if got, want := h.posts(), "post C/"+main.ID+" [W]: "+id+" waits for approval: 1 of group:sre"; got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		if c := h.said.shown(main.ID).Card; c.At != main.ID || len(c.Buttons()) != 3 {
			t.Errorf("%+v", c)
		}
		h.turns(apitest.Succeed)
		h.notify(r)
		h.shows("edit C/" + main.ID + ": card " + id + ": succeeded")
		if strings.Count(h.posts(), "post") != 1 {
			t.Errorf("a short change that went well says more:\n%s", h.posts())
		}
	})
}

func TestTheEndIsSaidWhenItFailedOrTookLong(t *testing.T) {
	for name, c := range map[string]struct {
		move func(*ops.Status)
		want string
	}{
		"failed": {func(s *ops.Status) {
			s.State, s.Error = ops.Failed, ops.Errorf(ops.Internal, "quota", "配额")
		}, "loud [A]: ID: failed"},
		"long": {func(s *ops.Status) {
			s.CreatedAt = s.CreatedAt.Add(-time.Hour)
			apitest.Succeed(s)
		}, "[A]: ID: succeeded, after 1h"},
		"held": {func(s *ops.Status) {
			s.State, s.CanContinue = ops.Held, []ops.ActKind{ops.ActRetry, ops.ActCancel}
		}, "[A]: ID is held: a step failed"},
		"review": {func(s *ops.Status) {
			apitest.Succeed(s)
			s.ReviewOwed = true
		}, "loud []: ID went through a freeze"},
	} {
		t.Run(name, func(t *testing.T) {
			with(t, func(t *testing.T, h *house) {
				h.starts.Script = func(s *ops.Status) { s.State = ops.Running }
				r := h.asked(says("A", scale6, "k1"))
				h.turns(c.move)
				for range 3 {
					r = h.notify(r)
				}
				want := strings.ReplaceAll(c.want, "ID", h.only().ID)
				if got := h.posts(); strings.Count(got, "post") != 1 || !strings.Contains(got, want) {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			})
		})
	}
}

// TestADirectRequestBringsTheCardToTheApprovers: they cannot see the conversation of the requester with the bot.
func TestADirectRequestBringsTheCardToTheApprovers(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		x := says("A", scale6, "k1")
		x.By.Place = Place{Channel: "DA", Direct: true}
		r := h.notify(h.asked(x))
		id := h.only().ID
		kept := readRef(r.Ref)
		if len(kept.Copies) != 1 || kept.Copies[0].Person != "wei" || kept.Copies[0].Message.Channel != "DW" {
			t.Fatalf("%+v", kept)
		}
		copyOf := kept.Copies[0].Message
		h.shows("post DW/ []: card "+id+":等待审批", "edit DW/"+copyOf.ID)
		if c := h.said.shown(copyOf.ID).Card; c.At != copyOf.ID || len(c.Buttons()) != 3 {
			t.Errorf("%+v", c)
		}
		h.turns(apitest.Succeed)
		h.notify(r)
		for _, m := range []string{copyOf.ID, kept.Main.ID} {
			if title := said(h.said.shown(m)); !strings.Contains(title, "succeeded") && !strings.Contains(title, "成功") {
				t.Errorf("%s says %s", m, title)
			}
		}
	})
}

func TestAMessageThatSomebodyDeletedIsPostedAnew(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		r := h.asked(says("A", scale6, "k1"))
		h.said.answers = func(n int) error {
			if n == 1 {
				return ops.Errorf(ops.NotFound, "gone", "已删除")
			}
			return nil
		}
		r = h.notify(r)
		if kept := readRef(r.Ref); kept.Count != 1 || !strings.HasSuffix(kept.Main.ID, "/card/1") {
			t.Errorf("%+v", kept)
		}
	})
}

// TestAWaitingCardIsPostedAnewBeforeItsButtonsDie: and the change is told when that will be.
func TestAWaitingCardIsPostedAnewBeforeItsButtonsDie(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		now := apitest.Now
		h.Keeper.Lifetime, h.Keeper.Clock = 14*24*time.Hour, func() time.Time { return now }
		h.Clock = h.Keeper.Clock
		r := h.notify(h.asked(says("A", scale6, "k1")))
		first := readRef(r.Ref)
		if want := now.Add(13 * 24 * time.Hour); !r.Renew.Equal(want) {
			t.Errorf("renew at %s", r.Renew)
		}
		now = now.Add(13*24*time.Hour + time.Second)
		r = h.notify(r)
		if second := readRef(r.Ref); second.Main == first.Main || !r.Renew.After(now.Add(12*24*time.Hour)) {
			t.Errorf("%+v, renew at %s", second, r.Renew)
		}
		h.turns(apitest.Succeed)
		now = now.Add(14 * 24 * time.Hour)
		if last := readRef(h.notify(r).Ref); last.Count != 1 {
			t.Errorf("what is over is posted anew: %+v", last)
		}
	})
}

func TestAnUnansweredPostIsLookedForBeforeItIsRepeated(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.said.answers = func(n int) error {
			if n == 0 {
				return ops.Errorf(ops.Unavailable, "no answer", "无响应")
			}
			return nil
		}
		r := h.asked(says("A", scale6, "k1"))
		h.notify(r)
		h.shows("post C/ again []: card " + h.only().ID)
	})
}

func TestFineProgressIsFollowedToTheEnd(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.starts.Script = apitest.RunAtOnce
		r := h.asked(says("A", scale6, "k1"))
		r = h.notify(r)
		main := readRef(r.Ref).Main.ID
		h.turns(func(s *ops.Status) { s.Progress = []ops.Progress{{Object: "cart", Done: 3, Total: 30}} })
		time.Sleep(followEvery + time.Second)
		synctest.Wait()
		if c := h.said.shown(main).Card; !strings.Contains(c.Text().En, "cart: 3/30") {
			t.Errorf("%s", c.Text().En)
		}
		h.turns(apitest.Succeed)
		time.Sleep(followEvery + time.Second)
		synctest.Wait()
		if got := said(h.said.shown(main)); !strings.Contains(got, "succeeded") {
			t.Error(got)
		}
		edits := strings.Count(h.said.written(), "edit")
		time.Sleep(time.Minute)
		if n := strings.Count(h.said.written(), "edit"); n != edits {
			t.Errorf("%d edits after the end", n-edits)
		}
	})
}

func TestWhatAChangeKeptMayBeAnything(t *testing.T) {
	for _, s := range []string{"", "x", "{}", `{"main":3}`, `[]`} {
		if r := readRef(s); r.Main.ID != "" || len(r.Told) > 0 {
			t.Errorf("%q: %+v", s, r)
		}
	}
}
