package console

import (
	"context"
	"sync"

	"orderly.example/ops"
)

// backlog is how many notices a reader may be behind.
const backlog = 64

// Hub hands the notices of each room to those who are in it.
type Hub struct {
	mu    sync.Mutex
	rooms map[string]map[*reader]struct{}
}

type reader struct{ notices chan ops.Notice }

// NewHub makes a Hub without rooms; a room is there while somebody is in it.
func NewHub() *Hub { return &Hub{rooms: map[string]map[*reader]struct{}{}} }

// Notify hands a notice to everybody in its room. It never waits and never fails: who is not there misses nothing,
// because the changes themselves are the record.
func (h *Hub) Notify(_ context.Context, n ops.Notice) (ops.Receipt, error) {
	room := n.From.Channel
	h.mu.Lock()
	defer h.mu.Unlock()
	for r := range h.rooms[room] {
		select {
		case r.notices <- n:
		default:
			h.drop(room, r)
		}
	}
	return ops.Receipt{}, nil
}

// Subscribe follows a room until cancel is called. The channel is closed when the reader is too slow.
func (h *Hub) Subscribe(room string) (<-chan ops.Notice, func()) {
	r := &reader{notices: make(chan ops.Notice, backlog)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.rooms[room] == nil {
		h.rooms[room] = map[*reader]struct{}{}
	}
	h.rooms[room][r] = struct{}{}
	return r.notices, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.drop(room, r)
	}
}

// drop is called with the lock held; twice is harmless.
func (h *Hub) drop(room string, r *reader) {
	if _, ok := h.rooms[room][r]; !ok {
		return
	}
	delete(h.rooms[room], r)
	if len(h.rooms[room]) == 0 {
		delete(h.rooms, room)
	}
	close(r.notices)
}
