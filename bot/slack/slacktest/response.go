package slacktest

import (
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// A response URL takes five messages within half an hour.
const (
	responseUses = 5
	responseLife = 30 * time.Minute
)

// response is what is behind a response_url.
type response struct {
	s        *Server
	id       string
	person   *Person
	channel  *Channel
	original *message // that replace_original is about; nil after a command
	thread   string
	left     int
	ends     time.Time
}

func (s *Server) newResponse(p *Person, ch *Channel, original *message, thread string) *response {
	r := &response{
		s: s, id: s.id("r"), person: p, channel: ch, original: original, thread: thread, left: responseUses, ends: s.now().Add(responseLife),
	}
	s.responses[r.id] = r
	return r
}

func (s *Server) responseURL(r *response) string { return s.http.URL + "/response/" + r.id }

func (s *Server) serveResponse(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.responses[q.PathValue("id")]
	code := ""
	switch {
	case err != nil, r == nil:
		code = "invalid_url"
	case s.now().After(r.ends):
		code = "expired_url"
	case r.left == 0:
		code = "used_url"
	}
	if code != "" {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_ = json.NewEncoder(w).Encode(refuse(code).answer())
		return
	}
	r.left--
	if refused := r.say(body); refused != nil {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(refused.answer())
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "ok")
}

// acknowledged does what the acknowledgement of a command says: it is a message as well.
func (r *response) acknowledged(body json.RawMessage) Answer {
	if len(body) == 0 || string(body) == "{}" {
		return Answer{}
	}
	if body[0] != '{' {
		text, err := json.Marshal(object{"text": string(body)})
		if err != nil {
			return trouble("%v", err)
		}
		body = text
	}
	if refused := r.say(body); refused != nil {
		return trouble("%s", refused.code)
	}
	return Answer{}
}

// say posts, replaces or deletes a message as its body asks.
func (r *response) say(body []byte) *refusal {
	c := &Call{Args: map[string]string{}}
	if refused := c.decode(body); refused != nil {
		return refused
	}
	if r.original != nil && c.yes("delete_original") {
		r.original.gone = true
		return nil
	}
	if r.original != nil && c.yes("replace_original") {
		return r.s.change(r.original, c.Args)
	}
	m, refused := r.s.newMessage(r.channel, c.Args)
	if refused != nil {
		return refused
	}
	if m.thread == "" {
		m.thread = r.thread
	}
	if c.Args["response_type"] != "in_channel" {
		m.only = r.person.id
	}
	r.channel.messages = append(r.channel.messages, m)
	if r.original == nil {
		r.original = m
	}
	return nil
}
