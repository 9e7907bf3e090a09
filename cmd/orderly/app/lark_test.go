package app_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"orderly.example/bot"
	"orderly.example/bot/lark"
	"orderly.example/bot/lark/larktest"
	"orderly.example/cmd/orderly/app"
	deployed "orderly.example/deploy/config"
	"orderly.example/policy"
)

// tenant is the whole program in a Lark tenant.
type tenant struct {
	*larktest.Server
	t   *testing.T
	app *app.App
}

func inLark(t *testing.T, change func(*app.Options)) *tenant {
	t.Helper()
	w := &tenant{Server: larktest.New(t), t: t}
	o := app.Options{
		Listen: "127.0.0.1:0", DataDir: t.TempDir(), Dev: true, Logger: slog.New(slog.DiscardHandler), PodDelay: time.Millisecond,
		People: bot.FromText(string(deployed.People), "people.yaml"), Policy: policy.FromText(string(deployed.Policy), "policy.yaml"),
		PublicURL: "https://orderly.example.com",
		Lark: &app.Lark{Config: lark.Config{
			AppID: w.AppID, AppSecret: w.AppSecret, Domain: w.API(), EncryptKey: w.EncryptKey, VerificationToken: w.VerificationToken, Clock: w.Now,
		}},
	}
	if change != nil {
		change(&o)
	}
	a, err := app.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	w.app = a
	t.Cleanup(func() {
		if err := a.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
	larktest.Await(t, "the program to connect", func() bool { return w.Connections() > 0 || o.Lark.HTTP })
	return w
}

// shows waits until a chat shows a text.
func (w *tenant) shows(ch *larktest.Chat, text string) string {
	w.t.Helper()
	defer func() {
		if w.t.Failed() {
			w.t.Log(ch.Draw())
		}
	}()
	larktest.Await(w.t, "\""+text+"\"", func() bool { return strings.Contains(ch.Draw(), text) })
	return ch.Draw()
}

// TestTheStoryOnLark: one person asks in a group, another approves by a button, and it is undone.
func TestTheStoryOnLark(t *testing.T) {
	t.Parallel()
	w := inLark(t, nil)
	room, ann, bob := w.Chat("room"), w.Person("ou_ann"), w.Person("ou_bob")
	ann.Says(room, "@orderly scale shop.cart.api@idc1:prod 6")
	shown := w.shows(room, "[approve]")
	for _, want := range []string{"from 4 to 6 instances", "reach: 1 targets, +2 instances", "asked by Ann Lee (ann) on lark", "may answer: Bob Ray (bob)"} {
		if !strings.Contains(shown, want) {
			t.Errorf("no %q in\n%s", want, shown)
		}
	}
	card := room.Messages()[1]
	if a := ann.Clicks(card, "approve").Answer(); a.Toast.Type != "error" || !strings.Contains(a.Toast.Text, "nobody approves their own request") {
		t.Errorf("%+v", a)
	}
	if a := bob.Clicks(bob.Copies(card, w.Chat("elsewhere")), "approve").Answer(); a.Toast.Type != "error" || !strings.Contains(a.Toast.Text, "copy of the message") {
		t.Errorf("a copy: %+v", a)
	}
	if a := bob.Clicks(card, "approve").Answer(); a.Toast.Type != "success" {
		t.Errorf("%+v", a)
	}
	if shown = w.shows(room, ": succeeded"); strings.Count(shown, "# scale-") != 1 {
		t.Errorf("not one message of the change:\n%s", shown)
	}
}
