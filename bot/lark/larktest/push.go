package larktest

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/gorilla/websocket"
)

// sendOverSocket sends an event to one of the connections, any of them. Its message ID is another one each time.
func (s *Server) sendOverSocket(d *Delivery, payload json.RawMessage) *sending {
	s.mu.Lock()
	defer s.mu.Unlock()
	done := make(chan outcome, 1)
	if len(s.connections) == 0 {
		done <- outcome{failed: "no connection", code: codeNotSet}
		return &sending{done, func() {}}
	}
	c := s.connections[rand.IntN(len(s.connections))]
	d.attempts[len(d.attempts)-1].Connection = c.number
	id := s.id("message-")
	s.pending[id] = &pending{on: c, done: done}
	for _, f := range s.frames(id, payload) {
		if c.send(f) != nil {
			delete(s.pending, id)
			done <- outcome{failed: "connection lost", code: codeTimeout}
			break
		}
	}
	return &sending{done, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.pending, id)
	}}
}

// frames is a payload in one frame, or in several when that was asked for.
func (s *Server) frames(id string, payload []byte) []frame {
	sum := 1
	if s.split > 0 {
		s.split--
		sum = 3
	}
	out := make([]frame, sum)
	for seq := range out {
		from, to := seq*len(payload)/sum, (seq+1)*len(payload)/sum
		out[seq] = frame{service: 33554678, method: methodData, payload: payload[from:to], headers: [][2]string{
			{"type", "event"},
			{"message_id", id},
			{"sum", strconv.Itoa(sum)},
			{"seq", strconv.Itoa(seq)},
			{"trace_id", "trace-" + id},
			{"timestamp", millis(s.now())},
		}}
	}
	return out
}

// SplitNext lets each of the next deliveries over the long connection come in three frames.
func (s *Server) SplitNext(times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.split += times
}

// Connections is how many long connections are open.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.connections)
}

// Disconnect closes all connections as Lark does when it is updated.
func (s *Server) Disconnect() {
	for _, c := range s.open() {
		_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseServiceRestart, ""), time.Now().Add(time.Second))
		_ = c.ws.NetConn().Close()
	}
}

// DropConnections breaks all connections without a word, as networks do.
func (s *Server) DropConnections() {
	for _, c := range s.open() {
		_ = c.ws.NetConn().Close()
	}
}

func (s *Server) open() []*connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.connections)
}

// Reconnects tells clients how many times to try again after a lost connection, -1 for ever, and how long to wait between
// the tries and between pings, in whole seconds. At first it is for ever, every second, and a ping every 30 seconds.
func (s *Server) Reconnects(times int, every, ping time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clientConfig = object{"ReconnectCount": times, "ReconnectInterval": int(every / time.Second), "ReconnectNonce": 0, "PingInterval": int(ping / time.Second)}
}

// Silent makes Lark answer no more pings, as when a network swallows what goes through it.
func (s *Server) Silent() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.silent = true
}

// Pings is how many pings came over all connections so far.
func (s *Server) Pings() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pings
}
