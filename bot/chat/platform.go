package chat

import (
	"context"
	"fmt"
	"time"

	"orderly.example/bot"
	"orderly.example/ops"
)

// Platform is one workspace or tenant of a chat system. Its errors are ops.Errors: Unavailable when trying again may
// help, NotFound when a message or channel is gone, Denied when the bot may not; or Busy.
type Platform interface {
	// Name is the name of the surface, such as slack.
	Name() string
	// Post says something new. The same key within an hour is the same message, as far as the platform can tell.
	Post(ctx context.Context, p Post) (Message, error)
	// Edit gives a message another content.
	Edit(ctx context.Context, m Message, c Content) error
	// Whisper answers one person, so that nobody else sees it where the platform can do that.
	Whisper(ctx context.Context, to Asker, c Content) error
	// Ask shows a form.
	Ask(ctx context.Context, to Asker, p Prompt) error
	// Home shows a person what concerns them, at the place that the platform has for that.
	Home(ctx context.Context, account string, c Content) error
	// Direct is the conversation of the bot with one person.
	Direct(ctx context.Context, account string) (Place, error)
	// Email is the address that the platform vouches for; empty when there is none.
	Email(ctx context.Context, account string) (string, error)
}

// Place is where something is said.
type Place struct {
	Channel string `json:"channel"`
	Thread  string `json:"thread,omitempty"`
	Direct  bool   `json:"direct,omitempty"` // only one person and the bot are there
}

// Message is a message that was posted.
type Message struct {
	Channel string `json:"c"`
	Thread  string `json:"t,omitempty"`
	ID      string `json:"m"`
}

// Content is what a message says: a card, or a text.
type Content struct {
	Card    *bot.Card
	Text    ops.Text
	Mention []string // accounts that are called to it
	Lang    string
}

// Post is a message to be said.
type Post struct {
	To      Place
	Content Content
	Key     string // what the message is about; it tells a repeat from another message
	Again   bool   // it may have been posted before: look first
	Loud    bool   // a reply in a thread that the whole channel should see
}

// Asker is a person at a place, with what the platform needs to answer them there.
type Asker struct {
	Account string `json:"account"`
	Place   Place  `json:"place"`
	On      string `json:"on,omitempty"`      // the message that they wrote or clicked on
	Trigger string `json:"trigger,omitempty"` // opens a form while it is fresh
	Reply   string `json:"reply,omitempty"`   // where to answer
	Lang    string `json:"lang,omitempty"`
	Key     string `json:"-"` // of the delivery that is answered: a repeated answer to it is the same one
}

// Prompt is what a form asks for: the values of an operation, or the reason of a click.
type Prompt struct {
	Form  *bot.Form
	Press *Pressed
}

// Pressed is a click that waits for a reason.
type Pressed struct {
	Label ops.Text
	Press bot.Press
	On    string // the message that was clicked on
}

// Busy is the answer of a platform that wants fewer calls.
type Busy struct {
	Until time.Time
	Whole bool // all channels are meant, not only this one
}

// Error says when to come back.
func (b Busy) Error() string {
	return fmt.Sprintf("the platform wants no calls until %s", b.Until.Format(time.RFC3339))
}
