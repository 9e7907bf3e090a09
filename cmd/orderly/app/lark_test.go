//go:build e2e

package app_test

import (
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"orderly.example/bot"
	"orderly.example/bot/api/client"
	"orderly.example/bot/lark"
	"orderly.example/bot/lark/larktest"
	"orderly.example/cmd/orderly/app"
	deployed "orderly.example/deploy/config"
	"orderly.example/ops"
	"orderly.example/policy"
)

// The accounts of the example's people file.
const (
	larkAnn  = "ou_ann"
	larkBob  = "ou_bob"
	larkChen = "ou_chen"
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
	w.staffed()
	o := w.options()
	if change != nil {
		change(&o)
	}
	w.app = w.start(o)
	larktest.Await(t, "the program to connect", func() bool { return w.Connections() > 0 || o.Lark.HTTP })
	return w
}

// staffed lets everybody of the people file work there: Lark takes no mention of somebody who does not.
func (w *tenant) staffed() {
	for _, account := range []string{larkAnn, larkBob, larkChen, "ou_dora", "ou_eve", "ou_li"} {
		w.Person(account)
	}
}

// in is the same program, in a subtest.
func (w *tenant) in(t *testing.T) *tenant { return &tenant{Server: w.Server, t: t, app: w.app} }

// options are those of a program that does everything.
func (w *tenant) options() app.Options {
	return app.Options{
		Listen: "127.0.0.1:0", DataDir: w.t.TempDir(), Dev: true, Logger: slog.New(slog.DiscardHandler), PodDelay: time.Millisecond,
		People: bot.FromText(string(deployed.People), "people.yaml"), Policy: policy.FromText(string(deployed.Policy), "policy.yaml"),
		PublicURL: "https://orderly.example.com",
		Lark: &app.Lark{Config: lark.Config{
			AppID: w.AppID, AppSecret: w.AppSecret, Domain: w.API(), EncryptKey: w.EncryptKey, VerificationToken: w.VerificationToken, Clock: w.Now,
		}},
	}
}

// start starts a process that ends with the test.
func (w *tenant) start(o app.Options) *app.App {
	w.t.Helper()
	a, err := app.Start(w.t.Context(), o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if err := a.Stop(w.t.Context()); err != nil {
			w.t.Error(err)
		}
	})
	return a
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

// refused makes sure that a click is refused, in a toast, or by a message when the toast had to come before.
func (w *tenant) refused(ch *larktest.Chat, d *larktest.Delivery, text string) {
	w.t.Helper()
	switch a := d.Answer(); a.Toast.Type {
	case "error":
		if !strings.Contains(a.Toast.Text, text) {
			w.t.Errorf("%+v", a.Toast)
		}
	case "info":
		w.shows(ch, text)
	default:
		w.t.Errorf("%+v", a.Toast)
	}
}

var larkCard = regexp.MustCompile(`# ((?:scale|status)-[a-z2-7]{12}):`)

// larkChange is the id of the change whose card is in a chat.
func larkChange(t *testing.T, ch *larktest.Chat) string {
	t.Helper()
	m := larkCard.FindStringSubmatch(ch.Draw())
	if m == nil {
		t.Fatalf("no card in\n%s", ch.Draw())
	}
	return m[1]
}

// settle makes sure that a chat has exactly one card.
func (w *tenant) settle(ch *larktest.Chat) {
	w.t.Helper()
	if n := len(larkCard.FindAllString(ch.Draw(), -1)); n != 1 {
		w.t.Errorf("%d cards in\n%s", n, ch.Draw())
	}
}

// listed asks for the list until a change is in it: the engine writes it a moment later.
func (w *tenant) listed(p *larktest.Person, ch *larktest.Chat, id string) {
	w.t.Helper()
	asked := 0
	larktest.Await(w.t, id+" in the list", func() bool {
		shown := ch.Draw()
		if strings.Count(shown, "# changes")+strings.Count(shown, "# no changes") == asked { // the last one was answered
			asked++
			p.Says(ch, "@orderly ls")
		}
		_, list, found := strings.Cut(shown, "# changes")
		return found && strings.Contains(list, id)
	})
}

// home is the card that a person gets by the menu.
func (w *tenant) home(p *larktest.Person) string {
	w.t.Helper()
	n := strings.Count(p.Draw(), "# what concerns you")
	p.OpensMenu("home")
	larktest.Await(w.t, "the home card", func() bool { return strings.Count(p.Draw(), "# what concerns you") > n })
	all := p.Draw()
	return all[strings.LastIndex(all, "# what concerns you"):]
}

func (w *tenant) client() *client.Client {
	w.t.Helper()
	c, err := client.New(client.Config{Server: w.app.URL, As: "ann", Program: "test"})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *tenant) status(id string) ops.Status {
	w.t.Helper()
	s, err := w.client().Status(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}
