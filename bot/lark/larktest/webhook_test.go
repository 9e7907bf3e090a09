package larktest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	larkevent "github.com/larksuite/oapi-sdk-go/v3/event"
	"github.com/larksuite/oapi-sdk-go/v3/event/dispatcher/callback"

	"orderly.example/bot/lark/larktest"
)

// site is an app that listens over HTTP. It reads what it gets with the real client library.
type site struct {
	*app
	*httptest.Server
	status func(n int) int // of the answer to the n-th request; 0 is that of the library

	mu       sync.Mutex
	requests []http.Header
	bodies   []string
}

func serve(t *testing.T, s *larktest.Server, key string) *site {
	a := &site{app: handlers(s, key)}
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	return a
}

func (a *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	a.mu.Lock()
	a.requests, a.bodies = append(a.requests, r.Header), append(a.bodies, string(body))
	n, status := len(a.requests), a.status
	a.mu.Unlock()
	if status != nil {
		if code := status(n); code != 0 {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(code)
			return
		}
	}
	answer := a.dispatcher.Handle(r.Context(), &larkevent.EventReq{Header: r.Header, Body: body, RequestURI: r.RequestURI})
	for k, v := range answer.Header {
		w.Header()[k] = v
	}
	w.WriteHeader(answer.StatusCode)
	_, _ = w.Write(answer.Body)
}

func (a *site) answers(status func(int) int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.status = status
}

func TestOverHTTPEverythingIsEncryptedAndSigned(t *testing.T) {
	s := larktest.New(t)
	a := serve(t, s, s.EncryptKey)
	if err := s.DeliverTo(a.URL); err != nil {
		t.Fatal(err)
	}
	ann, ops := s.Person("ou_ann"), s.Chat("ops")
	ann.Says(ops, "@orderly help")
	if m := a.message(t, 0); *m.Event.Message.Content != text("@_user_1 help") || m.EventV2Base.Header.Token != s.VerificationToken {
		t.Errorf("%+v", m)
	}
	if d := s.Deliveries()[0]; !d.Answer().Acked || d.Attempts()[0].Connection != 0 {
		t.Errorf("%+v", d.Attempts())
	}
	a.post(t, ops)
	a.answer = func(*callback.CardActionTriggerEvent) (*callback.CardActionTriggerResponse, error) {
		return &callback.CardActionTriggerResponse{Toast: &callback.Toast{Type: "info", Content: "Hi"}}, nil
	}
	if got := ann.Clicks(ops.Last(), "approve").Answer(); got.Toast.Text != "Hi" || a.click(t, 0).Event.Action.Value["a"] != "approve" {
		t.Errorf("%+v", got)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.bodies) != 3 || a.requests[0].Get("X-Lark-Signature") != "" || len(a.requests[1].Get("X-Lark-Signature")) != 64 || a.requests[1].Get("X-Lark-Request-Nonce") == "" {
		t.Errorf("%v", a.requests)
	}
	for _, b := range a.bodies {
		if !strings.HasPrefix(b, `{"encrypt":"`) {
			t.Error(b)
		}
	}
}

func TestOverHTTPWithoutAKey(t *testing.T) {
	s := larktest.New(t)
	s.EncryptKey = ""
	a := serve(t, s, "")
	if err := s.DeliverTo(a.URL); err != nil {
		t.Fatal(err)
	}
	s.Person("ou_ann").OpensMenu("help").Answer()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.requests[1].Get("X-Lark-Signature") != "" || !strings.Contains(a.bodies[1], `"event_key":"help"`) {
		t.Error(a.bodies)
	}
}

