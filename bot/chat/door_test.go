package chat

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"orderly.example/bot"
	"orderly.example/bot/api/apitest"
	"orderly.example/ops"
)

const staff = `people:
  - {id: ann, name: Ann Lee, groups: [dev], accounts: {test: A}}
  - {id: bob, name: Bob Ray, groups: [sre], email: bob@example.com}
  - {id: eve, name: Eve Fox, groups: [guests], accounts: {test: E}}
  - {id: wei, name: 魏芳, lang: zh, groups: [sre], accounts: {test: W}}
`

// house is a door with everything behind it in memory.
type house struct {
	*Door
	t      *testing.T
	starts *apitest.Ledger
	said   *ledger
	dir    string
}

// open opens a house; the deliveries that an earlier process left in the directory are in its inbox.
func open(t *testing.T, dir string, starts *apitest.Ledger, said *ledger) *house {
	t.Helper()
	people, err := bot.NewIdentities(bot.FromText(staff, "people.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return apitest.Now }
	desk := &bot.Desk{Operations: apitest.Operations, Identities: people, Starter: starts, Policy: apitest.Policy{}, Clock: clock}
	logger := slog.New(slog.DiscardHandler)
	outbox := NewOutbox(said, 0)
	keeper := &Keeper{Desk: desk, Outbox: outbox, Platform: said, Clock: clock, Logger: logger}
	i, err := OpenInbox(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	return &house{t: t, starts: starts, said: said, dir: dir, Door: &Door{
		Desk: desk, Platform: said, Outbox: outbox, Inbox: i, Keeper: keeper, Clock: clock, Logger: logger,
	}}
}

// with runs a test in a house whose clock is not the real one.
func with(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		h := open(t, dir, apitest.NewLedger(apitest.Now), &ledger{})
		h.Start()
		test(t, h)
		h.close()
	})
}

func (h *house) close() {
	h.t.Helper()
	if err := h.Stop(); err != nil {
		h.t.Error(err)
	}
	h.Keeper.Close()
}

// gets takes a delivery and waits until all is done.
func (h *house) gets(x Delivery) Answer {
	h.t.Helper()
	a, err := h.Take(h.t.Context(), x)
	if err != nil {
		h.t.Fatalf("%+v: %v", x, err)
	}
	synctest.Wait()
	return a
}

func (h *house) shows(want ...string) {
	h.t.Helper()
	got := h.said.written()
	for _, w := range want {
		if !strings.Contains(got, w) {
			h.t.Errorf("%q is not said in\n%s", w, got)
		}
	}
}

func says(account, text, key string) Delivery {
	return Delivery{Kind: Say, Key: key, At: apitest.Now, Text: text, By: Asker{Account: account, Place: Place{Channel: "C"}}}
}

const scale6 = "scale shop.cart.api@idc1:prod 6"

// only is the one change that there is.
func (h *house) only() ops.Status {
	h.t.Helper()
	page, err := h.Desk.List(h.t.Context(), ops.Filter{})
	if err != nil || len(page.Changes) != 1 {
		h.t.Fatalf("%d changes, %v", len(page.Changes), err)
	}
	s, err := h.Desk.Status(h.t.Context(), page.Changes[0].ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// clicks is a click of somebody on a button of the message of the change.
func (h *house) clicks(account string, kind ops.ActKind, on, key string) Delivery {
	h.t.Helper()
	s := h.only()
	c := h.Desk.Phrases().Card(s)
	c.At = readRef(s.Request.From.Ref).Main.ID
	at := slices.IndexFunc(c.Actions, func(a bot.Action) bool { return a.Act == kind })
	if at < 0 {
		h.t.Fatalf("no button %s in %+v", kind, c.Actions)
	}
	raw, err := json.Marshal(c.Actions[at].Press(c))
	if err != nil {
		h.t.Fatal(err)
	}
	if on == "" {
		on = c.At
	}
	return Delivery{Kind: Press, Key: key, At: apitest.Now, Press: raw, By: Asker{Account: account, On: on, Place: Place{Channel: "C"}}}
}

func TestALineBecomesOneChangeWhoseMessageIsThereBefore(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.gets(says("A", scale6, "k1"))
		s := h.only()
		h.shows("post C/ []: card " + s.ID + ": received")
		r := readRef(s.Request.From.Ref)
		if r.Main.ID == "" || r.Main.Channel != "C" || s.Request.By.ID != "ann" || s.Request.From.Surface != "test" {
			t.Errorf("%+v", s.Request)
		}
	})
}

func TestThePlatformMayBeAwayWhenAChangeStarts(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.said.answers = func(int) error { return ops.Errorf(ops.Unavailable, "away", "无响应") }
		h.gets(says("A", scale6, "k1"))
		if r := readRef(h.only().Request.From.Ref); r.Main.ID != "" || !r.Unsure {
			t.Errorf("%+v", r)
		}
	})
}

