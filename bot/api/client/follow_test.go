package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orderly.example/bot/api/apitest"
	"orderly.example/ops"
)

// stingy lets only so many bytes of a stream through and then breaks the connection.
type stingy struct {
	http.ResponseWriter
	left int
}

func (s *stingy) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (s *stingy) Write(b []byte) (int, error) {
	if s.left -= len(b); s.left < 0 {
		_, _ = s.ResponseWriter.Write(b[:max(0, len(b)+s.left)])
		_ = http.NewResponseController(s.ResponseWriter).Flush()
		panic(http.ErrAbortHandler)
	}
	return s.ResponseWriter.Write(b)
}

// TestFollowLosesNothingAndRepeatsNothing breaks the connection again and again, in the middle of messages too.
func TestFollowLosesNothingAndRepeatsNothing(t *testing.T) {
	w := apitest.New(t, nil)
	inner := w.Config.Handler
	var n atomic.Int32
	w.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/events") {
			rw = &stingy{rw, 500 * int(n.Add(1))}
		}
		inner.ServeHTTP(rw, r)
	})
	ann := dial(t, w.URL, "ann")
	id, err := ann.Request(t.Context(), submission(), "k")
	if err != nil {
		t.Fatal(err)
	}
	w.Ledger.Update(id, apitest.RunAtOnce)
	var events []string
	lost, ended := 0, false
	for u, err := range ann.Follow(t.Context(), id, 0) {
		switch {
		case err != nil:
			t.Fatal(err)
		case u.Event != nil:
			events = append(events, fmt.Sprint(u.Event.Seq))
		case u.Status != nil && u.Status.State == ops.Running:
			w.Ledger.Update(id, apitest.Succeed)
		case u.Lost:
			lost++
		case u.End != nil:
			ended = u.End.State == ops.Succeeded
		}
	}
	if strings.Join(events, " ") != "1 2 3" || lost < 2 || !ended {
		t.Errorf("events %v, lost %d times, ended %v", events, lost, ended)
	}
}

func TestFollowStopsWhenTheReaderDoes(t *testing.T) {
	w := apitest.New(t, nil)
	ann := dial(t, w.URL, "ann")
	id, err := ann.Request(t.Context(), submission(), "k")
	if err != nil {
		t.Fatal(err)
	}
	for u, err := range ann.Follow(t.Context(), id, 0) {
		if err != nil || u.Event.Seq != 1 {
			t.Errorf("%+v %v", u, err)
		}
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	defer cancel()
	var last error
	for u, err := range ann.Follow(ctx, id, 0) {
		last = err
		if u.Status != nil {
			cancel()
		}
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("%v", last)
	}
	for _, err := range ann.Follow(t.Context(), "scale-aaaabbbbcccc", 0) {
		if ops.CodeOf(err) != ops.NotFound {
			t.Errorf("%v", err)
		}
	}
	for _, err := range dial(t, "http://127.0.0.1:1", "ann").Follow(t.Context(), id, 0) {
		if ops.CodeOf(err) != ops.Unavailable {
			t.Errorf("%v", err)
		}
	}
}

// TestASilentConnectionIsGivenUp: the other end is gone without a word; the client comes back by itself.
func TestASilentConnectionIsGivenUp(t *testing.T) {
	w := apitest.New(t, nil)
	inner := w.Config.Handler
	var n atomic.Int32
	w.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/events") && n.Add(1) == 1 {
			rw.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(rw).Flush()
			<-r.Context().Done()
			return
		}
		inner.ServeHTTP(rw, r)
	})
	ann := dial(t, w.URL, "ann").WithoutPauses(50 * time.Millisecond)
	id, err := ann.Request(t.Context(), submission(), "k")
	if err != nil {
		t.Fatal(err)
	}
	w.Ledger.Update(id, apitest.Succeed)
	var seen []string
	for u, err := range ann.Follow(t.Context(), id, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if u.Lost {
			seen = append(seen, "lost")
		}
		if u.End != nil {
			seen = append(seen, "end")
		}
	}
	if strings.Join(seen, " ") != "lost end" {
		t.Errorf("%v", seen)
	}
}

func TestARoomComesBackWithItsMessages(t *testing.T) {
	w := apitest.New(t, nil)
	inner := w.Config.Handler
	var n atomic.Int32
	w.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/v1/rooms/") && n.Add(1) < 3 {
			rw = &stingy{rw, 4000}
		}
		inner.ServeHTTP(rw, r)
	})
	ann := dial(t, w.URL, "ann")
	ids := map[string]bool{}
	for i := range 3 {
		o, err := ann.Say(t.Context(), "ops", "scale shop.cart.api@idc1:prod 6", fmt.Sprint(i))
		if err != nil {
			t.Fatal(err)
		}
		ids[o.ChangeID] = true
	}
	for m, err := range ann.Room(t.Context(), "ops") {
		if err != nil {
			t.Fatal(err)
		}
		if delete(ids, m.ID); len(ids) == 0 {
			break
		}
	}
	if n.Load() < 2 {
		t.Errorf("the connection never broke")
	}
	for _, err := range ann.Room(t.Context(), "no such room") {
		if ops.CodeOf(err) != ops.Invalid {
			t.Errorf("%v", err)
		}
	}
}
