package slacktest_test

import (
	"context"
	"errors"
	"io"
	"log"
	"sync"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"orderly.example/bot/slack/slacktest"
)

// app is an app on the real Socket Mode client. It keeps what it gets, and acknowledges it as it is told to.
type app struct {
	*slack.Client
	socket *socketmode.Client

	mu     sync.Mutex
	events []socketmode.Event
	answer func(socketmode.Event) (payload any, ack bool)
}

// listen connects an app that acknowledges everything until answer says otherwise.
func listen(t *testing.T, s *slacktest.Server, answer func(socketmode.Event) (any, bool)) *app {
	t.Helper()
	before := s.Connections()
	a := &app{Client: client(s), answer: answer}
	a.socket = socketmode.New(a.Client, socketmode.OptionLog(log.New(io.Discard, "", 0)))
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := a.socket.RunContext(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("the socket ended: %v", err)
		}
	})
	running.Go(func() {
		for {
			select {
			case e := <-a.socket.Events:
				a.handle(e)
			case <-ctx.Done():
				return
			}
		}
	})
	t.Cleanup(func() { cancel(); running.Wait() })
	slacktest.Await(t, "a connection", func() bool { return s.Connections() > before })
	return a
}

func (a *app) handle(e socketmode.Event) {
	a.mu.Lock()
	a.events = append(a.events, e)
	a.mu.Unlock()
	if e.Request == nil || e.Request.EnvelopeID == "" {
		return
	}
	var payload any
	ack := true
	if a.answer != nil {
		payload, ack = a.answer(e)
	}
	if ack && payload == nil {
		_ = a.socket.Ack(*e.Request)
	} else if ack {
		_ = a.socket.Ack(*e.Request, payload)
	}
}

// got are the events of a type.
func (a *app) got(kind socketmode.EventType) []socketmode.Event {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []socketmode.Event
	for _, e := range a.events {
		if e.Type == kind {
			out = append(out, e)
		}
	}
	return out
}

// interaction is what the app got as its n-th interaction.
func (a *app) interaction(t *testing.T, n int) slack.InteractionCallback {
	t.Helper()
	slacktest.Await(t, "an interaction", func() bool { return len(a.got(socketmode.EventTypeInteractive)) > n })
	return a.got(socketmode.EventTypeInteractive)[n].Data.(slack.InteractionCallback)
}

// inner is the n-th event that the app got.
func (a *app) inner(t *testing.T, n int) any {
	t.Helper()
	slacktest.Await(t, "an event", func() bool { return len(a.got(socketmode.EventTypeEventsAPI)) > n })
	return a.got(socketmode.EventTypeEventsAPI)[n].Data.(slackevents.EventsAPIEvent).InnerEvent.Data
}

// silent acknowledges nothing.
func silent(socketmode.Event) (any, bool) { return nil, false }
