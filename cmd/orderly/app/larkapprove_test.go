//go:build e2e

package app_test

import (
	"strings"
	"testing"

	"orderly.example/bot/lark/larktest"
)

// TestTheStoryOnLark: one person asks in a group, another approves by a button, and it is undone.
func TestTheStoryOnLark(t *testing.T) {
	t.Parallel()
	w := inLark(t, nil)
	room, ann, bob := w.Chat("room"), w.Person(larkAnn), w.Person(larkBob)
	ann.Says(room, "@orderly scale shop.cart.api@idc1:prod 6")
	shown := w.shows(room, "[approve]")
	for _, want := range []string{
		"from 4 to 6 instances", "reach: 1 targets, +2 instances", "asked by Ann Lee (ann) on lark", "may answer: Bob Ray (bob)",
		"record (https://orderly.example.com/api/v1/changes/scale-",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("no %q in\n%s", want, shown)
		}
	}
	w.shows(room, "@Bob")
	card := room.Messages()[1]
	w.refused(room, ann.Clicks(card, "approve"), "nobody approves their own request")
	click := bob.Clicks(card, "approve")
	if a := click.Answer(); a.Toast.Type == "error" || !strings.Contains(click.Confirm, "approve: Approve plan ") {
		t.Errorf("%+v, %q", a.Toast, click.Confirm)
	}
	if shown = w.shows(room, ": succeeded"); strings.Count(shown, "# scale-") != 1 {
		t.Errorf("not one message of the change:\n%s", shown)
	}
	w.shows(room, "[undo]")
	ann.Clicks(card, "undo").Answer()
	w.shows(room, "undo scale-")
	larktest.Await(t, "the undo to end", func() bool { return strings.Count(room.Draw(), ": succeeded") == 2 })
}

// aCopy of a card, wherever it came to stand, does nothing.
func aCopy(t *testing.T, w *tenant) {
	ch, other, ann, bob := w.Chat("original"), w.Chat("elsewhere"), w.Person(larkAnn), w.Person(larkBob)
	ann.Says(ch, "@orderly scale shop.cart.api@idc2:prod 6")
	w.shows(ch, "[approve]")
	copied := bob.Copies(ch.Messages()[1], other)
	w.refused(other, bob.Clicks(copied, "approve"), "this is a copy of the message")
	w.refused(other, bob.Sends(copied.Form("form-1"), larktest.Values{"why-1": "no"}), "this is a copy of the message")
	if shown := w.shows(ch, "[approve]"); strings.Contains(shown, "approves on lark") || strings.Contains(shown, "rejected by") {
		t.Errorf("the copy counted:\n%s", shown)
	}
}

// directly: those who may answer get the card themselves, each in their language, and all cards show the end.
func directly(t *testing.T, w *tenant) {
	ann, bob, chen := w.Person(larkAnn), w.Person(larkBob), w.Person(larkChen)
	ann.Says(ann.DM(), "scale shop.cart.web@idc1:prod 5 --reason canary-direct")
	w.shows(bob.DM(), "canary-direct")
	w.shows(chen.DM(), "[批准]")
	card := func(p *larktest.Person) larktest.Message {
		for _, m := range p.DM().Messages() {
			if strings.Contains(m.Draw(), "canary-direct") && strings.Contains(m.Draw(), "# scale-") {
				return m
			}
		}
		t.Fatalf("no card in\n%s", p.Draw())
		return larktest.Message{}
	}
	larktest.Await(t, "its buttons", func() bool { return strings.Contains(card(bob).Draw(), "[approve]") })
	bob.Clicks(card(bob), "approve").Answer()
	for p, end := range map[*larktest.Person]string{ann: ": succeeded", bob: ": succeeded", chen: "成功"} {
		larktest.Await(t, "the end", func() bool { return strings.Contains(card(p).Draw(), end) })
	}
	if got := ann.Draw(); strings.Contains(got, "I do not know") {
		t.Errorf("it answered itself:\n%s", got)
	}
}
