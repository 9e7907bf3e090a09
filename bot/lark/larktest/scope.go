package larktest

import (
	"slices"
	"strings"
)

// Scopes that are named in several places.
const (
	readCommands  = "application:app_slash_command:read"
	writeCommands = "application:app_slash_command:write"
	readDirect    = "im:message.p2p_msg:readonly"
	readMentions  = "im:message.group_at_msg:readonly"
	readUserID    = "contact:user.employee_id:readonly"
	readEmail     = "contact:user.email:readonly"
	readName      = "contact:user.base:readonly"
)

// allScopes are enough for every method that is served. The one for user IDs is not among them: few apps need it.
func allScopes() []string {
	return []string{
		"im:message:send_as_bot", "im:message:update", "im:message:readonly", readDirect, readMentions, "im:chat:readonly",
		"contact:user.id:readonly", "contact:contact.base:readonly", readEmail, readName, readCommands, writeCommands,
	}
}

// Scopes makes these the only scopes of the app. At first it has all that the served methods need, but not the one that
// shows the user ID of people.
func (s *Server) Scopes(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scopes = scopes
}

func (s *Server) may(scope string) bool { return slices.Contains(s.scopes, scope) }

// authorize checks the token of a call and the scopes of the app.
func (s *Server) authorize(c *Call, m method) *refusal {
	if m.name == tokens || m.name == endpoint {
		return nil
	}
	if r := s.checkToken(c.token); r != nil {
		return r
	}
	if len(m.scopes) == 0 || slices.ContainsFunc(m.scopes, s.may) {
		return nil
	}
	names := strings.Join(m.scopes, ", ")
	r := refuse(99991672, "Access denied. One of the following scopes is required: [%s].", names)
	violations := make([]object, len(m.scopes))
	for i, scope := range m.scopes {
		violations[i] = object{"type": "action_scope_required", "subject": scope}
	}
	r.detail = object{"permission_violations": violations}
	return r
}
