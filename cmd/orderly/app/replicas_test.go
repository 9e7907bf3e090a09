//go:build e2e

package app_test

import (
	"fmt"
	"strings"
	"testing"

	"orderly.example/bot/slack/slacktest"
	"orderly.example/cmd/orderly/app"
	"orderly.example/ops"
)

// TestAnyReplicaTakesAnything: three processes hold connections, and Slack hands each delivery to one of them by chance.
// Asking, approving, forms and their reasons work whoever gets them, and every change keeps its one message.
func TestAnyReplicaTakesAnything(t *testing.T) {
	t.Parallel()
	w := inSlack(t, nil)
	first := w.app
	for range 2 {
		w.start(t.TempDir(), func(o *app.Options) {
			o.Roles = []string{app.RoleBot}
			o.Temporal.Address = first.Engine
		})
	}
	w.app = first
	slacktest.Await(t, "three connections", func() bool { return w.Connections() == 3 })
	ann, bob := w.Person(slackAnn), w.Person(slackBob)
	for n := range 6 {
		room := w.Channel(fmt.Sprint("any", n))
		ann.Says(room, "@orderly scale shop.cart.api@idc1:prod "+fmt.Sprint(5+n))
		w.shows(room, "[approve]")
		if n%3 == 2 {
			bob.Clicks(room.Messages()[1], button(1))
			var why slacktest.View
			slacktest.Await(t, "the question why", func() (ok bool) { why, ok = bob.Modal(); return ok })
			bob.Submits(why, slacktest.Values{"why": "not now"})
			w.shows(room, "rejected by Bob Ray: not now")
		} else {
			bob.Clicks(room.Messages()[1], button(0))
			id := changeIn(t, room)
			slacktest.Await(t, "the end of "+id, func() bool { return !w.status(id).ClosedAt.IsZero() })
			slacktest.Await(t, "the end of "+id+" in the room", func() bool { return strings.Contains(room.Draw(), w.status(id).State.Text().In(ops.English)) })
		}
		w.settle(room)
	}
	taken := map[int]int{}
	for _, d := range w.Deliveries() {
		for _, a := range d.Attempts() {
			taken[a.Connection]++
		}
	}
	if len(taken) < 2 {
		t.Errorf("one connection got everything: %v", taken)
	}
}
