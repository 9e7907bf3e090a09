package lark

import (
	"context"
	"time"

	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"
	larkevent "github.com/larksuite/oapi-sdk-go/v3/event"
	"github.com/larksuite/oapi-sdk-go/v3/event/dispatcher"
	"github.com/larksuite/oapi-sdk-go/v3/event/dispatcher/callback"
	"github.com/larksuite/oapi-sdk-go/v3/ws"
)

// takeTime is how long an event may take. Lark waits for three seconds.
const takeTime = 2500 * time.Millisecond

// ignored are events that an app may have subscribed to and that mean nothing here. The SDK answers an event without a
// handler with an error, and Lark would deliver it again and again.
var ignored = []string{
	"im.chat.member.bot.added_v1", "im.chat.member.bot.deleted_v1", "im.message.message_read_v1", "im.message.recalled_v1",
	"im.message.reaction.created_v1", "im.message.reaction.deleted_v1", "im.chat.updated_v1", "im.chat.disbanded_v1",
	"im.chat.member.user.added_v1", "im.chat.member.user.deleted_v1", "im.chat.member.user.withdrawn_v1", "p2p_chat_create",
}

// Listen takes in events over the long connection until the context ends.
func (d *Door) Listen(ctx context.Context) error {
	for delay := time.Second; ctx.Err() == nil; delay = min(2*delay, time.Minute) {
		began := time.Now()
		err := d.connect(ctx)
		if ctx.Err() != nil {
			return nil
		}
		d.Logger.WarnContext(ctx, "the connection to Lark is lost", "error", err)
		if time.Since(began) > time.Minute {
			delay = time.Second
		}
		select {
		case <-time.After(delay):
		case <-ctx.Done():
		}
	}
	return nil
}

// connect is one life of the library's client, which itself comes back after a lost connection.
func (d *Door) connect(ctx context.Context) error {
	c := d.Client.config
	client := ws.NewClient(c.AppID, c.AppSecret, ws.WithEventHandler(d.handlers()), ws.WithDomain(c.Domain), ws.WithHttpClient(c.HTTPClient),
		ws.WithLogger(silent{}), ws.WithLogLevel(larkcore.LogLevelError))
	return client.Start(ctx)
}

// handlers hand every event on as it came.
func (d *Door) handlers() *dispatcher.EventDispatcher {
	h := dispatcher.NewEventDispatcher("", "")
	h.InitConfig(larkevent.WithLogger(silent{}))
	for _, kind := range []string{typeMessage, typeMenu, typeEntered} {
		h.OnCustomizedEvent(kind, func(ctx context.Context, e *larkevent.EventReq) error {
			ctx, cancel := context.WithTimeout(ctx, takeTime)
			defer cancel()
			_, err := d.take(ctx, e.Body)
			return d.logged(ctx, err)
		})
	}
	for _, kind := range ignored {
		h.OnCustomizedEvent(kind, func(context.Context, *larkevent.EventReq) error { return nil })
	}
	return h.OnP2CardActionTrigger(func(ctx context.Context, e *callback.CardActionTriggerEvent) (*callback.CardActionTriggerResponse, error) {
		ctx, cancel := context.WithTimeout(ctx, takeTime)
		defer cancel()
		s, err := d.take(ctx, e.EventReq.Body)
		if err != nil || s.Toast == nil {
			return &callback.CardActionTriggerResponse{}, d.logged(ctx, err)
		}
		out := &callback.CardActionTriggerResponse{Toast: &callback.Toast{Type: s.Toast.Type, Content: s.Toast.Content, I18nContent: s.Toast.I18n}}
		if s.Card != nil {
			out.Card = &callback.Card{Type: s.Card.Type, Data: s.Card.Data}
		}
		return out, nil
	})
}

func (d *Door) logged(ctx context.Context, err error) error {
	if err != nil {
		d.Logger.WarnContext(ctx, "a delivery is not taken", "surface", Surface, "error", err)
	}
	return err
}
