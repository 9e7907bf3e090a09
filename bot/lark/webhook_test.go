package lark

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"orderly.example/bot/chat"
	"orderly.example/bot/lark/larktest"
)

// served makes a tenant deliver to a door over HTTP, and returns the address and what came last.
func served(t *testing.T, s *larktest.Server, d http.Handler) (string, *kept) {
	t.Helper()
	k := &kept{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k.keep(r)
		d.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	if err := s.DeliverTo(server.URL); err != nil {
		t.Fatal(err)
	}
	return server.URL, k
}

// kept is the request that somebody has kept.
type kept struct {
	mu     sync.Mutex
	header http.Header
	body   string
}

func (k *kept) keep(r *http.Request) {
	raw, _ := io.ReadAll(io.LimitReader(r.Body, 2*maxBody)) // what is cut off is refused by the door
	k.mu.Lock()
	defer k.mu.Unlock()
	k.header, k.body = r.Header.Clone(), string(raw)
	r.Body = io.NopCloser(strings.NewReader(k.body))
}

func (k *kept) request(method, body string) *http.Request {
	k.mu.Lock()
	defer k.mu.Unlock()
	if body == "" {
		body = k.body
	}
	r := httptest.NewRequest(method, "/lark", strings.NewReader(body))
	r.Header = k.header.Clone()
	return r
}

// TestNobodyButLarkIsBelieved: only what is encrypted and signed with the key, lately, with the token, of this tenant.
func TestNobodyButLarkIsBelieved(t *testing.T) {
	s := larktest.New(t)
	d, x := doorIn(t, s, func(c *Config) { c.Tenant = larktest.TenantKey })
	served(t, s, d)
	ann, room := s.Person("ou_ann"), s.Chat("room")
	for _, c := range []struct {
		name   string
		forged larktest.Forgery
		code   int
		taken  bool
	}{
		{"genuine", larktest.Genuine, http.StatusOK, true},
		{"wrong signature", larktest.WrongSignature, http.StatusUnauthorized, false},
		{"unsigned", larktest.Unsigned, http.StatusUnauthorized, false},
		{"an hour old", larktest.OldTimestamp, http.StatusUnauthorized, false},
		{"wrong token", larktest.WrongToken, http.StatusUnauthorized, false},
		{"unencrypted", larktest.Unencrypted, http.StatusUnauthorized, false},
		{"another tenant", larktest.OtherTenant, http.StatusOK, false}, // acknowledged, so that it does not come again
	} {
		before := x.count()
		if got := ann.Forges(c.forged, room, "@orderly ls"); got != c.code || (x.count() > before) != c.taken {
			t.Errorf("%s: %d, %d taken", c.name, got, x.count()-before)
		}
	}
}

// TestAKeptRequestIsRefusedAfterFiveMinutes: and so is one from the future, and one that was changed.
func TestAKeptRequestIsRefusedAfterFiveMinutes(t *testing.T) {
	s := larktest.New(t)
	now := s.Now()
	d, x := doorIn(t, s, func(c *Config) { c.Clock = func() time.Time { return now } })
	_, k := served(t, s, d)
	room := s.Chat("room")
	s.Person("ou_ann").Says(room, "@orderly ls")
	larktest.Await(t, "the request", func() bool { return x.count() == 1 })
	first := x.last().Key
	for _, c := range []struct {
		name   string
		moved  time.Duration
		change func(*http.Request)
		body   string
		code   int
	}{
		{"as it was", 0, nil, "", http.StatusOK},
		{"after 4:58", maxSkew - 2*time.Second, nil, "", http.StatusOK},
		{"after 5:02", maxSkew + 2*time.Second, nil, "", http.StatusUnauthorized},
		{"a clock that is 5:02 late", -maxSkew - 2*time.Second, nil, "", http.StatusUnauthorized},
		{"another time", 0, func(r *http.Request) { r.Header.Set("X-Lark-Request-Timestamp", fmt.Sprint(now.Unix()+1)) }, "", http.StatusUnauthorized},
		{"no time", 0, func(r *http.Request) { r.Header.Del("X-Lark-Request-Timestamp") }, "", http.StatusUnauthorized},
		{"another nonce", 0, func(r *http.Request) { r.Header.Set("X-Lark-Request-Nonce", "n") }, "", http.StatusUnauthorized},
		{"another body", 0, nil, fmt.Sprintf(`{"encrypt":%q}`, larktest.Encrypt(s.EncryptKey, []byte(`{"header":{"token":"verification"}}`))), http.StatusUnauthorized},
		{"a huge body", 0, nil, strings.Repeat("x", maxBody+1), http.StatusRequestEntityTooLarge},
		{"no JSON", 0, nil, "encrypt", http.StatusUnauthorized},
		{"half a block", 0, nil, `{"encrypt":"YWJj"}`, http.StatusUnauthorized},
		{"no base64", 0, nil, `{"encrypt":"!"}`, http.StatusUnauthorized},
	} {
		now = s.Now().Add(c.moved)
		before, r := x.count(), k.request(http.MethodPost, c.body)
		if c.change != nil {
			c.change(r)
		}
		w := httptest.NewRecorder()
		if d.ServeHTTP(w, r); w.Code != c.code || (x.count() > before) != (c.code == http.StatusOK) {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
	}
	if x.last().Key != first {
		t.Errorf("a replay within the time has another key: %q, %q", x.last().Key, first)
	}
	w := httptest.NewRecorder()
	if d.ServeHTTP(w, k.request(http.MethodGet, "")); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", w.Code)
	}
}

// TestWithoutAKeyNothingIsBelieved: not even the question whether the address is ours.
func TestWithoutAKeyNothingIsBelieved(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Config)
		key    string
		works  bool
	}{
		"all is set":     {nil, "encrypt-key", true},
		"no encrypt key": {func(c *Config) { c.EncryptKey = "" }, "", false},
		"only Lark has":  {func(c *Config) { c.EncryptKey = "" }, "encrypt-key", false},
		"only we have":   {nil, "", false},
		"another key":    {func(c *Config) { c.EncryptKey = "other" }, "encrypt-key", false},
		"no token":       {func(c *Config) { c.VerificationToken = "" }, "encrypt-key", false},
		"another token":  {func(c *Config) { c.VerificationToken = "other" }, "encrypt-key", false},
	} {
		s := larktest.New(t)
		s.EncryptKey = c.key
		d, _ := doorIn(t, s, func(o *Config) {
			o.EncryptKey = "encrypt-key"
			if c.change != nil {
				c.change(o)
			}
		})
		server := httptest.NewServer(d)
		if err := s.DeliverTo(server.URL); (err == nil) != c.works {
			t.Errorf("%s: the challenge: %v", name, err)
		}
		server.Close()
	}
}

