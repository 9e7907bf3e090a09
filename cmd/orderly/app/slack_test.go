package app_test

import (
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"orderly.example/bot"
	"orderly.example/bot/slack"
	"orderly.example/bot/slack/slacktest"
	"orderly.example/cmd/orderly/app"
	deployed "orderly.example/deploy/config"
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
		Slack:     &app.Slack{Config: slack.Config{BotToken: w.BotToken, AppToken: w.AppToken, API: w.API()}},
	}
	if change != nil {
		change(&o)
	}
	a, err := app.Start(w.t.Context(), o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.app = a
	w.t.Cleanup(func() {
		if err := a.Stop(w.t.Context()); err != nil {
			w.t.Error(err)
		}
	})
	slacktest.Await(w.t, "the program to connect", func() bool { return w.Connections() > 0 || o.Slack.HTTP })
}

// shows waits until a channel shows a text.
func (w *workspace) shows(ch *slacktest.Channel, text string) string {
	w.t.Helper()
	slacktest.Await(w.t, "\""+text+"\" in "+ch.ID(), func() bool { return strings.Contains(ch.Draw(), text) })
	return ch.Draw()
}

// TestTheStoryOnSlack: one person asks in a channel, another approves by a button.
func TestTheStoryOnSlack(t *testing.T) {
	w := inSlack(t, nil)
	ops, ann, bob := w.Channel("ops"), w.Person(slackAnn), w.Person(slackBob)
	ann.Says(ops, "@orderly scale shop.cart.api@idc1:prod 6")
	w.shows(ops, "[approve]")
	t.Log(ops.Draw())
	bob.Clicks(ops.Messages()[1], "change-0")
	w.shows(ops, "succeeded")
	t.Log(ops.Draw())
}
