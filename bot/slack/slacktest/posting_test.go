package slacktest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"orderly.example/bot/slack/slacktest"
)

// site is an app that listens over HTTP. It reads what it gets with the real client library.
type site struct {
	*httptest.Server
	secret string
	answer func(w http.ResponseWriter, n int) // to the n-th delivery; nil says all is well

	mu       sync.Mutex
	requests []http.Header
	events   []slackevents.EventsAPIEvent
	commands []slack.SlashCommand
	clicks   []slack.InteractionCallback
	refused  []error
}

func serve(t *testing.T, secret string, answer func(http.ResponseWriter, int)) *site {
	a := &site{secret: secret, answer: answer}
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	return a
}

func (a *site) urls() slacktest.URLs {
	return slacktest.URLs{Events: a.URL + "/events", Commands: a.URL + "/commands", Interactions: a.URL + "/interactions"}
}

func (a *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	if err := verified(r.Header, a.secret, body); err != nil {
		a.refused = append(a.refused, err)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	switch r.URL.Path {
	case "/events":
		e, err := slackevents.ParseEvent(json.RawMessage(body), slackevents.OptionNoVerifyToken())
		if err != nil {
			a.refused = append(a.refused, err)
		}
		if v, ok := e.Data.(*slackevents.EventsAPIURLVerificationEvent); ok {
			fmt.Fprint(w, v.Challenge)
			return
		}
		a.events = append(a.events, e)
	case "/commands":
		c, err := slack.SlashCommandParse(r)
		if err != nil {
			a.refused = append(a.refused, err)
		}
		a.commands = append(a.commands, c)
	case "/interactions":
		c, err := slack.InteractionCallbackParse(r)
		if err != nil {
			a.refused = append(a.refused, err)
		}
		a.clicks = append(a.clicks, c)
	}
	a.requests = append(a.requests, r.Header)
	if a.answer != nil {
		a.answer(w, len(a.requests))
	}
}

func verified(h http.Header, secret string, body []byte) error {
	v, err := slack.NewSecretsVerifier(h, secret)
	if err != nil {
		return err
	}
	_, _ = v.Write(body)
	return v.Ensure()
}

func TestEverythingIsPostedAndSigned(t *testing.T) {
	s := slacktest.New(t)
	a := serve(t, s.SigningSecret, nil)
	if err := s.DeliverTo(a.urls()); err != nil {
		t.Fatal(err)
	}
	ann, ops := s.Person("U_ANN"), s.Channel("ops")
	post(t, client(s), ops.ID())
	ann.Says(ops, "@orderly help")
	if got := s.Deliveries()[0].Answer(); !got.Acked {
		t.Errorf("%+v", got)
	}
	if got := ann.Command("/ops", "help & more", ops).Answer(); !got.Acked {
		t.Errorf("%+v", got)
	}
	if got := ann.Clicks(ops.Messages()[0], "approve").Answer(); !got.Acked {
		t.Errorf("%+v", got)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.refused) > 0 || len(a.events) != 1 || len(a.commands) != 1 || len(a.clicks) != 1 {
		t.Fatalf("%v, %+v, %+v, %+v", a.refused, a.events, a.commands, a.clicks)
	}
	if m := a.events[0].InnerEvent.Data.(*slackevents.AppMentionEvent); m.Text != "<@U_BOT> help" || a.requests[0].Get("X-Slack-Retry-Num") != "" {
		t.Errorf("%+v", m)
	}
	if a.commands[0].Text != "help &amp; more" || a.clicks[0].ActionCallback.BlockActions[0].Value != "web" {
		t.Errorf("%+v", a.commands[0])
	}
}

// TestSignaturesAreOfTheServersClock: an app with its own clock refuses what is too old for it.
func TestSignaturesAreOfTheServersClock(t *testing.T) {
	s := slacktest.New(t)
	a := serve(t, s.SigningSecret, nil)
	if err := s.DeliverTo(a.urls()); err != nil {
		t.Fatal(err)
	}
	s.Advance(-6 * time.Minute)
	if got := s.Person("U_ANN").Command("/ops", "help", s.Channel("ops")).Answer(); got.Acked || got.Trouble != "http_error" {
		t.Errorf("%+v", got)
	}
	if len(a.refused) != 1 {
		t.Error(a.refused)
	}
}

func TestAnURLThatIsNotTheAppsIsRefused(t *testing.T) {
	s := slacktest.New(t)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") }))
	t.Cleanup(other.Close)
	wrong := serve(t, "another secret", nil)
	for _, u := range []slacktest.URLs{{Events: other.URL}, wrong.urls(), {Events: "http://127.0.0.1:1/"}} {
		if err := s.DeliverTo(u); err == nil {
			t.Error(u)
		}
	}
}

func TestFailedPostsComeAgain(t *testing.T) {
	quit := make(chan struct{})
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter, int)
		failed string
		tries  int
		acked  bool
	}{
		"an error":        {func(w http.ResponseWriter, _ int) { w.WriteHeader(http.StatusInternalServerError) }, "http_error", 4, false},
		"an error, once":  {func(w http.ResponseWriter, n int) { w.WriteHeader(map[bool]int{true: 503, false: 200}[n == 1]) }, "http_error", 2, true},
		"no more, please": {func(w http.ResponseWriter, _ int) { w.Header().Set("X-Slack-No-Retry", "1"); w.WriteHeader(500) }, "http_error", 1, false},
		"redirects":       {func(w http.ResponseWriter, _ int) { w.Header().Set("Location", "/events"); w.WriteHeader(307) }, "too_many_redirects", 4, false},
		"silence":         {func(http.ResponseWriter, int) { <-quit }, "http_timeout", 4, false},
	} {
		s := slacktest.New(t)
		a := serve(t, s.SigningSecret, c.answer)
		if err := s.DeliverTo(a.urls()); err != nil {
			t.Fatal(err)
		}
		if name == "silence" {
			s.AckWithin(30 * time.Millisecond)
			t.Cleanup(func() { close(quit) })
		}
		s.Person("U_ANN").Says(s.Channel("ops"), "@orderly help")
		d := s.Deliveries()[0]
		slacktest.Await(t, name, func() bool {
			if all := d.Attempts(); len(all) > 1 && all[len(all)-1].Failed != "" {
				s.Advance(5 * time.Minute)
			}
			return d.Settled()
		})
		if all := d.Attempts(); len(all) != c.tries || d.Answer().Acked != c.acked || all[0].Failed != c.failed {
			t.Errorf("%s: %+v", name, all)
		}
		if name == "an error, once" {
			if h := a.requests[1]; h.Get("X-Slack-Retry-Num") != "1" || h.Get("X-Slack-Retry-Reason") != "http_error" {
				t.Errorf("%v", h)
			}
		}
	}
}
