package larktest_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"orderly.example/bot/lark/larktest"
)

// messageOf is the ID of the message that a delivery tells of.
func messageOf(t *testing.T, d *larktest.Delivery) *string {
	t.Helper()
	var p struct {
		Event struct {
			Message struct {
				ID string `json:"message_id"`
			} `json:"message"`
		} `json:"event"`
	}
	if err := json.Unmarshal(d.Payload, &p); err != nil {
		t.Fatal(err)
	}
	return &p.Event.Message.ID
}

// failing is a test that notes why it fails.
type failing struct {
	testing.TB
	why string
}

func (f *failing) Fatalf(format string, args ...any) {
	f.why = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// TestWhatPeopleCannotDo fails the test that tries it, and says what there was to see.
func TestWhatPeopleCannotDo(t *testing.T) {
	f := &failing{TB: t}
	s := larktest.New(f)
	c := connect(s)
	ann, ops, db := s.Person("ou_ann"), s.Chat("ops"), s.Chat("db")
	words := ops.Message(c.say(t, ops, "x"))
	gone := c.post(t, ops)
	recalled := ops.Last()
	if err := c.delete(t, gone); err != nil {
		t.Fatal(err)
	}
	changed := c.post(t, ops)
	if err := c.patch(t, changed, card(markdown("done"))); err != nil {
		t.Fatal(err)
	}
	after := ops.Last()
	c.post(t, ops, button("approve", "Approve", `{}`), `{"tag":"button","name":"off","disabled":true}`, `{"tag":"button","name":"link","behaviors":[{"type":"open_url","default_url":"x"}]}`,
		`{"tag":"select_static","name":"where","options":[{"value":"prod"}]}`, `{"tag":"img","img_key":"k","alt":{}}`,
		form(`{"tag":"input","name":"why","required":true,"max_length":3}`, `{"tag":"select_person","name":"who"}`, `{"tag":"input","name":"old","disabled":true}`, submit("send")))
	m := ops.Last()
	try := func(v larktest.Values) func() { return func() { ann.Submits(m.Form("form"), v) } }
	for _, c := range []struct {
		want string
		try  func()
	}{
		{"there is no reject", func() { ann.Clicks(m, "reject") }},
		{"[Approve]", func() { ann.Clicks(m, "reject") }},
		{"there is no approve", func() { ann.Clicks(after, "approve") }},
		{"it is recalled", func() { ann.Clicks(recalled, "approve") }},
		{"it is no card", func() { ann.Clicks(words, "approve") }},
		{"cannot be used", func() { ann.Clicks(m, "off") }},
		{"tells the app nothing", func() { ann.Clicks(m, "link") }},
		{"in a form: submit that", func() { ann.Clicks(m, "send") }},
		{"choose one", func() { ann.Clicks(m, "where") }},
		{"there is no option \"test\"", func() { ann.Clicks(m, "where", "test") }},
		{"why: must be filled in", try(nil)},
		{"why: must be filled in", try(larktest.Values{"why": ""})},
		{"longer than 3", try(larktest.Values{"why": "busy"})},
		{"there is no option \"ou_none\"", try(larktest.Values{"why": "x", "who": "ou_none"})},
		{"old: cannot be used", try(larktest.Values{"why": "x", "old": "x"})},
		{"not all the fields", try(larktest.Values{"why": "x", "when": "now"})},
		{"there is no form f", func() { ann.Submits(m.Form("f"), nil) }},
		{"there is no message in #db", func() { db.Last() }},
		{"there is no message om_none", func() { ops.Message("om_none") }},
		{"cannot choose /scale", func() { ann.Command("scale", "") }},
		{"does not listen over HTTP", func() { ann.Forges(larktest.Unsigned, ops, "x") }},
		{"older than 14 days", func() { s.Advance(14*24*time.Hour + time.Second); ann.Clicks(m, "approve") }},
	} {
		f.why = ""
		done := make(chan struct{})
		go func() { defer close(done); c.try() }()
		<-done
		if !strings.Contains(f.why, c.want) {
			t.Errorf("%q: %q", c.want, f.why)
		}
	}
	if n := len(s.Deliveries()); n != 0 {
		t.Errorf("%d deliveries", n)
	}
}
