package api

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strings"

	"orderly.example/bot"
	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

// Headers of the API's own.
const (
	headerAs     = "X-Orderly-As"     // dev mode: the person
	headerClient = "X-Orderly-Client" // which program asks: cli or console
	headerID     = "X-Request-Id"     // the line of the log
	headerKey    = "Idempotency-Key"  // documented at the calls that take it
	headerProxy  = "X-Forwarded-For"  // a proxy stands between: not loopback, whatever the connection says
	headerProxy2 = "Forwarded"        // the same in the standard's spelling
	headerProxy3 = "X-Forwarded-Host" // the same
)

// clients are the programs that may name themselves; they become the surface in the record.
var clients = []string{"cli", "console"}

// caller is who asks.
type caller struct {
	id      string // of the line in the log
	user    ops.User
	lang    string
	surface string
}

type callerKey struct{}

// callerOf returns who asks; nobody when the path is open to all.
func callerOf(ctx context.Context) *caller {
	if c, ok := ctx.Value(callerKey{}).(*caller); ok {
		return c
	}
	return &caller{}
}

// identified finds out who asks and refuses strangers. The document of the API is for everybody.
func (s *server) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, Prefix+"/openapi") {
			next.ServeHTTP(w, r)
			return
		}
		c := callerOf(r.Context())
		user, err := s.whoAsks(r)
		if err != nil {
			f := wire.FailureOf(err)
			f.Status = http.StatusUnauthorized
			w.Header().Set("WWW-Authenticate", `Bearer realm="orderly"`)
			writeFailure(w, f)
			return
		}
		c.user, c.lang, c.surface = user, langOf(r, user), "api"
		if p := r.Header.Get(headerClient); slices.Contains(clients, p) {
			c.surface = p
		}
		next.ServeHTTP(w, r)
	})
}

// whoAsks finds the person of a token, or in dev mode of the header.
func (s *server) whoAsks(r *http.Request) (ops.User, error) {
	if h := r.Header.Get("Authorization"); h != "" {
		scheme, token, _ := strings.Cut(h, " ")
		if !strings.EqualFold(scheme, "Bearer") || token == "" {
			return ops.User{}, ops.Errorf(ops.Denied, "the header Authorization must read: Bearer ord_...", "Authorization 头应为:Bearer ord_...")
		}
		id, err := s.Tokens.person(strings.TrimSpace(token), s.Clock())
		if err != nil {
			return ops.User{}, err
		}
		return s.person(id, "token")
	}
	id := r.Header.Get(headerAs)
	if id == "" {
		return ops.User{}, ops.Errorf(ops.Denied, "I do not know who you are; send the header Authorization: Bearer ord_... (a token from `orderly token new`)",
			"无法识别您的身份;请携带请求头 Authorization: Bearer ord_...(令牌由 `orderly token new` 生成)")
	}
	if !s.Dev || !local(r) {
		return ops.User{}, ops.Errorf(ops.Denied, "the header %s works only in dev mode and on this machine; use a token", "请求头 %s 仅在开发模式下从本机使用;请使用令牌", headerAs)
	}
	return s.person(id, "dev")
}

func (s *server) person(id, linkedBy string) (ops.User, error) {
	u, err := s.Identities.Find(id)
	if err != nil {
		return u, ops.Errorf(ops.Denied, "%s", "%s", err).Because(err)
	}
	u.LinkedBy = linkedBy
	return u, nil
}

// local says whether the request was made on this machine, under a name of this machine, with nothing in between.
func local(r *http.Request) bool {
	for _, h := range []string{headerProxy, headerProxy2, headerProxy3} {
		if r.Header.Get(h) != "" {
			return false
		}
	}
	return loopback(r.RemoteAddr) && loopback(r.Host)
}

func loopback(address string) bool {
	host := address
	if h, _, err := net.SplitHostPort(address); err == nil {
		host = h
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}

// langOf is the language to answer in where only one is possible.
func langOf(r *http.Request, u ops.User) string {
	if l := r.URL.Query().Get("lang"); l != "" {
		return spoken(l, ops.English)
	}
	for _, part := range strings.Split(r.Header.Get("Accept-Language"), ",") {
		if l := spoken(part, ""); l != "" {
			return l
		}
	}
	return spoken(u.Lang, ops.English)
}

// spoken is the one of our languages that a tag such as zh-CN;q=0.9 means.
func spoken(tag, otherwise string) string {
	tag = strings.ToLower(strings.TrimSpace(tag))
	for _, l := range []string{ops.English, ops.Chinese} {
		if strings.HasPrefix(tag, l) {
			return l
		}
	}
	return otherwise
}

// speaker is the person in a room of the console, or without one in their own program.
func (c *caller) speaker(room string) bot.Speaker {
	if room != "" {
		return bot.Speaker{User: c.user, Origin: ops.Origin{Surface: Console, Channel: room}}
	}
	return bot.Speaker{User: c.user, Origin: ops.Origin{Surface: c.surface}}
}

// Console is the surface whose messages are kept in rooms.
const Console = "console"
