package slacktest

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// method is one method of the Web API.
type method struct {
	scope    string   // that it needs; one that starts with a colon is completed by the kind of the channel
	required []string // arguments
	tier     int      // calls per minute
	appLevel bool     // it wants the token that begins with xapp
	do       func(*Server, *Call) (object, *refusal)
}

// Calls per minute that each tier allows at least.
const (
	tier2 = 20
	tier3 = 50
	tier4 = 100
	none  = 0 // auth.test allows hundreds; chat.postMessage has a limit of its own
)

var methods = map[string]method{
	"auth.test":             {"", nil, none, false, (*Server).authTest},
	"apps.connections.open": {"", nil, tier3, true, (*Server).openConnection},
	"chat.postMessage":      {"chat:write", []string{"channel"}, none, false, (*Server).postMessage},
	"chat.postEphemeral":    {"chat:write", []string{"channel", "user"}, tier4, false, (*Server).postEphemeral},
	"chat.update":           {"chat:write", []string{"channel", "ts"}, tier3, false, (*Server).updateMessage},
	"chat.delete":           {"chat:write", []string{"channel", "ts"}, tier3, false, (*Server).deleteMessage},
	"chat.getPermalink":     {"", []string{"channel", "message_ts"}, none, false, (*Server).permalink},
	"conversations.replies": {":history", []string{"channel", "ts"}, tier3, false, (*Server).replies},
	"conversations.history": {":history", []string{"channel"}, tier3, false, (*Server).history},
	"conversations.info":    {":read", []string{"channel"}, tier3, false, (*Server).channelInfo},
	"conversations.open":    {"im:write", nil, tier3, false, (*Server).openChannel},
	"users.info":            {"users:read", []string{"user"}, tier4, false, (*Server).userInfo},
	"users.lookupByEmail":   {"users:read.email", []string{"email"}, tier3, false, (*Server).lookupByEmail},
	"views.open":            {"", []string{"trigger_id", "view"}, tier4, false, (*Server).openView},
	"views.push":            {"", []string{"trigger_id", "view"}, tier4, false, (*Server).pushView},
	"views.update":          {"", []string{"view"}, tier4, false, (*Server).updateView},
	"views.publish":         {"", []string{"user_id", "view"}, tier4, false, (*Server).publishView},
}

func (s *Server) serveMethod(w http.ResponseWriter, r *http.Request) {
	c, refused := read(r)
	s.mu.Lock()
	var answer object
	if c.Fault = s.fault(c.Method); refused == nil {
		refused = c.Fault.refused()
	}
	if refused == nil {
		answer, refused = s.answer(c)
	}
	s.record(c, answer, refused)
	scopes := strings.Join(s.scopes, ",")
	echoes := s.echoes
	s.echoes = nil
	s.mu.Unlock()
	for _, e := range echoes {
		s.happens(e)
	}
	w.Header().Set("X-OAuth-Scopes", scopes)
	s.respond(w, r, c, refused)
}

// answer does what a call asks for.
func (s *Server) answer(c *Call) (object, *refusal) {
	m, known := methods[c.Method]
	if !known {
		return nil, refuse("unknown_method")
	}
	if r := s.authorize(c, m); r != nil {
		return nil, r
	}
	if r := s.limited(c, m); r != nil {
		return nil, r
	}
	for _, name := range m.required {
		if c.Args[name] == "" {
			return nil, missing(name)
		}
	}
	return m.do(s, c)
}

// record writes a call and its answer into the ledger.
func (s *Server) record(c *Call, answer object, refused *refusal) {
	if refused != nil {
		answer, c.Error = refused.answer(), refused.code
	} else {
		answer["ok"] = true
	}
	raw, err := json.Marshal(answer)
	if err != nil {
		panic(err) // it was made of JSON
	}
	c.At, c.Answer = s.now(), raw
	s.ledger = append(s.ledger, *c)
}

func respond(w http.ResponseWriter, c *Call, refused *refusal) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if refused != nil && refused.wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(refused.wait))
		w.WriteHeader(http.StatusTooManyRequests)
	}
	_, _ = w.Write(c.Answer)
}