func TestAnAddressThatIsNotTheApps(t *testing.T) {
	s := larktest.New(t)
	a := serve(t, s, "another key")
	if err := s.DeliverTo(a.URL); err == nil {
		t.Error("taken with another key")
	}
	wrong := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"challenge":"x"}`) }))
	defer wrong.Close()
	if err := s.DeliverTo(wrong.URL); err == nil {
		t.Error("taken with another challenge")
	}
	hang := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	defer slow.Close()
	defer close(hang)
	if err := s.DeliverTo(slow.URL); err == nil || !strings.Contains(err.Error(), "timeout") {
		t.Error(err)
	}
	if err := s.DeliverTo("http://127.0.0.1:1"); err == nil {
		t.Error("taken where nobody listens")
	}
}

func TestOverHTTPEventsComeAgainAndClicksDoNot(t *testing.T) {
	s := larktest.New(t)
	a := serve(t, s, s.EncryptKey)
	if err := s.DeliverTo(a.URL); err != nil {
		t.Fatal(err)
	}
	ann, ops := s.Person("ou_ann"), s.Chat("ops")
	a.post(t, ops)
	for _, status := range []int{http.StatusInternalServerError, http.StatusFound, http.StatusNoContent} {
		a.answers(func(int) int { return status })
		if got := ann.Clicks(ops.Last(), "approve").Answer(); got.Code != 200671 || got.Acked {
			t.Errorf("%d: %+v", status, got)
		}
	}
	d := ann.OpensMenu("help")
	attempts(t, d, 1)
	a.answers(nil)
	s.Advance(15 * time.Second)
	if !d.Answer().Acked || len(d.Attempts()) != 2 || d.Attempts()[0].Failed != "answered with 204" {
		t.Errorf("%+v", d.Attempts())
	}
	hang := make(chan struct{})
	a.answers(func(int) int { <-hang; return 0 })
	d = ann.OpensMenu("help")
	s.Advance(3 * time.Second)
	attempts(t, d, 1)
	close(hang)
	s.Advance(15 * time.Second)
	if !d.Answer().Acked || d.Attempts()[0].Failed != "timeout" {
		t.Errorf("%+v", d.Attempts())
	}
	a.Close()
	if got := ann.Clicks(ops.Last(), "approve").Answer(); got.Code != 200671 || got.Trouble != "connection failed" {
		t.Errorf("%+v", got)
	}
}

// TestForgeries shows what the dispatcher of the library refuses by itself, and what it lets through.
func TestForgeries(t *testing.T) {
	s := larktest.New(t)
	a := serve(t, s, s.EncryptKey)
	if err := s.DeliverTo(a.URL); err != nil {
		t.Fatal(err)
	}
	ann, ops := s.Person("ou_ann"), s.Chat("ops")
	for _, f := range []struct {
		forgery larktest.Forgery
		taken   bool
	}{
		{larktest.Genuine, true},
		{larktest.WrongSignature, false},
		{larktest.Unsigned, false},
		{larktest.Unencrypted, false},
		{larktest.OldTimestamp, true},
		{larktest.WrongToken, true},
		{larktest.OtherTenant, true},
	} {
		before := a.count()
		status := ann.Forges(f.forgery, ops, "@orderly scale web to 0")
		if (status == http.StatusOK) != f.taken || (a.count() > before) != f.taken {
			t.Errorf("%d: %d", f.forgery, status)
		}
	}
	var seen [3]bool
	old := strconv.FormatInt(time.Now().Add(-50*time.Minute).Unix(), 10)
	for n := range a.count() {
		h := a.message(t, n).EventV2Base.Header
		seen[0] = seen[0] || h.Token != s.VerificationToken
		seen[1] = seen[1] || h.TenantKey != larktest.TenantKey
	}
	for _, h := range a.requests[1:] {
		at := h.Get("X-Lark-Request-Timestamp")
		seen[2] = seen[2] || at != "" && at < old
	}
	if seen != [3]bool{true, true, true} || len(s.Deliveries()) != 0 || len(ops.Messages()) != 0 {
		t.Errorf("%v, %s", seen, ops.Draw())
	}
}

func FuzzEncrypt(f *testing.F) {
	f.Add("key", []byte(`{"a":"b"}`))
	f.Add("", []byte(`{}`))
	f.Add("k", []byte(`{"text":"`+strings.Repeat("x", 100)+`"}`))
	f.Fuzz(func(t *testing.T, key string, payload []byte) {
		body := "{" + strings.NewReplacer("{", "", "}", "").Replace(string(payload)) + "}" // the library cuts at the brackets
		got, err := larkevent.EventDecrypt(larktest.Encrypt(key, []byte(body)), key)
		if err != nil || string(got) != body {
			t.Errorf("%q: %q %v", body, got, err)
		}
	})
}