// TestAThousandDeliveriesTwiceAndInAnyOrder: one change each.
func TestAThousandDeliveriesTwiceAndInAnyOrder(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		var all []Delivery
		for n := range 1000 {
			d := says("A", scale6, fmt.Sprint("k", n))
			all = append(all, d, d)
		}
		rand.Shuffle(len(all), func(a, b int) { all[a], all[b] = all[b], all[a] })
		var wg sync.WaitGroup
		for _, d := range all {
			wg.Go(func() {
				if _, err := h.Take(t.Context(), d); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		synctest.Wait()
		if n := h.starts.Count(); n != 1000 {
			t.Errorf("%d changes", n)
		}
		if n := strings.Count(h.said.written(), "post "); n != 1000 {
			t.Errorf("%d messages", n)
		}
	})
}

// TestTheProcessDiesBetweenAcknowledgementAndStart: the next one starts the change, once, and finds the message.
func TestTheProcessDiesBetweenAcknowledgementAndStart(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		starts, said := apitest.NewLedger(apitest.Now), &ledger{}
		starts.Break(ops.Errorf(ops.Unavailable, "the engine is away", "引擎无响应"))
		h := open(t, dir, starts, said)
		h.Start()
		h.gets(says("A", scale6, "k1"))
		h.shows("whisper A: it is kept and waits")
		h.end() // a process that is killed writes nothing more
		h.running.Wait()
		die(t, h.Inbox)
		starts.Break(nil)
		again := open(t, dir, starts, said)
		again.Start()
		synctest.Wait()
		s := again.only()
		again.shows("post C/ again []: card " + s.ID)
		again.close()
		if left := open(t, dir, starts, said).Inbox.Open(); len(left) != 0 {
			t.Errorf("left: %+v", left)
		}
	})
}

func TestWhatWaitedTooLongIsNotDone(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.starts.Break(ops.Errorf(ops.Unavailable, "the engine is away", "引擎无响应"))
		x := says("A", scale6, "k1")
		x.At = apitest.Now.Add(-2 * time.Hour)
		h.gets(x)
		h.starts.Break(nil)
		time.Sleep(time.Minute)
		h.shows("whisper A: it was not done: the engine was away for too long")
		if h.starts.Count() != 0 {
			t.Error("it was done")
		}
	})
}

func TestWhoIsNotKnownIsToldSo(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.said.emails = map[string]string{"B": "Bob@Example.com"}
		h.gets(says("B", scale6, "k1"))
		h.shows("whisper B: your test account B belongs to nobody I know")
		h.Emails = true
		h.gets(says("B", scale6, "k2"))
		if by := h.only().Request.By; by.ID != "bob" || by.LinkedBy != "email" {
			t.Errorf("%+v", by)
		}
		h.gets(says("X", scale6, "k3"))
		h.shows("whisper X: your test account X belongs to nobody I know")
	})
}

func TestABadLineStartsNothingAndSaysWhy(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.gets(says("A", "scael shop.cart.api@idc1:prod 6", "k1"))
		h.gets(says("E", scale6, "k2"))
		h.gets(says("W", "help", "k3"))
		h.shows(`whisper A: I do not know "scael"`, "whisper E: the policy does not allow it: guests only look", "whisper W: card 您可以使用的操作")
		if h.starts.Count() != 0 {
			t.Error("something was started")
		}
	})
}

