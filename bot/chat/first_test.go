package chat

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"orderly.example/bot/api/apitest"
	"orderly.example/ops"
)

var errAway = ops.Errorf(ops.Unavailable, "the engine is away", "引擎无响应")

// TestTheFirstMessageDoesNotWaitForTheEngine: it is there while the engine is away, and it stays the only one.
func TestTheFirstMessageDoesNotWaitForTheEngine(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.starts.Break(errAway)
		h.gets(says("A", scale6, "k1"))
		h.shows(": received")
		time.Sleep(time.Minute)
		h.starts.Break(nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := h.said.written(); strings.Count(got, "post C/") != 1 {
			t.Errorf("not one message:\n%s", got)
		}
		if r := readRef(h.only().Request.From.Ref); r.Main.ID == "" || r.Unsure {
			t.Errorf("%+v", r)
		}
	})
}

// TestAChangeThatNeverStartsSaysSoOnItsMessage: what was announced and is given up does not stay as if it were to come.
func TestAChangeThatNeverStartsSaysSoOnItsMessage(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.starts.Break(errAway)
		x := says("A", scale6, "k1")
		x.At = apitest.Now.Add(-2 * maxWait)
		h.gets(x)
		h.shows(": received", "edit", ": failed")
	})
}

// TestWhatMayHaveComeBeforeIsLookedForFirst: a repeat that nobody here remembers posts nothing beside the change.
func TestWhatMayHaveComeBeforeIsLookedForFirst(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.gets(says("A", scale6, "k1"))
		h.recent = recent{}
		x := says("A", scale6, "k1")
		x.Again = true
		h.gets(x)
		if got := h.said.written(); strings.Count(got, "post C/") != 1 || h.starts.Count() != 1 {
			t.Errorf("%d changes:\n%s", h.starts.Count(), got)
		}
	})
}

// TestManyStartsWaitForTheirTurnWithTheirMessagesShown: an engine that is away is not asked by all at once.
func TestManyStartsWaitForTheirTurnWithTheirMessagesShown(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		for range maxStarts { // the engine is busy with others
			h.Door.starts <- struct{}{}
		}
		const all = 5 * maxStarts
		for n := range all {
			h.gets(says("A", scale6, fmt.Sprint("k", n)))
		}
		if got := strings.Count(h.said.written(), "post C/"); got != all || h.starts.Count() != 0 {
			t.Errorf("%d messages, %d changes", got, h.starts.Count())
		}
		for range maxStarts {
			<-h.Door.starts
		}
		synctest.Wait()
		if n := h.starts.Count(); n != all {
			t.Errorf("%d changes", n)
		}
	})
}
