package larktest

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// method is one method of the Web API.
type method struct {
	name     string
	pattern  string   // of HTTP
	scopes   []string // one of them is needed
	required []string // arguments
	bare     bool     // it needs no token, or has its answer beside the code, as the oldest methods do
	do       func(*Server, *Call) (object, *refusal)
}

var (
	maySend   = []string{"im:message", "im:message:send_as_bot"}
	mayChange = []string{"im:message", "im:message:send_as_bot", "im:message:update"}
)

const (
	api      = "/open-apis/"
	messages = api + "im/v1/messages"
	chats    = api + "im/v1/chats/{chat_id}"
	commands = api + "application/v7/app_slash_commands"
	tokens   = "auth.tenant_access_token.internal"
	endpoint = "ws.endpoint"
)

var methods = []method{
	{tokens, "POST " + api + "auth/v3/tenant_access_token/internal", nil, nil, true, (*Server).newToken},
	{endpoint, "POST /callback/ws/endpoint", nil, nil, true, (*Server).openConnection},
	{"bot.info", "GET " + api + "bot/v3/info", nil, nil, true, (*Server).botInfo},
	{"im.message.create", "POST " + messages, maySend, []string{"receive_id_type", "receive_id", "msg_type", "content"}, false, (*Server).createMessage},
	{"im.message.reply", "POST " + messages + "/{message_id}/reply", maySend, []string{"msg_type", "content"}, false, (*Server).replyMessage},
	{"im.message.patch", "PATCH " + messages + "/{message_id}", mayChange, []string{"content"}, false, (*Server).patchMessage},
	{"im.message.update", "PUT " + messages + "/{message_id}", mayChange, []string{"msg_type", "content"}, false, (*Server).updateMessage},
	{
		"im.message.delete", "DELETE " + messages + "/{message_id}",
		[]string{"im:message", "im:message:send_as_bot", "im:message:recall"},
		nil, false,
		(*Server).deleteMessage,
	},
	{"im.message.get", "GET " + messages + "/{message_id}", []string{"im:message", "im:message:readonly"}, nil, false, (*Server).getMessage},
	{"im.chat.get", "GET " + chats, []string{"im:chat", "im:chat:read", "im:chat:readonly"}, nil, false, (*Server).getChat},
	{"im.chat.members", "GET " + chats + "/members", []string{"im:chat", "im:chat:readonly", "im:chat.members:read"}, nil, false, (*Server).chatMembers},
	{"contact.user.batch_get_id", "POST " + api + "contact/v3/users/batch_get_id", []string{"contact:user.id:readonly"}, nil, false, (*Server).userIDs},
	{"contact.user.get", "GET " + api + "contact/v3/users/{user_id}", []string{"contact:contact.base:readonly"}, nil, false, (*Server).getUser},
	{"application.scope.list", "GET " + api + "application/v6/scopes", nil, nil, false, (*Server).grantedScopes},
	{"application.command.list", "GET " + commands, []string{readCommands}, nil, false, (*Server).listCommands},
	{"application.command.create", "POST " + commands, []string{writeCommands}, []string{"command"}, false, (*Server).createCommand},
	{"application.command.patch", "PATCH " + commands + "/{command_id}", []string{writeCommands}, nil, false, (*Server).patchCommand},
	{"application.command.delete", "DELETE " + commands + "/{command_id}", []string{writeCommands}, nil, false, (*Server).deleteCommand},
}

func (s *Server) serveMethod(m method, w http.ResponseWriter, r *http.Request) {
	c, refused := read(m, r)
	s.mu.Lock()
	var answer object
	if c.Fault = s.fault(c.Method); refused == nil {
		refused = c.Fault.refused()
	}
	if refused == nil {
		answer, refused = s.answer(m, c)
	}
	logID := s.record(m, c, answer, refused)
	s.mu.Unlock()
	s.respond(w, r, c, refused, logID)
}

// answer does what a call asks for.
func (s *Server) answer(m method, c *Call) (object, *refusal) {
	if r := s.authorize(c, m); r != nil {
		return nil, r
	}
	if r := s.limited(c); r != nil {
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
func (s *Server) record(m method, c *Call, answer object, refused *refusal) string {
	logID := s.id("log")
	whole := object{"code": 0, "msg": "success", "data": answer}
	switch {
	case refused != nil:
		whole, c.Code = refused.answer(logID), refused.code
	case m.bare:
		whole = answer
		whole["code"], whole["msg"] = 0, "ok"
	}
	c.At, c.Answer = s.now(), encode(whole)
	s.ledger = append(s.ledger, *c)
	return logID
}

func (s *Server) serveUnknown(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "404 page not found", http.StatusNotFound)
}

func respond(w http.ResponseWriter, c *Call, refused *refusal, logID string) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("X-Tt-Logid", logID)
	if refused != nil {
		if refused.wait > 0 {
			h.Set("X-Ogw-Ratelimit-Limit", "5")
			h.Set("X-Ogw-Ratelimit-Reset", strconv.Itoa(refused.wait))
		}
		w.WriteHeader(refused.status)
	}
	_, _ = w.Write(c.Answer)
}

// encode writes what was made of JSON.
func encode(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // it was made of JSON
	}
	return raw
}