func TestMissingValuesAreAskedForInAForm(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.gets(says("A", "scale shop.cart.api@idc1:prod", "k1"))
		h.shows("ask A for scale")
		form := Delivery{Kind: Submit, Key: "k2", Form: "scale", By: Asker{Account: "A", Place: Place{Channel: "C"}}, Values: map[string]string{"target": "shop.cart.api@idc1:prod", "replicas": "many"}}
		a := h.gets(form)
		if !strings.Contains(a.Wrong["replicas"].En, "not a whole number") || len(a.Wrong) != 1 {
			t.Errorf("%+v", a)
		}
		form.Values["replicas"], form.Values[bot.FieldAt] = "6", "yesterday"
		if a := h.gets(form); a.Wrong[bot.FieldAt].IsZero() {
			t.Errorf("%+v", a)
		}
		form.Values[bot.FieldAt], form.Values[bot.FieldReason] = "", "sale"
		if a := h.gets(form); len(a.Wrong) > 0 || h.only().Request.Reason != "sale" {
			t.Errorf("%+v", a)
		}
		form.Key, form.By.Account = "k3", "E"
		if a := h.gets(form); !strings.Contains(a.Wrong[bot.FieldReason].En, "guests only look") {
			t.Errorf("%+v", a)
		}
	})
}

func TestAButtonActsOnceAndOnItsOwnMessageOnly(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.gets(says("A", scale6, "k1"))
		h.gets(h.clicks("W", ops.ActApprove, "m-copy", "k2"))
		h.shows("whisper W: 这是消息的副本")
		if n := len(h.starts.Acts()); n != 0 {
			t.Fatalf("%d acts by a copy", n)
		}
		h.gets(h.clicks("A", ops.ActApprove, "", "k3"))
		h.shows("whisper A: nobody approves their own change")
		click := h.clicks("W", ops.ActApprove, "", "k4")
		h.gets(click)
		h.gets(click)
		if s := h.only(); s.State != ops.Running || len(s.Approvals) != 1 || s.Approvals[0].By.ID != "wei" || len(h.starts.Acts()) != 2 {
			t.Errorf("%+v after %+v", s, h.starts.Acts())
		}
		h.shows("whisper W: 已记录", "edit C/"+readRef(h.only().Request.From.Ref).Main.ID)
	})
}

// TestARefusalSaysWhereOneMayGoOn, such as to the portal when an approval may not be given here.
func TestARefusalSaysWhereOneMayGoOn(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.Desk.Links = func(s ops.Status) []bot.Link {
			return []bot.Link{{Label: ops.Text{En: "portal", Zh: "门户"}, URL: "https://orderly.example.com/" + s.ID}}
		}
		h.gets(says("A", scale6, "k1"))
		h.gets(h.clicks("A", ops.ActApprove, "", "k2"))
		h.shows("nobody approves their own change\nportal: https://orderly.example.com/" + h.only().ID)
	})
}

func TestARejectionAsksForItsReason(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.gets(says("A", scale6, "k1"))
		x := h.clicks("W", ops.ActReject, "", "k2")
		h.gets(x)
		h.shows("ask W why reject")
		x.Key, x.Why = "k3", "not today"
		h.gets(x)
		if s, acts := h.only(), h.starts.Acts(); s.State != ops.Refused || acts[0].Note != "not today" {
			t.Errorf("%s, %+v", s.State, acts)
		}
	})
}

