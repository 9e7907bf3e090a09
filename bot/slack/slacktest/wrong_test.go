package slacktest_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"orderly.example/bot/slack/slacktest"
)

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
	s := slacktest.New(f)
	a := listen(t, s, nil)
	ann, ops := s.Person("U_ANN"), s.Channel("ops")
	post(t, a.Client, ops.ID())
	first := form(t, s, a)
	limited := slack.NewPlainTextInputBlockElement(nil, "y")
	limited.MaxLength = 3
	good := slacktest.Values{"why": "x", "where": "prod"}
	gone := ops.Last()
	for _, c := range []struct {
		want string
		try  func()
	}{
		{"why must be filled in", func() { ann.Submits(first, slacktest.Values{"where": "prod"}) }},
		{"there is no reject", func() { ann.Clicks(gone, "reject") }},
		{"[Approve]", func() { ann.Clicks(gone, "reject") }},
		{"choose one of the options", func() { ann.Clicks(first, "w") }},
		{"there is no option \"staging\"", func() { ann.Submits(first, slacktest.Values{"why": "x", "where": "staging"}) }},
		{"not all the fields", func() { ann.Submits(first, slacktest.Values{"why": "x", "where": "prod", "when": "now"}) }},
		{"not the modal that Bob sees", func() { s.Person("U_BOB").Submits(first, good) }},
		{"there is no q", func() { ann.Types(first, "q", "x") }},
		{"there is no message in #nowhere", func() { s.Channel("nowhere").Last() }},
		{"there is no message 1.1", func() { ops.Message("1.1") }},
	} {
		f.why = ""
		done := make(chan struct{})
		go func() { defer close(done); c.try() }()
		<-done
		if !strings.Contains(f.why, c.want) {
			t.Errorf("%q: %q", c.want, f.why)
		}
	}
	if _, err := a.UpdateView(modal(slack.NewInputBlock("why", plain("Why"), nil, limited)), "", "", first.ID()); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); ann.Submits(first, slacktest.Values{"why": "long"}) }()
	<-done
	if !strings.Contains(f.why, "longer than 3") {
		t.Error(f.why)
	}
}
