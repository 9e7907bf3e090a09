package larktest

import (
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// An app may have so many long connections.
const maxConnections = 50

// connection is a WebSocket that the app opened.
type connection struct {
	number int
	ws     *websocket.Conn
	write  sync.Mutex
}

func (c *connection) send(f frame) error {
	c.write.Lock()
	defer c.write.Unlock()
	_ = c.ws.SetWriteDeadline(time.Now().Add(5 * time.Second)) // an app that does not read holds nobody up for long
	return c.ws.WriteMessage(websocket.BinaryMessage, f.encode())
}

// pending is a frame that waits for its acknowledgement.
type pending struct {
	on   *connection
	done chan outcome
}

// openConnection says where to connect. It answers with 200 even when it refuses: with another status the client tries
// again for ever.
func (s *Server) openConnection(c *Call) (object, *refusal) {
	var r *refusal
	switch {
	case c.Args["AppID"] != s.AppID || c.Args["AppSecret"] != s.AppSecret:
		r = refuse(514, "app_id or app_secret is invalid")
	case len(s.connections) >= maxConnections:
		r = refuse(1000040350, "the number of connections exceeded the limit")
	}
	if r != nil {
		r.status = http.StatusOK
		return nil, r
	}
	ticket := s.id("ticket")
	s.tickets[ticket] = true
	address := "ws" + s.http.URL[len("http"):] + "/ws/v2?device_id=" + s.id("device") + "&service_id=33554678&access_key=" + ticket
	return object{"data": object{"URL": address, "ClientConfig": s.clientConfig}}, nil
}

func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("access_key")
	s.mu.Lock()
	good := s.tickets[ticket]
	delete(s.tickets, ticket)
	s.mu.Unlock()
	if !good {
		w.Header().Set("Handshake-Status", "514")
		w.Header().Set("Handshake-Msg", "invalid access key")
		http.Error(w, "invalid access key", http.StatusForbidden)
		return
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	defer func() { _ = ws.Close() }()
	c := s.connected(ws)
	defer s.disconnected(c)
	for {
		kind, raw, err := ws.ReadMessage()
		if err != nil {
			return
		}
		if f, err := decode(raw); err == nil && kind == websocket.BinaryMessage {
			s.received(c, f)
		}
	}
}

func (s *Server) connected(ws *websocket.Conn) *connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastConnection++
	c := &connection{number: s.lastConnection, ws: ws}
	s.connections = append(s.connections, c)
	return c
}

// disconnected forgets a connection. What was not acknowledged on it has failed.
func (s *Server) disconnected(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.connections = slices.DeleteFunc(s.connections, func(o *connection) bool { return o == c })
	for id, p := range s.pending {
		if p.on == c {
			delete(s.pending, id)
			p.done <- outcome{failed: "connection lost", code: codeTimeout}
		}
	}
}

// received takes a ping or an acknowledgement.
func (s *Server) received(c *connection, f frame) {
	if f.method == methodControl && f.header("type") == "ping" {
		s.mu.Lock()
		config, silent := encode(s.clientConfig), s.silent
		s.pings++
		s.mu.Unlock()
		if !silent {
			_ = c.send(frame{service: f.service, method: methodControl, headers: [][2]string{{"type", "pong"}}, payload: config})
		}
		return
	}
	var ack struct {
		Code int    `json:"code"`
		Data []byte `json:"data"`
	}
	if f.method != methodData || json.Unmarshal(f.payload, &ack) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := f.header("message_id")
	p := s.pending[id]
	if p == nil || p.on != c {
		return
	}
	delete(s.pending, id)
	if ack.Code != http.StatusOK {
		p.done <- notOK(ack.Code)
		return
	}
	p.done <- outcome{at: s.now(), body: ack.Data}
}
