//go:build e2e

package app_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"orderly.example/bot/lark/larktest"
	"orderly.example/cmd/orderly/app"
)

// base starts the engine and what runs changes, without a door.
func (w *tenant) base(dir string, port int) *app.App {
	w.t.Helper()
	o := w.options()
	o.DataDir, o.Roles, o.Temporal.Port = dir, []string{app.RoleWorker, app.RolePortal}, port
	return w.start(o)
}

// door starts a process that only takes in what people do, and keeps it in a directory.
func (w *tenant) door(dir, engine string) *app.App {
	w.t.Helper()
	o := w.options()
	o.Listen, o.DataDir, o.Roles, o.Temporal.Address = "", dir, []string{app.RoleBot}, engine
	before := w.Connections()
	a := w.start(o)
	larktest.Await(w.t, "the door to connect", func() bool { return w.Connections() > before })
	return a
}

// TestTwoDoorsOnOneTenant: each event reaches one of them, and nothing depends on which, also when one of them leaves.
func TestTwoDoorsOnOneTenant(t *testing.T) {
	t.Parallel()
	w := &tenant{Server: larktest.New(t), t: t}
	w.staffed()
	w.app = w.base(t.TempDir(), 0)
	first := w.door(t.TempDir(), w.app.Engine)
	w.door(t.TempDir(), w.app.Engine)
	ann, bob := w.Person(larkAnn), w.Person(larkBob)
	var rooms []*larktest.Chat
	used := map[int]bool{}
	for n := 0; n < 30 && (len(used) < 2 || n < 4); n++ {
		room := w.Chat(fmt.Sprint("room", n))
		rooms = append(rooms, room)
		ann.Says(room, fmt.Sprintf("@orderly scale shop.cart.api@idc%d:prod 6 --reason r%d", 1+n%2, n))
		w.shows(room, "[approve]")
		for _, d := range w.Deliveries() {
			for _, a := range d.Attempts() {
				used[a.Connection] = true
			}
		}
	}
	if len(used) != 2 {
		t.Fatalf("only the connections %v were used", used)
	}
	for _, room := range rooms[:2] {
		if a := bob.Clicks(room.Messages()[1], "approve").Answer(); a.Toast.Type == "error" {
			t.Errorf("%+v", a.Toast)
		}
		w.shows(room, ": succeeded")
	}
	leaves(t, first)
	larktest.Await(t, "one to leave", func() bool { return w.Connections() == 1 })
	if a := bob.Submits(rooms[2].Messages()[1].Form("form-1"), larktest.Values{"why-1": "no need"}); a.Toast.Type == "error" {
		t.Errorf("%+v", a.Toast)
	}
	w.shows(rooms[2], "rejected by Bob Ray: no need")
	for _, room := range rooms {
		w.settle(room)
	}
	commands := w.Commands()
	slices.Sort(commands)
	if n := len(commands); n < 5 || len(slices.Compact(commands)) != n {
		t.Errorf("slash commands %v", commands)
	}
}

