//go:build e2e

package app_test

import (
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"orderly.example/bot"
	"orderly.example/bot/api/client"
	"orderly.example/bot/slack"
	"orderly.example/bot/slack/slacktest"
	"orderly.example/cmd/orderly/app"
	deployed "orderly.example/deploy/config"
	"orderly.example/ops"
	"orderly.example/policy"
)

// slackPeople are the accounts of the example's people file.
const (
	slackAnn  = "U01ANN"
	slackBob  = "U02BOB"
	slackChen = "U03CHEN"
)

// workspace is the whole program in a Slack workspace.
type workspace struct {
	*slacktest.Server
	t   *testing.T
	app *app.App
}

func inSlack(t *testing.T, change func(*app.Options)) *workspace {
	t.Helper()
	s := slacktest.New(t)
	w := &workspace{Server: s, t: t}
	w.start(t.TempDir(), change)
	return w
}

func (w *workspace) start(dir string, change func(*app.Options)) {
	w.t.Helper()
	o := app.Options{
		Listen: "127.0.0.1:0", DataDir: dir, Dev: true, Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), PodDelay: time.Millisecond,
		People: bot.FromText(string(deployed.People), "people.yaml"), Policy: policy.FromText(string(deployed.Policy), "policy.yaml"),
		PublicURL: "https://orderly.example.com",
		Slack:     &app.Slack{Config: slack.Config{BotToken: w.BotToken, AppToken: w.AppToken, SigningSecrets: []string{w.SigningSecret}, API: w.API()}},
	}
	if change != nil {
		change(&o)
	}
	a, err := app.Start(w.t.Context(), o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.app = a
	w.t.Cleanup(func() { w.stopped(a) })
	slacktest.Await(w.t, "the program to connect", func() bool { return w.Connections() > 0 || o.Slack.HTTP })
}

// stop stops the program, so that it can be started again.
func (w *workspace) stop() {
	w.t.Helper()
	w.stopped(w.app)
	slacktest.Await(w.t, "the program to hang up", func() bool { return w.Connections() == 0 })
}

func (w *workspace) stopped(a *app.App) {
	if err := a.Stop(w.t.Context()); err != nil {
		w.t.Error(err)
	}
}

// shows waits until a channel shows a text.
func (w *workspace) shows(ch *slacktest.Channel, text string) string {
	w.t.Helper()
	defer func() {
		if w.t.Failed() {
			w.t.Log(ch.Draw())
		}
	}()
	slacktest.Await(w.t, "\""+text+"\" in "+ch.ID(), func() bool { return strings.Contains(ch.Draw(), text) })
	return ch.Draw()
}

// button is the action ID of the n-th button of a card, from 0.
func button(n int) string { return fmt.Sprint("change-", n) }

// TestTheStoryOnSlack: one person asks in a channel, another approves by a button, and it is undone.
func TestTheStoryOnSlack(t *testing.T) {
	t.Parallel()
	w := inSlack(t, nil)
	room, ann, bob := w.Channel("room"), w.Person(slackAnn), w.Person(slackBob)
	ann.Says(room, "@orderly scale shop.cart.api@idc1:prod 6")
	shown := w.shows(room, "[approve]")
	for _, want := range []string{"from 4 to 6 instances", "reach: 1 targets, +2 instances", "risk: medium", "asked by Ann Lee (ann) on slack", "may answer: Bob Ray (bob)", "https://orderly.example.com/api/v1/changes/", "@U02bob"} {
		if !strings.Contains(shown, want) && !strings.Contains(w.shows(room, want), want) {
			t.Errorf("no %q in\n%s", want, shown)
		}
	}
	card := room.Messages()[1]
	ann.Clicks(card, button(0))
	w.shows(room, "(only U01ann sees this) nobody approves their own request")
	bob.Clicks(card, button(0))
	shown = w.shows(room, "succeeded")
	if n := strings.Count(shown, "*scale-"); n != 1 {
		t.Errorf("%d messages of one change:\n%s", n, shown)
	}
	w.shows(room, "[undo]")
	ann.Clicks(room.Messages()[1], button(0))
	w.shows(room, "undo scale-")
}

