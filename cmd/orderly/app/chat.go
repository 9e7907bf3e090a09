package app

import (
	"cmp"
	"context"
	"net/url"
	"path/filepath"
	"time"

	"orderly.example/bot"
	"orderly.example/bot/chat"
	"orderly.example/bot/slack"
	"orderly.example/ops"
)

// Chat says how a chat platform is joined, beside what the platform itself wants to know.
type Chat struct {
	HTTP   bool // deliveries come to us over HTTP; otherwise we hold a connection
	Emails bool // an account without a person may be linked by its e-mail address
}

// Slack joins a Slack workspace.
type Slack struct {
	slack.Config
	Chat
}

// room is a chat platform and what keeps its messages.
type room struct {
	platform chat.Platform
	outbox   *chat.Outbox
	keeper   *chat.Keeper
}

// Distances between two edits of one message: Slack takes 50 edits a minute of all (Tier 3), Lark 5 a second of one.
const slackSpacing = time.Second

func (p *parts) room(a *App, platform chat.Platform, spacing, lifetime time.Duration) *room {
	r := &room{platform: platform, outbox: chat.NewOutbox(platform, spacing)}
	r.keeper = &chat.Keeper{Desk: p.desk, Outbox: r.outbox, Platform: platform, Lifetime: lifetime, Clock: time.Now, Logger: a.options.Logger}
	a.onStop(func(context.Context) error { r.keeper.Close(); return nil })
	return r
}

// startRooms makes the chat platforms that the options name.
func (p *parts) startRooms(a *App) {
	if s := a.options.Slack; s != nil {
		p.slackClient = slack.New(s.Config)
		p.slack = p.room(a, p.slackClient, slackSpacing, 0)
	}
}

// startChat opens the front doors of the chat platforms.
func (a *App) startChat(ctx context.Context) error {
	if !a.options.has(RoleBot) {
		return nil
	}
	if s := a.options.Slack; s != nil {
		d, err := a.door(a.parts.slack, s.Chat, 0)
		if err != nil {
			return err
		}
		a.parts.slackDoor = &slack.Door{Client: a.parts.slackClient, Identities: a.parts.people, Take: d.Take, Logger: a.options.Logger}
		if !s.HTTP {
			a.listening(ctx, a.parts.slackDoor.Listen)
		}
	}
	return nil
}

// door makes what takes in the deliveries of a platform.
func (a *App) door(r *room, c Chat, patience time.Duration) (*chat.Door, error) {
	inbox, err := chat.OpenInbox(filepath.Join(cmp.Or(a.options.DataDir, "."), "inbox"), r.platform.Name())
	if err != nil {
		return nil, err
	}
	d := &chat.Door{
		Desk: a.parts.desk, Platform: r.platform, Outbox: r.outbox, Inbox: inbox, Keeper: r.keeper, Emails: c.Emails,
		Patience: patience, Clock: time.Now, Logger: a.options.Logger,
	}
	d.Start()
	a.onStop(func(context.Context) error { return d.Stop() })
	return d, nil
}

// listening holds a connection to a platform until the process stops.
func (a *App) listening(ctx context.Context, listen func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := listen(ctx); err != nil {
			a.fail(err)
		}
	}()
	a.onStop(func(context.Context) error { cancel(); <-ended; return nil })
}

// links are where more is shown about a change.
func (a *App) links(s ops.Status) []bot.Link {
	var out []bot.Link
	if base := a.options.PublicURL; base != "" {
		at := base + "/api/v1/changes/" + url.PathEscape(s.ID)
		out = append(out, bot.Link{Label: ops.Text{En: "record", Zh: "审计记录"}, URL: at})
	}
	if ui := cmp.Or(a.options.Temporal.UI, a.TemporalUI); ui != "" {
		at := ui + "/namespaces/" + url.PathEscape(a.options.Temporal.Namespace) + "/workflows/" + url.PathEscape(s.ID)
		out = append(out, bot.Link{Label: ops.Plain("Temporal"), URL: at})
	}
	return out
}
