package api_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"orderly.example/bot/api"
	"orderly.example/bot/api/apitest"
	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

func TestTokens(t *testing.T) {
	good, hash := api.NewToken()
	late, lateHash := api.NewToken()
	gone, goneHash := api.NewToken()
	if !strings.HasPrefix(good, "ord_") || len(good) != 47 || api.HashToken(good) != hash || good == late {
		t.Fatalf("token %s hash %s", good, hash)
	}
	tokens, err := api.NewTokens([]api.Token{
		{Person: "bob", Hash: hash}, {Person: "bob", Hash: lateHash, Expires: apitest.Now}, {Person: "zoe", Hash: goneHash},
	})
	if err != nil {
		t.Fatal(err)
	}
	w := apitest.New(t, func(o *api.Options) { o.Tokens, o.Dev = tokens, false })
	if m := as[wire.Me](t, call(t, w, "GET", "/me", "", "Authorization", "bearer "+good), http.StatusOK); m.Person.ID != "bob" || m.Person.LinkedBy != "token" {
		t.Errorf("me %+v", m)
	}
	for name, tt := range map[string]struct{ header, want string }{
		"nobody":             {"", "works only in dev mode"},
		"an unknown token":   {"Bearer ord_nope", "not known here"},
		"an expired token":   {"Bearer " + late, "expired on 2026-11-24"},
		"a person who left":  {"Bearer " + gone, `no person "zoe"`},
		"another scheme":     {"Basic YW5uOmFubg==", "must read: Bearer"},
		"an empty token":     {"Bearer ", "must read: Bearer"},
		"the hash is no key": {"Bearer " + hash, "not known here"},
	} {
		t.Run(name, func(t *testing.T) {
			x := call(t, w, "GET", "/changes", "", "Authorization", tt.header)
			f := refused(t, x, http.StatusUnauthorized, ops.Denied)
			if !strings.Contains(f.Text.En, tt.want) || x.Header.Get("WWW-Authenticate") == "" {
				t.Errorf("%q", f.Text.En)
			}
		})
	}
	refused(t, call(t, w, "GET", "/changes", "", "X-Orderly-As", ""), http.StatusUnauthorized, ops.Denied)
}

func TestAWrongHashIsFoundAtTheStart(t *testing.T) {
	for _, hash := range []string{"", "sha256:", "ord_secret", "sha256:" + strings.Repeat("G", 64)} {
		if _, err := api.NewTokens([]api.Token{{Person: "ann", Hash: hash}}); ops.CodeOf(err) != ops.Invalid || ops.TextOf(err).Zh == "" {
			t.Errorf("%q: %v", hash, err)
		}
	}
}

// TestDevModeIsForThisMachine: another address, another name for this machine, or a proxy, and the header means nothing.
func TestDevModeIsForThisMachine(t *testing.T) {
	h := api.New(apitest.Options(t, apitest.NewLedger(apitest.Now)))
	for name, tt := range map[string]struct {
		remote, host, forwarded string
		want                    int
	}{
		"this machine":         {"127.0.0.1:5000", "localhost:7080", "", http.StatusOK},
		"this machine by IPv6": {"[::1]:5000", "[::1]:7080", "", http.StatusOK},
		"without a port":       {"127.0.0.1:5000", "127.0.0.1", "", http.StatusOK},
		"another machine":      {"10.0.0.7:5000", "localhost:7080", "", http.StatusUnauthorized},
		"a rebound name":       {"127.0.0.1:5000", "evil.example:7080", "", http.StatusUnauthorized},
		"a name that looks so": {"127.0.0.1:5000", "127.0.0.1.evil.example", "", http.StatusUnauthorized},
		"a proxy here":         {"127.0.0.1:5000", "localhost:7080", "10.0.0.7", http.StatusUnauthorized},
		"no address":           {"", "localhost", "", http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/api/v1/me", nil)
			r.RemoteAddr, r.Host = tt.remote, tt.host
			r.Header.Set("X-Orderly-As", "ann")
			if tt.forwarded != "" {
				r.Header.Set("X-Forwarded-For", tt.forwarded)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tt.want {
				t.Errorf("%d, want %d: %s", w.Code, tt.want, w.Body)
			}
		})
	}
}

// log is a log that tests read.
type log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// logged waits until the log says it.
func (l *log) logged(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range words {
		apitest.Eventually(t, "the log says "+w, func() bool { return strings.Contains(l.String(), w) })
	}
}

func TestTheLogSaysWhoDidWhatAndNeverAToken(t *testing.T) {
	token, hash := api.NewToken()
	tokens, err := api.NewTokens([]api.Token{{Person: "bob", Hash: hash}})
	if err != nil {
		t.Fatal(err)
	}
	var l log
	w := apitest.New(t, func(o *api.Options) { o.Tokens, o.Logger = tokens, slog.New(slog.NewTextHandler(&l, nil)) })
	call(t, w, "GET", "/changes/scale-aaaabbbbcccc?x="+token, "", "Authorization", "Bearer "+token, "X-Orderly-Client", "cli")
	call(t, w, "GET", "/me", "", "Authorization", "Bearer "+token+"x")
	l.logged(t, "person=bob", "path=/api/v1/changes/scale-aaaabbbbcccc", "status=404", "status=401", "took=", "client=cli")
	if strings.Contains(l.String(), token) || strings.Contains(l.String(), strings.TrimPrefix(hash, "sha256:")) {
		t.Errorf("the log holds a secret:\n%s", &l)
	}
}