// TestWhatAPersonDoesOnSlack goes through the ways to ask, in one running program.
func TestWhatAPersonDoesOnSlack(t *testing.T) {
	t.Parallel()
	w := inSlack(t, nil)
	ann, bob, chen := w.Person(slackAnn), w.Person(slackBob), w.Person(slackChen)
	t.Run("in a thread, answered in the thread", func(t *testing.T) {
		ch := w.Channel("thread")
		first := ann.Says(ch, "the cart is slow")
		ann.Replies(first, "@orderly status shop.cart.api@idc1:prod")
		w.shows(ch, "    :large_green_circle: *status-")
		if last := ch.Last().Draw(); !strings.Contains(ch.Draw(), "    orderly:") {
			t.Errorf("not in the thread:\n%s\n%s", ch.Draw(), last)
		}
	})
	t.Run("from a phone", func(t *testing.T) {
		ch := w.Channel("phone")
		ann.Says(ch, "@orderly scale shop.cart.api@idc1:test 3 \u2014reason \u201cmore load\u201d")
		w.shows(ch, "reason: more load")
	})
	t.Run("a slip of the pen", func(t *testing.T) {
		ch := w.Channel("slip")
		ann.Says(ch, "@orderly scael shop.cart.api@idc1:prod 6")
		w.shows(ch, `(only U01ann sees this) I do not know "scael"; did you mean scale?`)
	})
	t.Run("help in Chinese, with forms to choose from", func(t *testing.T) {
		ch := w.Channel("help")
		chen.Command("/ops", "", ch)
		w.shows(ch, "您可以使用的操作")
		w.shows(ch, "[scale]")
	})
	t.Run("a list and a look", func(t *testing.T) {
		ch := w.Channel("list")
		ann.Command("/ops", "ls", ch)
		w.shows(ch, "*changes*")
	})
	t.Run("a form with errors on its fields", func(t *testing.T) {
		ch := w.Channel("form")
		ann.Command("/ops", "scale", ch)
		var form slacktest.View
		slacktest.Await(t, "the form", func() (ok bool) { form, ok = ann.Modal(); return ok })
		if got := ann.Types(form, "target", "cart.api@idc2"); len(got.Options) != 2 || got.Options[0] != "shop.cart.api@idc2/c1:prod" {
			t.Errorf("suggestions: %+v", got)
		}
		wrong := ann.Submits(form, slacktest.Values{"target": "shop.cart.api@idc2/c1:test", "replicas": "lots"})
		if !strings.Contains(fmt.Sprint(wrong.Errors), "does not look right") {
			t.Errorf("%+v", wrong)
		}
		ann.Submits(form, slacktest.Values{"replicas": "4", "flag_reason": "by form"})
		w.shows(ch, "reason: by form")
	})
	t.Run("a mention without values offers a form", func(t *testing.T) {
		ch := w.Channel("mention")
		ann.Says(ch, "@orderly scale shop.cart.api@idc1:test")
		w.shows(ch, "[fill in]")
		ann.Clicks(ch.Last(), button(0))
		slacktest.Await(t, "the form", func() bool { v, ok := ann.Modal(); return ok && strings.Contains(v.Draw(), "shop.cart.api@idc1:test") })
	})
	t.Run("a rejection with its reason", func(t *testing.T) {
		ch := w.Channel("reject")
		ann.Says(ch, "@orderly scale shop.cart.api@idc2:prod 5")
		w.shows(ch, "[reject]")
		bob.Clicks(ch.Messages()[1], button(1))
		var why slacktest.View
		slacktest.Await(t, "the question why", func() (ok bool) { why, ok = bob.Modal(); return ok })
		bob.Submits(why, slacktest.Values{"why": "not <!channel> today"})
		shown := w.shows(ch, "rejected by Bob Ray: not <!channel> today")
		if strings.Contains(shown, "@channel") {
			t.Errorf("it mentions the channel:\n%s", shown)
		}
	})
	t.Run("a copy of a card", func(t *testing.T) {
		ch, other := w.Channel("original"), w.Channel("copy")
		ann.Says(ch, "@orderly scale shop.cart.api@idc2:prod 6")
		w.shows(ch, "[approve]")
		bob.Clicks(bob.Copies(ch.Messages()[1], other), button(0))
		w.shows(other, "this is a copy of the message")
		if strings.Contains(ch.Draw(), "approves on slack") {
			t.Errorf("the copy approved:\n%s", ch.Draw())
		}
	})
	t.Run("in direct messages, where approvers get the card", func(t *testing.T) {
		ann.Says(ann.DM(), "scale shop.cart.web@idc1:prod 5")
		w.shows(bob.DM(), "[approve]")
		w.shows(chen.DM(), "[批准]")
		bob.Clicks(bob.DM().Last(), button(0))
		for _, p := range []*slacktest.Person{ann, bob} {
			w.shows(p.DM(), "succeeded")
		}
		w.shows(chen.DM(), "成功")
		if got := ann.DM().Draw(); strings.Contains(got, "I do not know") {
			t.Errorf("it answered itself:\n%s", got)
		}
	})
	t.Run("the home tab", func(t *testing.T) {
		bob.OpensHome()
		slacktest.Await(t, "the home tab", func() bool { v, ok := bob.Home(); return ok && strings.Contains(v.Draw(), "waits for your answer") })
	})
	t.Run("a shortcut", func(t *testing.T) {
		chen.Shortcut("ops_run")
		w.shows(chen.DM(), "[scale]")
	})
	t.Run("an event that no library knows", func(t *testing.T) {
		if got := w.Happens("something_new").Answer(); !got.Acked {
			t.Errorf("%+v", got)
		}
	})
	t.Run("a stranger", func(t *testing.T) {
		ch := w.Channel("stranger")
		w.Person("U99WHO").Says(ch, "@orderly help")
		w.shows(ch, "belongs to nobody I know")
	})
}

