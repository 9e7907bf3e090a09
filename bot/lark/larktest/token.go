package larktest

import (
	"strings"
	"time"
)

// A token lives for two hours. One that is asked for in its last half hour is a new one, and both are good then.
const (
	tokenLife = 2 * time.Hour
	tokenLate = 30 * time.Minute
)

// token is a tenant access token.
type token struct {
	text string
	ends time.Time
}

func (s *Server) newToken(c *Call) (object, *refusal) {
	switch {
	case c.Args["app_id"] != s.AppID:
		return nil, refuse(10003, "invalid param")
	case c.Args["app_secret"] != s.AppSecret:
		return nil, refuse(10014, "app secret invalid")
	}
	now := s.now()
	if n := len(s.tokens); n == 0 || s.tokens[n-1].ends.Sub(now) < tokenLate {
		s.tokens = append(s.tokens, token{s.id("t-"), now.Add(tokenLife)})
	}
	last := s.tokens[len(s.tokens)-1]
	return object{"tenant_access_token": last.text, "expire": int(last.ends.Sub(now) / time.Second)}, nil
}

// RevokeTokens makes all tokens so far worthless. New ones are given to whoever asks.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens = nil
}

// checkToken says what is wrong with a token.
func (s *Server) checkToken(text string) *refusal {
	switch {
	case text == "":
		return refuse(99991661, "Missing access token for authorization. Please make a request with token attached.")
	case !strings.HasPrefix(text, "t-"):
		return refuse(99991671, "Invalid access token for authorization. Token must start with 't-' or 'u-'.")
	}
	for _, k := range s.tokens {
		if k.text == text && s.now().Before(k.ends) {
			return nil
		}
	}
	return refuse(99991663, "Invalid access token for authorization. Please make a request with token attached.")
}
