package slacktest

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	pingEvery  = time.Second
	maxAckSize = 20 * 1024 // bytes; Slack drops what is as large or larger without a word
)

// connection is a WebSocket that the app opened.
type connection struct {
	number int
	ws     *websocket.Conn
	write  sync.Mutex
}

func (c *connection) send(v any) error {
	c.write.Lock()
	defer c.write.Unlock()
	_ = c.ws.SetWriteDeadline(time.Now().Add(5 * time.Second)) // an app that does not read holds nobody up for long
	return c.ws.WriteJSON(v)
}

// pending is an envelope that waits for its acknowledgement.
type pending struct {
	on    *connection
	takes bool // an answer with a payload
	done  chan outcome
}

func (s *Server) openConnection(*Call) (object, *refusal) {
	ticket := s.id("ticket")
	s.tickets[ticket] = true
	return object{"url": "ws" + s.http.URL[len("http"):] + "/link/?ticket=" + ticket}, nil
}

func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	good := s.tickets[ticket]
	delete(s.tickets, ticket)
	s.mu.Unlock()
	if !good {
		http.Error(w, "invalid ticket", http.StatusForbidden)
		return
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	defer func() { _ = ws.Close() }()
	c, hello := s.connected(ws)
	defer s.disconnected(c)
	if c.send(hello) != nil {
		return
	}
	s.mu.Lock()
	s.connections = append(s.connections, c)
	s.mu.Unlock()
	stop := make(chan struct{})
	defer close(stop)
	go s.ping(c, stop)
	for {
		_, raw, err := ws.ReadMessage()
		if err != nil {
			return
		}
		s.acked(raw)
	}
}

func (s *Server) connected(ws *websocket.Conn) (*connection, object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastConnection++
	s.listening = true
	return &connection{number: s.lastConnection, ws: ws}, object{
		"type": "hello", "num_connections": len(s.connections) + 1, "connection_info": object{"app_id": AppID},
		"debug_info": object{"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060},
	}
}

// disconnected forgets a connection. What was not acknowledged on it has failed.
func (s *Server) disconnected(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.connections = slices.DeleteFunc(s.connections, func(o *connection) bool { return o == c })
	for id, p := range s.pending {
		if p.on == c {
			delete(s.pending, id)
			p.done <- outcome{failed: "connection_failed"}
		}
	}
}

// ping keeps the client from believing that the connection is dead.
func (s *Server) ping(c *connection, stop <-chan struct{}) {
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for {
		if c.ws.WriteControl(websocket.PingMessage, []byte("Ping from applink-1"), time.Now().Add(pingEvery)) != nil {
			return
		}
		select {
		case <-ticker.C:
		case <-stop:
			return
		case <-s.done:
			return
		}
	}
}

func (s *Server) acked(raw []byte) {
	var ack struct {
		ID      string          `json:"envelope_id"`
		Payload json.RawMessage `json:"payload"`
	}
	if len(raw) >= maxAckSize || json.Unmarshal(raw, &ack) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.pending[ack.ID]; p != nil {
		delete(s.pending, ack.ID)
		if !p.takes || string(ack.Payload) == "null" {
			ack.Payload = nil
		}
		p.done <- outcome{at: s.now(), body: ack.Payload}
	}
}

// sendOverSocket sends an envelope to one of the connections, any of them.
func (s *Server) sendOverSocket(d *Delivery, retry int, reason string) *sending {
	s.mu.Lock()
	defer s.mu.Unlock()
	done := make(chan outcome, 1)
	if len(s.connections) == 0 {
		done <- outcome{failed: "connection_failed"}
		return &sending{done, func() {}}
	}
	c := s.connections[rand.IntN(len(s.connections))]
	d.attempts[len(d.attempts)-1].Connection = c.number
	id := s.id("envelope-")
	envelope := object{"envelope_id": id, "type": d.Kind, "payload": d.Payload, "accepts_response_payload": d.Kind != Event}
	if d.Kind == Event {
		envelope["retry_attempt"], envelope["retry_reason"] = retry, reason
	}
	s.pending[id] = &pending{on: c, takes: d.Kind != Event, done: done}
	if c.send(envelope) != nil {
		delete(s.pending, id)
		done <- outcome{failed: "connection_failed"}
	}
	return &sending{done, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.pending, id)
	}}
}