// port is where the engine of a process listens.
func port(t *testing.T, a *app.App) int {
	t.Helper()
	_, text, err := net.SplitHostPort(a.Engine)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// leaves stops a process before the end of the test.
func leaves(t *testing.T, a *app.App) {
	t.Helper()
	if err := a.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestTheEngineIsAway: what people do is acknowledged in time, they are told, and it is done once when the engine is back,
// although the process that acknowledged it is gone by then.
func TestTheEngineIsAway(t *testing.T) {
	t.Parallel()
	w := &tenant{Server: larktest.New(t), t: t}
	w.staffed()
	dir, inbox := t.TempDir(), t.TempDir()
	w.app = w.base(dir, 0)
	door := w.door(inbox, w.app.Engine)
	room, forms, said := w.Chat("room"), w.Chat("forms"), w.Chat("said")
	ann, bob := w.Person(larkAnn), w.Person(larkBob)
	ann.Says(room, "@orderly scale shop.cart.api@idc1:prod 6")
	w.shows(room, "[approve]")
	w.shows(room, "@Bob") // all is said
	ann.Says(forms, "@orderly scale")
	w.shows(forms, "[ask for it]")
	leaves(t, w.app)
	click := bob.Clicks(room.Messages()[1], "approve")
	form := ann.Sends(forms.Last().Form("form"), larktest.Values{"target": "shop.cart.api@idc2/c1:test", "replicas": "3", "flag_reason": "while away"})
	ann.Says(said, "@orderly scale shop.cart.web@idc1:test 3 --reason also-away")
	for _, d := range []*larktest.Delivery{click, form} { // Lark gives up after three seconds
		if a := d.Answer(); !a.Acked || a.Toast.Type == "error" {
			t.Errorf("%s: %s %+v", d.Type, a.Trouble, a.Toast)
		}
	}
	w.acknowledged()
	w.shows(said, "it is kept and waits")
	leaves(t, door)
	larktest.Await(t, "the door to be gone", func() bool { return w.Connections() == 0 })
	w.app = w.base(dir, port(t, w.app))
	w.door(inbox, w.app.Engine)
	w.shows(said, "reason: also-away")
	w.shows(forms, "reason: while away")
	for _, ch := range []*larktest.Chat{room, forms, said} {
		w.shows(ch, ": succeeded")
		w.settle(ch)
	}
}

// acknowledged makes sure that all that Lark has told was taken at the first try.
func (w *tenant) acknowledged() {
	w.t.Helper()
	for _, d := range w.Deliveries() {
		if a := d.Answer(); !a.Acked || len(d.Attempts()) != 1 {
			w.t.Errorf("%s: %s, %d attempts", d.Type, a.Trouble, len(d.Attempts()))
		}
	}
}

// log is a log that can be read while it is written.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write writes.
func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// TestNoSecretShowsOnLark: neither in what is posted nor in the log, whatever goes wrong.
func TestNoSecretShowsOnLark(t *testing.T) {
	t.Parallel()
	w, logged := &tenant{Server: larktest.New(t), t: t}, &log{}
	w.AppSecret, w.EncryptKey, w.VerificationToken = "canary-app", "canary-encrypt", "canary-verification"
	w.staffed()
	o := w.options()
	o.Logger = slog.New(slog.NewTextHandler(logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w.app = w.start(o)
	larktest.Await(t, "the program to connect", func() bool { return w.Connections() > 0 })
	room, ann := w.Chat("room"), w.Person(larkAnn)
	w.Fail("im.message.create", 1, larktest.ServerError)
	w.Fail("im.message.create", 1, larktest.Dropped)
	w.Fail("im.message.patch", 2, larktest.TooManyRequests)
	w.RevokeTokens()
	w.Disconnect()
	larktest.Await(t, "the program to come back", func() bool { return w.Connections() == 1 })
	ann.Says(room, "@orderly scale shop.cart.api@idc1:prod 6")
	w.shows(room, "[approve]")
	ann.Says(room, "@orderly scale")
	w.shows(room, "[ask for it]")
	ann.Clicks(room.Messages()[1], "approve").Answer()
	all := logged.String() + room.Draw() + ann.Draw()
	for _, c := range w.Calls("im.message.create", "im.message.reply", "im.message.patch", "application.command.create") {
		all += fmt.Sprint(c.Args)
	}
	for _, d := range w.Deliveries() {
		all += string(d.Answer().Body)
	}
	for _, secret := range []string{"canary-app", "canary-encrypt", "canary-verification", "tenant_access_token", "Bearer"} {
		if at := strings.Index(all, secret); at >= 0 {
			t.Errorf("%s shows: %s", secret, all[max(0, at-200):min(len(all), at+100)])
		}
	}
	if logged.String() == "" {
		t.Error("nothing was logged, so nothing was tested")
	}
}
