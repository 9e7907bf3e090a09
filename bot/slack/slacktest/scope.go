package slacktest

import (
	"slices"
	"strings"
)

// allScopes are enough for every method that is served.
func allScopes() []string {
	return []string{
		"app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "groups:history", "groups:read",
		"im:history", "im:read", "im:write", "users:read", "users:read.email",
	}
}

// Scopes makes these the only scopes of the bot token. At first it has all that the served methods need.
func (s *Server) Scopes(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scopes = scopes
}

// RevokeToken makes the tokens of the app worthless, as an administrator may do at any time.
func (s *Server) RevokeToken() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = true
}

// authorize checks the token of a call and its scopes.
func (s *Server) authorize(c *Call, m method) *refusal {
	want := s.BotToken
	if m.appLevel {
		want = s.AppToken
	}
	switch {
	case c.token == "":
		return refuse("not_authed")
	case c.token != s.BotToken && c.token != s.AppToken:
		return refuse("invalid_auth")
	case s.revoked:
		return refuse("token_revoked")
	case c.token != want:
		return refuse("not_allowed_token_type")
	}
	if need := m.scope; need != "" {
		if strings.HasPrefix(need, ":") {
			need = s.kindOf(c.Args["channel"]) + need
		}
		if !slices.Contains(s.scopes, need) {
			return &refusal{code: "missing_scope", more: object{"needed": need, "provided": strings.Join(s.scopes, ",")}}
		}
	}
	return nil
}

// kindOf is how scopes call the kind of a channel.
func (s *Server) kindOf(id string) string {
	if ch := s.channel(id); ch != nil {
		return ch.kind
	}
	return kindChannel
}
