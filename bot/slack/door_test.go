package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"orderly.example/bot"
	"orderly.example/bot/chat"
	"orderly.example/bot/slack/slacktest"
	"orderly.example/ops"
)

const staff = `people:
  - {id: ann, name: Ann Lee, accounts: {slack: U_ANN}}
  - {id: wei, name: 魏芳, lang: zh, accounts: {slack: U_WEI}}
`

// taken is what a door hands on.
type taken struct {
	mu      sync.Mutex
	all     []chat.Delivery
	answer  chat.Answer
	refuses error
}

func (x *taken) take(_ context.Context, d chat.Delivery) (chat.Answer, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.all = append(x.all, d)
	return x.answer, x.refuses
}

func (x *taken) count() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.all)
}

func (x *taken) last() chat.Delivery {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.all[len(x.all)-1]
}

// doorIn is a door of a workspace, and what it hands on.
func doorIn(t *testing.T, s *slacktest.Server, change func(*Config)) (*Door, *taken) {
	t.Helper()
	people, err := bot.NewIdentities(bot.FromText(staff, "people.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	c := Config{BotToken: s.BotToken, AppToken: s.AppToken, API: s.API(), SigningSecrets: []string{s.SigningSecret}, Clock: s.Now}
	if change != nil {
		change(&c)
	}
	x := &taken{}
	return &Door{Client: New(c), Identities: people, Take: x.take, Logger: slog.New(slog.DiscardHandler)}, x
}

func connected(t *testing.T, s *slacktest.Server) *taken {
	t.Helper()
	d, x := doorIn(t, s, nil)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Listen(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
	slacktest.Await(t, "a connection", func() bool { return s.Connections() == 1 })
	return x
}

func TestEveryWayToSpeakIsUnderstood(t *testing.T) {
	s := slacktest.New(t)
	x := connected(t, s)
	ann, room := s.Person("U_ANN"), s.Channel("room")
	s.Person("U_WEI")
	first := ann.Says(room, "@orderly scale a.b.c@idc1:prod 6 by=@wei <b> & https://x.y/z")
	check := func(want chat.Delivery) {
		t.Helper()
		slacktest.Await(t, "a delivery", func() bool { return x.count() > 0 })
		got := x.last()
		x.mu.Lock()
		x.all = nil
		x.mu.Unlock()
		if got.Key == "" || got.At.IsZero() {
			t.Errorf("no key or time: %+v", got)
		}
		got.Key, got.At, got.By.Trigger, got.By.Reply, got.By.On = "", time.Time{}, "", "", ""
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
	by := chat.Asker{Account: "U_ANN", Place: chat.Place{Channel: room.ID()}}
	check(chat.Delivery{Kind: chat.Say, By: by, Text: "scale a.b.c@idc1:prod 6 by=@wei <b> & https://x.y/z"})
	ann.Replies(first, "@orderly ls")
	thread := by
	thread.Place.Thread = first.TS()
	check(chat.Delivery{Kind: chat.Say, By: thread, Text: "ls"})
	ann.Command("/ops", "ls mine", room)
	check(chat.Delivery{Kind: chat.Say, By: by, Text: "ls mine"})
	direct := chat.Asker{Account: "U_ANN", Place: chat.Place{Channel: ann.DM().ID(), Direct: true}}
	ann.Says(ann.DM(), "help")
	check(chat.Delivery{Kind: chat.Say, By: direct, Text: "help"})
	ann.Command("/ops", "help", ann.DM())
	check(chat.Delivery{Kind: chat.Say, By: direct, Text: "help"})
	direct.Place.Channel = ""
	ann.Shortcut("ops_run")
	check(chat.Delivery{Kind: chat.Say, By: direct, Text: "ops"})
	ann.OpensHome()
	check(chat.Delivery{Kind: chat.Home, By: direct})
}

func TestWhatIsNotForUsIsAcknowledgedAndLeftAlone(t *testing.T) {
	s := slacktest.New(t)
	x := connected(t, s)
	if a := s.Happens("something_new").Answer(); !a.Acked {
		t.Errorf("%+v", a)
	}
	if a := s.Person("U_ANN").MessageShortcut("unknown", s.Person("U_ANN").Says(s.Channel("room"), "hi")).Answer(); !a.Acked {
		t.Errorf("%+v", a)
	}
	if x.count() != 0 {
		t.Errorf("taken: %+v", x.all)
	}
}

func TestWhatIsNotTakenIsDeliveredAgain(t *testing.T) {
	s := slacktest.New(t)
	x := connected(t, s)
	x.refuses = ops.Errorf(ops.Unavailable, "full", "已满")
	s.AckWithin(50 * time.Millisecond)
	s.Person("U_ANN").Says(s.Channel("room"), "@orderly ls")
	slacktest.Await(t, "another try", func() bool { return x.count() >= 2 })
	if first, again := x.all[0], x.all[1]; first.Key != again.Key || first.Again || !again.Again {
		t.Errorf("%+v, then %+v", first, again)
	}
}

func TestErrorsStandAtTheirFields(t *testing.T) {
	s := slacktest.New(t)
	x := connected(t, s)
	wei, room := s.Person("U_WEI"), s.Channel("room")
	d, _ := doorIn(t, s, nil)
	wei.Command("/ops", "scale", room).Answer()
	ask := chat.Prompt{Form: &bot.Form{Operation: sale, Request: ops.Request{Operation: "sale"}, Fields: []bot.Field{{Param: sale.Params[0], Ask: true}}}}
	by := x.last().By
	by.Lang = ops.Chinese
	if err := d.Client.Ask(t.Context(), by, ask); err != nil {
		t.Fatal(err)
	}
	form, _ := wei.Modal()
	x.answer = chat.Answer{Wrong: map[string]ops.Text{"name": {En: "too long", Zh: "太长"}}}
	if a := wei.Submits(form, slacktest.Values{"name": "x"}); a.Errors["name"] != "太长" {
		t.Errorf("%+v", a)
	}
	x.answer = chat.Answer{}
	wei.Submits(form, slacktest.Values{"name": "y", bot.FieldReason: "why not"})
	got := x.last()
	if got.Kind != chat.Submit || got.Form != "sale" || got.Values["name"] != "y" || got.Values[bot.FieldReason] != "why not" || got.By.Place.Channel != room.ID() || got.By.Account != "U_WEI" {
		t.Errorf("%+v", got)
	}
}

var sale = ops.Operation{Name: "sale", Help: ops.Text{En: "a sale", Zh: "促销"}, Example: "sale x", Params: []ops.Param{{Name: "name", Kind: ops.KindString, Help: ops.Text{En: "its name", Zh: "名称"}, Required: true}}}

// TestAFormWithoutAFreshClickIsOffered: a mention opens no window, and a click counts for three seconds.
func TestAFormWithoutAFreshClickIsOffered(t *testing.T) {
	s := slacktest.New(t)
	d, _ := doorIn(t, s, nil)
	s.Person("U_ANN")
	room := s.Channel("room")
	f := chat.Prompt{Form: &bot.Form{Operation: sale, Request: ops.Request{Operation: "sale"}}}
	for _, trigger := range []string{"", "1.2.old"} {
		if err := d.Client.Ask(t.Context(), chat.Asker{Account: "U_ANN", Trigger: trigger, Place: chat.Place{Channel: room.ID()}}, f); err != nil {
			t.Fatalf("%q: %v", trigger, err)
		}
		if got := room.Last().Draw(); !strings.Contains(got, "[fill in]") {
			t.Errorf("%q: %s", trigger, got)
		}
	}
}

// TestHTTPTakesWhatIsSignedAndNothingElse: with either secret, for five minutes, from this workspace.
func TestHTTPTakesWhatIsSignedAndNothingElse(t *testing.T) {
	s := slacktest.New(t)
	d, x := doorIn(t, s, func(c *Config) { c.SigningSecrets = []string{"the next one", s.SigningSecret} })
	var last *http.Request
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		last = r
		body = read(t, r)
		d.ServeHTTP(w, r)
	}))
	defer server.Close()
	if err := s.DeliverTo(slacktest.URLs{Events: server.URL, Commands: server.URL, Interactions: server.URL}); err != nil {
		t.Fatal(err)
	}
	if a := s.Person("U_ANN").Command("/ops", "ls", s.Channel("room")).Answer(); !a.Acked || x.last().Text != "ls" {
		t.Fatalf("%+v, %+v", a, x.all)
	}
	for name, c := range map[string]struct {
		change func(r *http.Request)
		body   string
		code   int
	}{
		"as it was":      {nil, "", http.StatusOK},
		"forged":         {func(r *http.Request) { r.Header.Set("X-Slack-Signature", "v0="+strings.Repeat("0", 64)) }, "", http.StatusUnauthorized},
		"unsigned":       {func(r *http.Request) { r.Header.Del("X-Slack-Signature") }, "", http.StatusUnauthorized},
		"another time":   {func(r *http.Request) { r.Header.Set("X-Slack-Request-Timestamp", fmt.Sprint(s.Now().Unix()+1)) }, "", http.StatusUnauthorized},
		"no time":        {func(r *http.Request) { r.Header.Set("X-Slack-Request-Timestamp", "yesterday") }, "", http.StatusUnauthorized},
		"another text":   {nil, strings.Replace(string(body), "text=ls", "text=rm", 1), http.StatusUnauthorized},
		"a huge text":    {nil, strings.Repeat("x", maxBody+1), http.StatusRequestEntityTooLarge},
		"another way":    {func(r *http.Request) { r.Method = http.MethodGet }, "", http.StatusMethodNotAllowed},
		"another secret": {func(r *http.Request) { d.Client.config.SigningSecrets = []string{"", "other"} }, "", http.StatusUnauthorized},
	} {
		d.Client.config.SigningSecrets = []string{"the next one", s.SigningSecret}
		before := x.count()
		if c.body == "" {
			c.body = string(body)
		}
		r := httptest.NewRequest(http.MethodPost, "/slack", strings.NewReader(c.body))
		r.Header = last.Header.Clone()
		if c.change != nil {
			c.change(r)
		}
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		if w.Code != c.code || x.count()-before != map[bool]int{true: 1}[c.code == http.StatusOK] {
			t.Errorf("%s: %d, %d taken", name, w.Code, x.count()-before)
		}
	}
	d.Client.config.SigningSecrets = []string{s.SigningSecret}
	s.Advance(5*time.Minute + time.Second)
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/slack", strings.NewReader(string(body)))
	r.Header = last.Header.Clone()
	if d.ServeHTTP(w, r); w.Code != http.StatusUnauthorized {
		t.Errorf("replayed later: %d", w.Code)
	}
}

func read(t *testing.T, r *http.Request) []byte {
	t.Helper()
	raw := make([]byte, r.ContentLength)
	if _, err := r.Body.Read(raw); err != nil && err.Error() != "EOF" {
		t.Error(err)
	}
	r.Body = http.NoBody
	r.Body = body{strings.NewReader(string(raw))}
	return raw
}

type body struct{ *strings.Reader }

func (body) Close() error { return nil }

func in(t testing.TB) inbound {
	t.Helper()
	return inbound{team: "T1", me: "UBOT", person: func(a string) string { return map[string]string{"U_ANN": "ann"}[a] }, direct: func(string) bool { return false }}
}

func TestAnotherWorkspaceIsForeign(t *testing.T) {
	i := in(t)
	for name, read := range map[string]func() (*chat.Delivery, error){
		"event": func() (*chat.Delivery, error) {
			return i.event([]byte(`{"team_id":"T2","event_id":"E","event":{"type":"app_mention","user":"U"}}`))
		},
		"command":     func() (*chat.Delivery, error) { return i.command([]byte(`{"team_id":"T2","text":"ls"}`)) },
		"interaction": func() (*chat.Delivery, error) { return i.interaction([]byte(`{"type":"shortcut","team":{"id":"T2"}}`)) },
	} {
		if d, err := read(); d != nil || ops.CodeOf(err) != ops.Denied {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
}

func TestALineIsAsItWasTyped(t *testing.T) {
	for raw, want := range map[string]string{
		"<@UBOT> scale <mailto:shop.cart.api@idc1|shop.cart.api@idc1>:prod 6": "scale shop.cart.api@idc1:prod 6",
		"ls by=<@U_ANN> &lt;x&gt; &amp;amp;":                                  "ls by=@ann <x> &amp;",
		"a <http://shop.cart|shop.cart> <https://x.y> <#C1|ops> <!here> b":    "a shop.cart https://x.y #ops @here b",
		"<@U9|eve> <@UBOT|ops> x < y":                                         "@U9  x < y",
	} {
		if got := in(t).line(raw); got != want {
			t.Errorf("%q: got %q, want %q", raw, got, want)
		}
	}
}

func FuzzInbound(f *testing.F) {
	f.Add([]byte(`{"team_id":"T1","event_id":"E","event":{"type":"app_mention","user":"U","text":"<@UBOT> ls"}}`))
	f.Add([]byte(`{"type":"block_actions","team":{"id":"T1"},"actions":[{"action_id":"change-0","value":"{}"}],"container":{"message_ts":"1.2"}}`))
	f.Add([]byte(`{"type":"view_submission","team":{"id":"T1"},"view":{"id":"V","private_metadata":"{\"form\":\"scale\"}","state":{"values":{"a":{"a":{"value":"b"}}}}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		i := in(t)
		for _, read := range []func([]byte) (*chat.Delivery, error){i.event, i.command, i.interaction} {
			if d, err := read(raw); err == nil && d != nil {
				if _, err := json.Marshal(d); err != nil {
					t.Errorf("%s: %v", raw, err)
				}
			}
		}
	})
}
