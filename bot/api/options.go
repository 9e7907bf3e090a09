package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"orderly.example/bot"
	"orderly.example/ops"
)

// Prefix is the path under which everything here lives.
const Prefix = "/api/v1"

// Rooms pushes what changes in a room; the console's Hub does.
type Rooms interface {
	// Subscribe follows a room until cancel is called. The channel is closed when the reader is too slow: it must look
	// at everything again.
	Subscribe(room string) (notices <-chan ops.Notice, cancel func())
}

// Places lists the targets that exist, for completion.
type Places interface {
	Targets(ctx context.Context) ([]ops.Target, error)
}

// Options are what the API needs. Desk, Starter, Operations, Identities and Rooms are needed; the rest has defaults.
type Options struct {
	Desk       *bot.Desk
	Starter    bot.Starter
	Operations []ops.Operation
	Identities *bot.Identities
	Rooms      Rooms
	Places     Places          // nil: no targets are offered for completion
	Tokens     *Tokens         // nil: no token is known
	Dev        bool            // on this machine the header X-Orderly-As names the person
	Demo       bool            // the cloud is simulated
	Version    string          // of the program
	Context    context.Context // streams end when it does; nil: never
	Logger     *slog.Logger    // nil: slog.Default()
	Clock      func() time.Time
}

// New makes the handler of /api/v1; for every other path it answers 404.
func New(o Options) http.Handler {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Context == nil {
		o.Context = context.Background()
	}
	if o.Tokens == nil {
		o.Tokens = &Tokens{}
	}
	return newServer(o, defaultPace)
}
