package client

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

// Update is one piece of news about a change. Exactly one of its fields is set.
type Update struct {
	Event  *ops.Event
	Status *ops.Status
	End    *wire.End
	Lost   bool // the connection broke; the client is coming back
}

// Follow watches a change from the event after the given one to its end. Every event comes once and in order, however
// often the connection breaks.
func (c *Client) Follow(ctx context.Context, id string, after int) iter.Seq2[Update, error] {
	return func(yield func(Update, error) bool) {
		f := follow{last: after, yield: yield}
		err := c.stream(ctx, "/changes/"+url.PathEscape(id)+"/events", f.lastID, f.take, f.lost)
		if err != nil && !errors.Is(err, errEnough) {
			yield(Update{}, err)
		}
	}
}

// Room watches the messages of a room until the context ends. After a break all recent messages come again.
func (c *Client) Room(ctx context.Context, room string) iter.Seq2[wire.RoomMessage, error] {
	return func(yield func(wire.RoomMessage, error) bool) {
		take := func(m message) error {
			var out wire.RoomMessage
			if m.name != "message" {
				return nil
			}
			if err := json.Unmarshal([]byte(m.data), &out); err != nil {
				return notOurs(c.config.Server).Because(err)
			}
			return enoughUnless(yield(out, nil))
		}
		none := func() string { return "" }
		err := c.stream(ctx, "/rooms/"+url.PathEscape(room)+"/events", none, take, func() error { return nil })
		if err != nil && !errors.Is(err, errEnough) {
			yield(wire.RoomMessage{}, err)
		}
	}
}

// errEnough says that the reader wants no more, or that there is no more.
var errEnough = errors.New("enough")

func enoughUnless(more bool) error {
	if more {
		return nil
	}
	return errEnough
}

// follow takes the messages of one change.
type follow struct {
	last  int
	yield func(Update, error) bool
}

func (f *follow) lastID() string {
	if f.last == 0 {
		return ""
	}
	return strconv.Itoa(f.last)
}

func (f *follow) lost() error { return enoughUnless(f.yield(Update{Lost: true}, nil)) }

func (f *follow) take(m message) error {
	switch m.name {
	case "event":
		e, err := decode[ops.Event](m)
		if err != nil || e.Seq <= f.last {
			return err
		}
		f.last = e.Seq
		return enoughUnless(f.yield(Update{Event: e}, nil))
	case "status":
		s, err := decode[ops.Status](m)
		if err != nil {
			return err
		}
		return enoughUnless(f.yield(Update{Status: s}, nil))
	case "end":
		e, err := decode[wire.End](m)
		if err != nil {
			return err
		}
		f.yield(Update{End: e}, nil)
		return errEnough
	}
	return nil
}

func decode[T any](m message) (*T, error) {
	out := new(T)
	if err := json.Unmarshal([]byte(m.data), out); err != nil {
		return nil, ops.Errorf(ops.Unavailable, "the stream of events is broken; try again", "事件流异常,请重试").Because(err)
	}
	return out, nil
}

// stream reads a stream and comes back when it breaks. One that was never heard gets only a few tries.
func (c *Client) stream(ctx context.Context, path string, last func() string, take func(message) error, lost func() error) error {
	heard := false
	for failed := 0; ; {
		alive, err := c.streamOnce(ctx, path, last(), take)
		heard = heard || alive
		failed++
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, errEnough), !worthAnother(err):
			return err
		case failed >= c.give, !heard && failed >= tries:
			return err
		}
		if alive {
			failed = 0
			if err := lost(); err != nil {
				return err
			}
		}
		if err := c.pause(ctx, failed); err != nil {
			return err
		}
	}
}

// streamOnce reads one connection. alive says whether it was ever heard. A connection that is silent for too long is
// given up: the other end is gone without a word.
func (c *Client) streamOnce(ctx context.Context, path, last string, take func(message) error) (alive bool, err error) {
	reading, stop := context.WithCancel(ctx)
	defer stop()
	silence := time.AfterFunc(c.idle, stop)
	defer silence.Stop()
	r, err := http.NewRequestWithContext(reading, http.MethodGet, c.base+path, nil)
	if err != nil {
		return false, ops.Errorf(ops.Invalid, "%s is no address", "%s 不是有效地址", c.base+path).Because(err)
	}
	c.sign(r)
	r.Header.Set("Accept", "text/event-stream")
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return false, c.lost(ctx, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer)) // half a reason is no reason: failureOf copes
		return false, failureOf(resp, text)
	}
	d := newDecoder(&watched{from: resp.Body, heard: func() { silence.Reset(c.idle) }})
	for {
		m, err := d.next()
		if err != nil {
			return true, c.lost(ctx, err)
		}
		if m.name == "failure" {
			return true, failureOf(resp, []byte(m.data))
		}
		if err := take(m); err != nil {
			return true, err
		}
	}
}

// watched is a reader that tells when something was heard.
type watched struct {
	from  io.Reader
	heard func()
}

// Read reads and tells.
func (w *watched) Read(b []byte) (int, error) {
	n, err := w.from.Read(b)
	if n > 0 {
		w.heard()
	}
	return n, err
}
