package app

import (
	"cmp"
	"context"
	"net/url"
	"path/filepath"
	"time"

	"orderly.example/bot"
	"orderly.example/bot/chat"
	"orderly.example/bot/lark"
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

// Lark joins a Lark or Feishu tenant.
type Lark struct {
	lark.Config
	Chat
}

// room is a chat platform and what keeps its messages.
type room struct {
	platform chat.Platform
	outbox   *chat.Outbox
	keeper   *chat.Keeper
	door     *chat.Door // nil: deliveries are taken in elsewhere
}

// Distances between two edits of one message: Slack takes 50 edits a minute of all (Tier 3), Lark 5 a second of one.
const (
	slackSpacing = time.Second
	larkSpacing  = 200 * time.Millisecond
)

const (
	larkLifetime = 14 * 24 * time.Hour     // after which a card takes no more clicks
	larkPatience = 1500 * time.Millisecond // how long a click waits for its toast; Lark itself gives up after three seconds
)

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
	if l := a.options.Lark; l != nil {
		p.larkClient = lark.New(l.Config)
		p.lark = p.room(a, p.larkClient, larkSpacing, larkLifetime)
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
	if l := a.options.Lark; l != nil {
		d, err := a.door(a.parts.lark, l.Chat, larkPatience)
		if err != nil {
			return err
		}
		a.parts.larkDoor = &lark.Door{Client: a.parts.larkClient, Identities: a.parts.people, Take: d.Take, Logger: a.options.Logger}
		if !l.HTTP {
			a.listening(ctx, a.parts.larkDoor.Listen)
		}
		go a.offer(context.WithoutCancel(ctx))
	}
	return nil
}

// offerTime bounds the registration of slash commands.
const offerTime = time.Minute

// offer registers the operations as Lark's slash commands. Without them everything works as well, so a failure is only said.
func (a *App) offer(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, offerTime)
	defer cancel()
	commands := []lark.SlashCommand{{Name: "ops", Help: ops.Text{En: "what one may ask for", Zh: "可使用的操作"}}}
	for _, op := range a.parts.desk.Operations {
		commands = append(commands, lark.SlashCommand{Name: op.Name, Help: op.Help})
	}
	if err := a.parts.larkClient.Offer(ctx, commands); err != nil {
		a.options.Logger.InfoContext(ctx, "Lark offers no slash commands", "error", err)
	}
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
	if s := a.parts.signIn; s != nil {
		d.SignIn = s
	}
	r.door = d
	d.Start()
	a.onStop(func(context.Context) error { return d.Stop() })
	return d, nil
}

// welcome tells the owner of an account that it was linked, where this process talks to people.
func (a *App) welcome(l ops.AccountLink) {
	for _, r := range []*room{a.parts.slack, a.parts.lark} {
		if r == nil || r.door == nil || r.platform.Name() != l.Surface {
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), welcomeTime)
		defer cancel()
		if err := r.door.Welcome(ctx, l); err != nil {
			a.options.Logger.Warn("a linked account could not be told", "surface", l.Surface, "error", err)
		}
	}
}

// welcomeTime bounds the message to a linked account.
const welcomeTime = 5 * time.Second

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
