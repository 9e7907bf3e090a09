package api

import (
	"context"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

type eventsIn struct {
	Named
	Last string `header:"Last-Event-ID" doc:"The id of the last event that was received: only later ones are sent"`
}

func (s *server) streamRoutes() {
	huma.Register(s.api, s.streamed(huma.Operation{
		OperationID: "events", Method: http.MethodGet, Path: "/changes/{id}/events", Tags: []string{"changes"}, Summary: "Watch a change",
		Description: "`event` is one line of the record, `status` the whole change whenever anything about it is new, `end` the last word. " +
			"Comments every 15 seconds show that the stream lives.",
		Errors: []int{http.StatusNotFound},
	}, event{name: "event", data: ops.Event{}}, event{name: "status", data: ops.Status{}}, event{name: "end", data: wire.End{}}, event{name: "failure", data: wire.Failure{}}),
		s.events)
	huma.Register(s.api, s.streamed(huma.Operation{
		OperationID: "room", Method: http.MethodGet, Path: "/rooms/{room}/events", Tags: []string{"requests"}, Summary: "Watch a room of the console",
		Description: "`message` is the latest form of one message: first those of the recent changes, then every change of any of them.",
	}, event{name: "message", data: wire.RoomMessage{}}, event{name: "failure", data: wire.Failure{}}),
		s.room)
}

// events shows a change from the event after Last-Event-ID to its end.
func (s *server) events(ctx context.Context, in *eventsIn) (*huma.StreamResponse, error) {
	last := 0
	if in.Last != "" {
		n, err := strconv.Atoi(in.Last)
		if err != nil || n < 0 {
			return nil, s.failure(ctx, ops.Errorf(ops.Invalid, "Last-Event-ID must be the id of an event, a number", "Last-Event-ID 应为事件编号(数字)").At("Last-Event-ID"))
		}
		last = n
	}
	w := s.follower.follow(in.ID)
	first, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	st, err := w.next(first)
	if err != nil {
		w.leave()
		return nil, s.failure(ctx, err)
	}
	return s.streaming(func(ctx context.Context, to *stream) error {
		defer w.leave()
		return s.tellEvents(ctx, to, w, s.shown(st), last)
	}), nil
}

// tellEvents sends what is new, again and again, until the change is over.
func (s *server) tellEvents(ctx context.Context, to *stream, w *watch, st ops.Status, last int) error {
	var told ops.Status
	for first := true; ; first = false {
		var out []event
		for _, e := range st.Events {
			if e.Seq > last {
				out = append(out, event{name: "event", id: e.Seq, data: e})
				last = e.Seq
			}
		}
		if first || !reflect.DeepEqual(st, told) {
			out = append(out, event{name: "status", data: st})
		}
		if !st.ClosedAt.IsZero() {
			return to.send(append(out, event{name: "end", data: wire.End{ID: st.ID, State: st.State}})...)
		}
		if err := to.send(out...); err != nil {
			return err
		}
		told = st
		next, err := s.nextOrBeat(ctx, to, w)
		if err != nil {
			return err
		}
		st = s.shown(next)
	}
}

// nextOrBeat waits for news and lets the reader know meanwhile that the stream lives.
func (s *server) nextOrBeat(ctx context.Context, to *stream, w *watch) (ops.Status, error) {
	for {
		wait, cancel := context.WithTimeout(ctx, s.pace.heartbeat)
		st, err := w.next(wait)
		quiet := err != nil && wait.Err() != nil && ctx.Err() == nil
		cancel()
		if !quiet {
			return st, err
		}
		if err := to.beat(); err != nil {
			return st, err
		}
	}
}

// latest remembers which form of a message was shown, so that an older one that arrives later is not.
type latest struct {
	events int
	at     time.Time
}

func (l latest) older(st ops.Status) bool {
	if len(st.Events) != l.events {
		return len(st.Events) < l.events
	}
	return st.UpdatedAt.Before(l.at)
}