// TestAnAcknowledgementCarriesTheOutcome: where a platform shows one, and only as long as it waits.
func TestAnAcknowledgementCarriesTheOutcome(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.gets(says("A", scale6, "k1"))
		h.Patience = time.Second
		if a := h.gets(h.clicks("A", ops.ActApprove, "", "k2")); !a.Bad || !strings.Contains(a.Text.En, "nobody approves") {
			t.Errorf("%+v", a)
		}
		if strings.Contains(h.said.written(), "whisper") {
			t.Error("it was said twice")
		}
		x := h.clicks("W", ops.ActApprove, "", "k3")
		h.starts.Break(ops.Errorf(ops.Unavailable, "away", "无响应"))
		began := time.Now()
		if a := h.gets(x); !a.Text.IsZero() || time.Since(began) != time.Second {
			t.Errorf("%+v after %s", a, time.Since(began))
		}
		h.starts.Break(nil)
		time.Sleep(time.Minute)
		if s := h.only(); s.State != ops.Running {
			t.Errorf("it is %s", s.State)
		}
	})
}

func TestHomeShowsWhatConcernsAPerson(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.gets(says("A", scale6, "k1"))
		var shown *bot.Card
		for _, u := range []string{"wei", "ann"} {
			c, err := h.Desk.Home(t.Context(), must(h.Desk.Identities.Find(u)))
			if err != nil {
				t.Fatal(err)
			}
			shown = &c
			waits := c.Sections[0].Lines[0].Text.En
			if id := h.only().ID; strings.Contains(waits, id) != (u == "wei") {
				t.Errorf("%s: %s", u, waits)
			}
		}
		if last := shown.Actions[len(shown.Actions)-1]; last.Say != "form scale" {
			t.Errorf("favourite: %+v", last)
		}
		h.gets(Delivery{Kind: Home, Key: "k2", By: Asker{Account: "W"}})
		h.shows("home W: card 魏芳 (wei),与您有关的变更")
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestSuggestions(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.Desk.Options = fixed{"shop.cart.api@idc1/c1:prod", "shop.pay.api@idc1/c1:prod"}
		ask := Delivery{Kind: Suggest, Key: "s", Form: "scale", Field: "target", Text: "PAY", By: Asker{Account: "A"}}
		if a := h.gets(ask); !slices.Equal(a.Options, []string{"shop.pay.api@idc1/c1:prod"}) {
			t.Errorf("%+v", a)
		}
		ask.Text = "shop.web.api:test"
		if a := h.gets(ask); !slices.Equal(a.Options, []string{"shop.web.api:test"}) {
			t.Errorf("a target that is typed: %+v", a)
		}
		ask.By.Account = "nobody"
		if a := h.gets(ask); len(a.Options) != 0 {
			t.Errorf("a stranger is shown %+v", a)
		}
	})
}

type fixed []string

func (f fixed) Options(context.Context, string, map[string]string) ([]string, error) { return f, nil }

// TestNoSecretIsPosted: not even where it is kept, whatever is shown of a change that has one.
func TestNoSecretIsPosted(t *testing.T) {
	with(t, func(t *testing.T, h *house) {
		h.gets(says("A", "restart shop.cart.api@idc1:prod token=env:CANARY_1", "k1"))
		r := h.notify(ops.Receipt{Ref: h.only().Request.From.Ref})
		h.turns(apitest.Succeed)
		h.notify(r)
		h.gets(says("A", "show "+h.only().ID, "k2"))
		h.gets(says("A", "ls", "k3"))
		h.gets(says("A", "restart token=env:CANARY_2", "k4"))
		h.said.mu.Lock()
		defer h.said.mu.Unlock()
		if len(h.said.shows) < 3 {
			t.Errorf("only %d messages", len(h.said.shows))
		}
		for id, c := range h.said.shows {
			raw, err := json.Marshal(c)
			if err != nil || strings.Contains(string(raw), "CANARY") {
				t.Errorf("%s: %s, %v", id, raw, err)
			}
		}
		for _, p := range h.said.asked {
			raw, err := json.Marshal(p.Form.Inputs())
			if err != nil || strings.Contains(string(raw), "CANARY") || len(raw) == 0 {
				t.Errorf("a form: %s, %v", raw, err)
			}
		}
		if len(h.said.asked) != 1 {
			t.Errorf("%d forms", len(h.said.asked))
		}
	})
}