// TestSlackIsAwayDuringAChange: the change goes on, and the message catches up.
func TestSlackIsAwayDuringAChange(t *testing.T) {
	t.Parallel()
	w := inSlack(t, nil)
	room, ann, bob := w.Channel("room"), w.Person(slackAnn), w.Person(slackBob)
	ann.Says(room, "@orderly scale shop.cart.api@idc1:prod 6")
	w.shows(room, "[approve]")
	before := len(w.Calls("chat.update"))
	for _, method := range []string{"chat.update", "chat.postEphemeral"} {
		w.Fail(method, 4, slacktest.ServerError)
	}
	w.Fail("chat.postMessage", 2, slacktest.NoAnswer)
	bob.Clicks(room.Messages()[1], button(0))
	began := time.Now()
	id := changeIn(t, room)
	slacktest.Await(t, "the change to end", func() bool { return w.status(id).State == ops.Succeeded })
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it was held up for %s", took)
	}
	if strings.Contains(room.Draw(), "succeeded") {
		t.Fatal("Slack was not away")
	}
	edits := func() int { return len(w.Calls("chat.update")) - before }
	slacktest.Await(t, "the edits that Slack refuses", func() bool { return edits() >= 4 })
	w.shows(room, ": succeeded*")
	w.settle(room)
}

// TestAnUnansweredPostIsFoundAgain: the first message is there and its answer lost, so the change looks for it.
func TestAnUnansweredPostIsFoundAgain(t *testing.T) {
	t.Parallel()
	w := inSlack(t, nil)
	room := w.Channel("room")
	w.Fail("chat.postMessage", 1, slacktest.NoAnswer)
	w.Person(slackAnn).Says(room, "@orderly scale shop.cart.api@idc1:prod 6")
	w.shows(room, "[approve]")
	w.settle(room)
}

// TestSlackDeliversTwiceAndInDisorder: every command is one change with one message.
func TestSlackDeliversTwiceAndInDisorder(t *testing.T) {
	t.Parallel()
	w := inSlack(t, nil)
	ann := w.Person(slackAnn)
	const all = 25
	rooms := make([]*slacktest.Channel, all)
	for n := range rooms {
		rooms[n] = w.Channel(fmt.Sprint("room", n))
		w.DuplicateNext(3)
		w.SwapNext()
		ann.Says(rooms[n], "@orderly scale shop.cart.api@idc1:test 3 --plan")
	}
	ann.Says(w.Channel("last"), "@orderly help") // brings the one that was held back
	for _, room := range rooms {
		w.shows(room, "planned only")
		w.settle(room)
	}
	page, err := w.client().List(t.Context(), ops.Filter{Limit: 200})
	if err != nil || len(page.Changes) != all {
		t.Errorf("%d changes, %v", len(page.Changes), err)
	}
}

// TestSlackOverHTTP: the same story without a connection of ours.
func TestSlackOverHTTP(t *testing.T) {
	t.Parallel()
	w := inSlack(t, func(o *app.Options) {
		o.Slack.AppToken, o.Slack.HTTP = "", true
		o.Slack.SigningSecrets = []string{"old", o.Slack.SigningSecrets[0]}
	})
	at := w.app.URL + "/slack"
	if err := w.DeliverTo(slacktest.URLs{Events: at, Commands: at, Interactions: at}); err != nil {
		t.Fatal(err)
	}
	room := w.Channel("room")
	w.Person(slackAnn).Says(room, "@orderly scale shop.cart.api@idc1:prod 6")
	w.shows(room, "[approve]")
	w.Person(slackBob).Clicks(room.Messages()[1], button(0))
	w.shows(room, ": succeeded*")
	if w.Connections() != 0 {
		t.Error("there is a connection")
	}
}

var cardID = regexp.MustCompile(`\*((?:scale|status)-[a-z2-7]{12}):`)

// changeIn is the id of the change whose card is in a channel.
func changeIn(t *testing.T, ch *slacktest.Channel) string {
	t.Helper()
	m := cardID.FindStringSubmatch(ch.Draw())
	if m == nil {
		t.Fatalf("no card in\n%s", ch.Draw())
	}
	return m[1]
}

// settle makes sure that a channel has exactly one card.
func (w *workspace) settle(ch *slacktest.Channel) {
	w.t.Helper()
	if n := len(cardID.FindAllString(ch.Draw(), -1)); n != 1 {
		w.t.Errorf("%d cards in\n%s", n, ch.Draw())
	}
}

func (w *workspace) client() *client.Client {
	w.t.Helper()
	c, err := client.New(client.Config{Server: w.app.URL, As: "ann", Program: "test"})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *workspace) status(id string) ops.Status {
	w.t.Helper()
	s, err := w.client().Status(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}
