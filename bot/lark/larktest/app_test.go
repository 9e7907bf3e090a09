package larktest_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"
	larkevent "github.com/larksuite/oapi-sdk-go/v3/event"
	"github.com/larksuite/oapi-sdk-go/v3/event/dispatcher"
	"github.com/larksuite/oapi-sdk-go/v3/event/dispatcher/callback"
	larkapplication "github.com/larksuite/oapi-sdk-go/v3/service/application/v6"
	larkim "github.com/larksuite/oapi-sdk-go/v3/service/im/v1"
	"github.com/larksuite/oapi-sdk-go/v3/ws"

	"orderly.example/bot/lark/larktest"
)

// app is an app on the real client of the long connection. It keeps what it gets, and answers as it is told to.
type app struct {
	*client
	dispatcher *dispatcher.EventDispatcher

	mu       sync.Mutex
	messages []*larkim.P2MessageReceiveV1
	clicks   []*callback.CardActionTriggerEvent
	menus    []*larkapplication.P2BotMenuV6
	entered  []*larkim.P2ChatAccessEventBotP2pChatEnteredV1
	added    []*larkim.P2ChatMemberBotAddedV1
	ready    int
	fails    error // of every event, while it is set
	answer   func(*callback.CardActionTriggerEvent) (*callback.CardActionTriggerResponse, error)
}

// quiet keeps the client from writing into the test's output.
type quiet struct{}

func (quiet) Debug(context.Context, ...any) {}
func (quiet) Info(context.Context, ...any)  {}
func (quiet) Warn(context.Context, ...any)  {}
func (quiet) Error(context.Context, ...any) {}

// handlers makes an app that takes in everything, and does not listen yet.
func handlers(s *larktest.Server, key string) *app {
	a := &app{client: connect(s)}
	d := dispatcher.NewEventDispatcher(s.VerificationToken, key)
	d.InitConfig(larkevent.WithLogger(quiet{}))
	d.OnP2MessageReceiveV1(func(_ context.Context, e *larkim.P2MessageReceiveV1) error { return keep(a, &a.messages, e) })
	d.OnP2BotMenuV6(func(_ context.Context, e *larkapplication.P2BotMenuV6) error { return keep(a, &a.menus, e) })
	d.OnP2ChatAccessEventBotP2pChatEnteredV1(func(_ context.Context, e *larkim.P2ChatAccessEventBotP2pChatEnteredV1) error {
		return keep(a, &a.entered, e)
	})
	d.OnP2ChatMemberBotAddedV1(func(_ context.Context, e *larkim.P2ChatMemberBotAddedV1) error { return keep(a, &a.added, e) })
	d.OnP2CardActionTrigger(func(_ context.Context, e *callback.CardActionTriggerEvent) (*callback.CardActionTriggerResponse, error) {
		_ = keep(a, &a.clicks, e)
		if a.answer == nil {
			return nil, nil
		}
		return a.answer(e)
	})
	a.dispatcher = d
	return a
}

func keep[T any](a *app, all *[]T, e T) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	*all = append(*all, e)
	return a.fails
}

func (a *app) fail(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fails = err
}

// listen connects an app.
func listen(t *testing.T, s *larktest.Server) *app {
	t.Helper()
	a, before := handlers(s, ""), s.Connections()
	c := ws.NewClient(s.AppID, s.AppSecret, ws.WithDomain(s.API()), ws.WithEventHandler(a.dispatcher), ws.WithLogger(quiet{}),
		ws.WithOnReady(a.isReady), ws.WithOnReconnected(a.isReady))
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := c.Start(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("the connection ended: %v", err)
		}
	})
	t.Cleanup(func() { cancel(); running.Wait() })
	larktest.Await(t, "a connection", func() bool { return s.Connections() > before && a.times() == 1 })
	return a
}

func (a *app) isReady() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ready++
}

func (a *app) times() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.ready
}

// nth is the n-th of what the app got.
func nth[T any](t *testing.T, a *app, all *[]T, n int) T {
	t.Helper()
	larktest.Await(t, "something to come in", func() bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		return len(*all) > n
	})
	a.mu.Lock()
	defer a.mu.Unlock()
	return (*all)[n]
}

func (a *app) message(t *testing.T, n int) *larkim.P2MessageReceiveV1 {
	return nth(t, a, &a.messages, n)
}

func (a *app) click(t *testing.T, n int) *callback.CardActionTriggerEvent {
	return nth(t, a, &a.clicks, n)
}

func (a *app) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.messages)
}

var _ larkcore.Logger = quiet{}