// TestAClickOverHTTPIsAnswered: with a toast, in the body of the answer.
func TestAClickOverHTTPIsAnswered(t *testing.T) {
	s := larktest.New(t)
	d, x := doorIn(t, s, nil)
	served(t, s, d)
	room := s.Chat("room")
	if _, err := d.Client.Post(t.Context(), chat.Post{To: chat.Place{Channel: room.ID()}, Key: "k", Content: menuContent()}); err != nil {
		t.Fatal(err)
	}
	if a := s.Person("ou_ann").Clicks(room.Last(), "ls").Answer(); a.Toast.Text != "taken" || x.last().Kind != chat.Press || x.last().By.On != room.Last().ID() {
		t.Errorf("%+v, %+v", a, x.last())
	}
}

// sealing is a config with the keys of the fuzz test.
var sealing = Config{EncryptKey: "key", VerificationToken: "token", Clock: time.Now}

func FuzzWebhookBody(f *testing.F) {
	f.Add([]byte(`{"encrypt":"`+larktest.Encrypt("key", []byte(`{"schema":"2.0","header":{"token":"token"}}`))+`"}`), []byte(`{"type":"url_verification"}`))
	f.Add([]byte(`{"encrypt":"YWJjZGVmZ2hpamtsbW5vcGFiY2RlZmdoaWprbG1ub3A="}`), []byte(""))
	f.Add([]byte(`{"encrypt":1}`), []byte("0123456789abcdef"))
	f.Add([]byte(`{"challenge":"x","token":"token","type":"url_verification"}`), []byte{0})
	f.Fuzz(func(t *testing.T, body, payload []byte) {
		if got, err := sealing.open([]byte(fmt.Sprintf(`{"encrypt":%q}`, larktest.Encrypt("key", payload)))); err != nil || string(got) != string(payload) {
			t.Errorf("%q became %q, %v", payload, got, err)
		}
		d := &Door{Client: &Client{config: sealing}}
		w := httptest.NewRecorder()
		d.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/lark", bytes.NewReader(body)))
		if raw, err := sealing.open(body); err == nil && strings.Contains(string(raw), "url_verification") {
			return // whoever has the key may ask
		}
		if w.Code != http.StatusUnauthorized && w.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%q is answered with %d", body, w.Code)
		}
	})
}
