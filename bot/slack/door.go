package slack

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"

	"orderly.example/bot"
	"orderly.example/bot/chat"
	"orderly.example/ops"
)

// Door takes in what Slack delivers, over Socket Mode or over HTTP, and says what to acknowledge it with.
type Door struct {
	Client     *Client
	Identities *bot.Identities
	Take       func(ctx context.Context, d chat.Delivery) (chat.Answer, error)
	Logger     *slog.Logger
}

// The kinds of deliveries, by Slack's names (Socket Mode).
const (
	kindEvent       = "events_api"
	kindCommand     = "slash_commands"
	kindInteraction = "interactive"
)

// take hands on one delivery. The answer goes into the acknowledgement; with an error there is none, so that Slack
// delivers again, or tells the person.
func (d *Door) take(ctx context.Context, kind string, payload []byte, again bool) (any, error) {
	me, err := d.Client.self(ctx)
	if err != nil {
		return nil, err
	}
	in := inbound{team: me.TeamID, me: me.UserID, person: d.person, direct: func(id string) bool { return strings.HasPrefix(id, "D") }}
	read := map[string]func([]byte) (*chat.Delivery, error){kindEvent: in.event, kindCommand: in.command, kindInteraction: in.interaction}[kind]
	if read == nil {
		return nil, nil // a kind that came after this program
	}
	x, err := read(payload)
	if code := ops.CodeOf(err); code == ops.Denied || code == ops.Invalid {
		d.Logger.WarnContext(ctx, "a delivery is refused", "surface", Surface, "error", err)
		return nil, nil // it is acknowledged: it would be as wrong the next time
	}
	if x == nil || err != nil {
		return nil, err
	}
	x.Again, x.At = x.Again || again, d.Client.config.Clock()
	a, err := d.Take(ctx, *x)
	if err != nil {
		return nil, err
	}
	return d.payload(*x, a), nil
}

func (d *Door) person(account string) string {
	u, _ := d.Identities.ByAccount(Surface, account)
	return u.ID
}

// payload is what an acknowledgement says; nil: nothing.
func (d *Door) payload(x chat.Delivery, a chat.Answer) any {
	lang := ops.English
	if u, ok := d.Identities.ByAccount(Surface, x.By.Account); ok && u.Lang != "" {
		lang = u.Lang
	}
	switch {
	case x.Kind == chat.Suggest:
		return map[string]any{"options": options(a.Options)}
	case len(a.Wrong) > 0:
		errors := map[string]string{}
		for field, why := range a.Wrong {
			errors[field] = bot.Clip(why.In(lang), maxHint)
		}
		return map[string]any{"response_action": "errors", "errors": errors}
	}
	return nil
}

// encoded is a payload as JSON; empty: none.
func encoded(payload any) json.RawMessage {
	if payload == nil {
		return nil
	}
	raw, err := json.Marshal(payload)
	if err != nil {
		return nil // of texts only
	}
	return raw
}
