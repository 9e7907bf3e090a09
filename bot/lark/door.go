package lark

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"orderly.example/bot"
	"orderly.example/bot/chat"
	"orderly.example/ops"
)

// Door takes in what Lark delivers, over the long connection or over the webhook.
type Door struct {
	Client     *Client
	Identities *bot.Identities
	Take       func(ctx context.Context, d chat.Delivery) (chat.Answer, error)
	Logger     *slog.Logger

	mu    sync.Mutex
	modes map[string]bool // of chats: whether they are with one person
}

// toast is what a person sees at the top of their screen after a click.
type toast struct {
	Type    string            `json:"type"` // success, error or info
	Content string            `json:"content"`
	I18n    map[string]string `json:"i18n,omitempty"`
}

// said is what a click is answered with.
type said struct {
	Toast *toast    `json:"toast,omitempty"`
	Card  *replaced `json:"card,omitempty"`
}

// replaced is the card that the clicked one becomes.
type replaced struct {
	Type string `json:"type"` // raw
	Data Card   `json:"data"`
}

// again is the age from which an event may have been delivered before: Lark does not say so, but it waits for 15 seconds.
const again = 10 * time.Second

// take hands on one event; the answer is for a click. With an error it is not acknowledged, so that it comes again.
func (d *Door) take(ctx context.Context, raw []byte) (said, error) {
	me, err := d.Client.self(ctx)
	if err != nil {
		return said{}, err
	}
	in := inbound{me: me, serves: d.Client.serves, person: d.person, direct: func(id string) bool { return d.direct(ctx, id) }}
	x, err := in.read(raw)
	if code := ops.CodeOf(err); code == ops.Denied || code == ops.Invalid {
		d.Logger.WarnContext(ctx, "a delivery is refused", "surface", Surface, "error", err)
		return said{}, nil // it is acknowledged: it would be as wrong the next time
	}
	if x == nil || err != nil {
		return said{}, err
	}
	now := d.Client.config.Clock()
	x.Again, x.At = now.Sub(x.At) > again, now
	a, err := d.Take(ctx, *x)
	if err != nil {
		return said{}, err
	}
	return d.answered(*x, a), nil
}

func (d *Door) person(account string) string {
	u, _ := d.Identities.ByAccount(Surface, account)
	return u.ID
}

// direct says whether a chat is with one person. What cannot be found out is taken for a group.
func (d *Door) direct(ctx context.Context, id string) bool {
	d.mu.Lock()
	known, ok := d.modes[id]
	d.mu.Unlock()
	if ok || id == "" {
		return known
	}
	mode, err := d.Client.mode(ctx, id)
	if err != nil {
		d.Logger.WarnContext(ctx, "a chat cannot be looked up", "surface", Surface, "error", err)
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.modes == nil || len(d.modes) > 10_000 {
		d.modes = map[string]bool{}
	}
	d.modes[id] = mode == "p2p"
	return d.modes[id]
}

// answered is what a person sees of an answer. A form is drawn anew with what is wrong beside the fields, and goes when it
// is taken.
func (d *Door) answered(x chat.Delivery, a chat.Answer) said {
	text, kind := a.Text, "success"
	switch {
	case len(a.Wrong) > 0:
		text, kind = listed(a.Wrong), "error"
	case a.Bad:
		kind = "error"
	case text.IsZero():
		text, kind = ops.Text{En: "taken", Zh: "已受理"}, "info"
	}
	en, zh := bot.Clip(text.En, maxToast), bot.Clip(text.Zh, maxToast)
	s := said{Toast: &toast{Type: kind, Content: zh, I18n: map[string]string{"en_us": en, "zh_cn": zh}}}
	draws := drawing{lang: d.lang(x.By.Account), thread: x.By.Place.Thread}
	switch {
	case x.Kind != chat.Submit:
	case len(a.Wrong) > 0 && a.Form != nil:
		s.Card = &replaced{Type: "raw", Data: draws.form(*a.Form, a.Wrong)}
	case len(a.Wrong) == 0 && !a.Bad:
		s.Card = &replaced{Type: "raw", Data: draws.taken(x.Form, text)}
	}
	return s
}

// lang is the language that the program speaks with an account.
func (d *Door) lang(account string) string {
	if u, ok := d.Identities.ByAccount(Surface, account); ok && u.Lang != "" {
		return u.Lang
	}
	return ops.English
}

// maxToast bounds what a toast says, in characters.
const maxToast = 200

// listed says what is wrong with a form in one text.
func listed(wrong map[string]ops.Text) ops.Text {
	names := make([]string, 0, len(wrong))
	for name := range wrong {
		names = append(names, name)
	}
	slices.Sort(names)
	var all []ops.Text
	for _, name := range names {
		all = append(all, ops.Textf("%s: %s", "%s:%s", strings.TrimPrefix(name, "flag_"), wrong[name]))
	}
	return ops.JoinTexts(all, ops.Plain("; "))
}
