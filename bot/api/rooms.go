package api

import (
	"context"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

// roomRecent is how many of the latest changes are looked through for those of a room.
const roomRecent = ops.DefaultLimit

type roomIn struct {
	Room string `path:"room" example:"ops"`
}

func (s *server) room(ctx context.Context, in *roomIn) (*huma.StreamResponse, error) {
	if _, err := s.speakerIn(ctx, in.Room); err != nil {
		return nil, s.failure(ctx, err)
	}
	f := &roomFeed{server: s, room: in.Room, known: map[string]bool{}, shown: map[string]latest{}, watching: map[string]bool{}, news: make(chan ops.Status)}
	notices, cancel := s.Rooms.Subscribe(in.Room)
	return s.streaming(func(ctx context.Context, to *stream) error {
		defer cancel()
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		return f.run(ctx, to, notices)
	}), nil
}

// roomFeed shows one reader the messages of one room. News come pushed, by looking closer at changes that live (for
// their fine progress), and from the list, which knows also what other processes started.
type roomFeed struct {
	server   *server
	room     string
	known    map[string]bool   // changes of which it is known whether they belong here
	shown    map[string]latest // by change
	watching map[string]bool
	news     chan ops.Status // from the watched changes
}

func (f *roomFeed) run(ctx context.Context, to *stream, notices <-chan ops.Notice) error {
	if err := f.look(ctx, to); err != nil {
		return err
	}
	again, beat := time.NewTicker(f.server.pace.room), time.NewTicker(f.server.pace.heartbeat)
	defer again.Stop()
	defer beat.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return ctx.Err()
		case n, ok := <-notices:
			if !ok {
				return nil // too slow: the reader comes back and gets everything anew
			}
			err = f.told(ctx, to, n.Change)
		case st := <-f.news:
			err = f.show(ctx, to, st)
		case <-again.C:
			err = f.look(ctx, to)
		case <-beat.C:
			err = to.beat()
		}
		if err != nil {
			return err
		}
	}
}

// told shows a change that has news.
func (f *roomFeed) told(ctx context.Context, to *stream, id string) error {
	f.server.follower.nudge(id)
	st, err := f.server.Desk.Status(ctx, id)
	if err != nil {
		return nil //nolint:nilerr // the next look, or the one who watches it, finds what this one did not
	}
	return f.show(ctx, to, st)
}

// look shows those of the latest changes that belong here and were not seen yet, the oldest first.
func (f *roomFeed) look(ctx context.Context, to *stream) error {
	page, err := f.server.Desk.List(ctx, ops.Filter{Limit: roomRecent})
	if ops.CodeOf(err) == ops.Unavailable {
		return nil
	}
	if err != nil {
		return err
	}
	for _, c := range slices.Backward(page.Changes) {
		if f.known[c.ID] {
			continue
		}
		st, err := f.server.Desk.Status(ctx, c.ID)
		if ops.CodeOf(err) == ops.Unavailable {
			return nil // the next look finds what this one did not
		}
		f.known[c.ID] = true
		if err != nil {
			f.server.Logger.WarnContext(ctx, "a change cannot be read", "change", c.ID, "error", err)
			continue
		}
		if from := st.Request.From; from.Surface == Console && from.Channel == f.room {
			if err := f.show(ctx, to, st); err != nil {
				return err
			}
		}
	}
	return nil
}

// show sends a message unless a newer form of it was sent, and looks closer at it while it lives.
func (f *roomFeed) show(ctx context.Context, to *stream, st ops.Status) error {
	f.known[st.ID] = true
	if !f.watching[st.ID] && st.ClosedAt.IsZero() {
		f.watching[st.ID] = true
		go f.watch(ctx, st.ID)
	}
	if was, ok := f.shown[st.ID]; ok && was.older(st) {
		return nil
	}
	f.shown[st.ID] = latest{events: len(st.Events), at: st.UpdatedAt}
	return to.send(event{name: "message", data: wire.RoomMessage{ID: st.ID, Status: f.server.shown(st)}})
}

// watch brings the news of one change until it is over.
func (f *roomFeed) watch(ctx context.Context, id string) {
	for ctx.Err() == nil {
		err := f.follow(ctx, id)
		if err == nil || ops.CodeOf(err) == ops.NotFound {
			return
		}
		select {
		case <-time.After(f.server.pace.room):
		case <-ctx.Done():
		}
	}
}

func (f *roomFeed) follow(ctx context.Context, id string) error {
	w := f.server.follower.follow(id)
	defer w.leave()
	for {
		st, err := w.next(ctx)
		if err != nil {
			return err
		}
		select {
		case f.news <- st:
		case <-ctx.Done():
			return ctx.Err()
		}
		if !st.ClosedAt.IsZero() {
			return nil
		}
	}
}
