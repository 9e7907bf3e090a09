package chat

import (
	"context"
	"time"

	"orderly.example/ops"
)

// first is the first message of the change that a delivery asks for. It is posted before the engine is asked for
// anything, so that nobody waits for it while the engine is busy; only then does the change wait for its turn to start.
type first struct {
	door   *Door
	status ops.Status // what it shows
	at     Message    // where it is; zero: nowhere yet
	ref    string     // the same, as the change keeps it
	tried  bool       // it may be there
	starts bool       // the change has its turn
}

// announceTime is how long a change waits for its first message to be posted.
const announceTime = 2 * time.Second

// announce posts the first message of a change that is about to start, and waits for the change's turn.
func (f *first) announce(ctx context.Context, x Delivery, s ops.Status) string {
	if f.ref == "" {
		f.post(ctx, x, s)
	}
	select {
	case f.door.starts <- struct{}{}:
		f.starts = true
	case <-ctx.Done():
	}
	if f.ref == "" {
		return ref{Direct: x.By.Place.Direct, Unsure: true}.String()
	}
	return f.ref
}

func (f *first) post(ctx context.Context, x Delivery, s ops.Status) {
	ctx, cancel := context.WithTimeout(ctx, announceTime)
	defer cancel()
	d := f.door
	p := Post{To: x.By.Place, Key: key(s.ID, "card", 0), Again: x.Again || f.tried, Content: d.Keeper.content(s, "", s.Request.By.Lang)}
	f.tried, f.status = true, s
	m, err := d.Outbox.Post(ctx, p)
	if err != nil {
		d.Logger.Warn("a change could not be announced", "change", s.ID, "error", err)
		return
	}
	f.at, f.ref = m, ref{Direct: x.By.Place.Direct, Main: m, At: d.Clock()}.String()
}

// refused makes the message say that nothing came of it.
func (f *first) refused(ctx context.Context, why error) {
	if f.ref == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, announceTime)
	defer cancel()
	s := f.status
	s.State, s.Error, s.ClosedAt = ops.Failed, &ops.Error{Code: ops.CodeOf(why), Text: ops.TextOf(why)}, f.door.Clock()
	if err := f.door.Outbox.Edit(ctx, f.at, f.door.Keeper.content(s, f.at.ID, s.Request.By.Lang)); err != nil {
		f.door.Logger.Warn("a message could not be renewed", "change", s.ID, "error", err)
	}
}

// started gives the turn to the next.
func (f *first) started() {
	if f.starts {
		f.starts = false
		<-f.door.starts
	}
}
