package lark

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"orderly.example/bot/chat"
	"orderly.example/bot/lark/larktest"
	"orderly.example/ops"
)

const tokenMethod = "auth.tenant_access_token.internal"

func posts(c *Client, room *larktest.Chat, key string) error {
	_, err := c.Post(context.Background(), chat.Post{To: chat.Place{Channel: room.ID()}, Key: key, Content: saying(key)})
	return err
}

// TestATokenThatIsRefusedIsReplaced: at once and once, and the SDK's habit of trying the same one again does not matter.
func TestATokenThatIsRefusedIsReplaced(t *testing.T) {
	s := larktest.New(t)
	c, room := clientIn(s, nil), s.Chat("room")
	for n, happens := range []func(){func() {}, s.RevokeTokens, func() { s.Advance(2*time.Hour - time.Minute) }, func() { s.Advance(time.Minute) }} {
		happens()
		for range 3 {
			if err := posts(c, room, fmt.Sprint("post ", n)); err != nil {
				t.Fatalf("%d: %v", n, err)
			}
		}
	}
	if n := len(room.Messages()); n != 4 {
		t.Errorf("%d messages:\n%s", n, room.Draw())
	}
	if n := len(s.Calls(tokenMethod)); n != 3 {
		t.Errorf("%d tokens", n)
	}
	s.RevokeTokens()
	refuses := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if strings.Contains(r.URL.Path, "tenant_access_token") {
			fmt.Fprint(w, `{"code":0,"tenant_access_token":"t-1","expire":7200}`)
			return
		}
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"code":99991663,"msg":"Invalid access token"}`)
	}))
	defer refuses.Close()
	c = clientIn(s, func(o *Config) { o.Domain = refuses.URL })
	if err := posts(c, room, "x"); ops.CodeOf(err) != ops.Denied || !strings.Contains(err.Error(), "orderly check") {
		t.Errorf("a platform that refuses every token: %v", err)
	}
}

// answering is a platform that answers every call but that for a token with the same.
func answering(t *testing.T, status int, kind, body string, header ...string) *Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "tenant_access_token") {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"code":0,"tenant_access_token":"t-1","expire":7200}`)
			return
		}
		w.Header().Set("Content-Type", kind)
		for n := 0; n+1 < len(header); n += 2 {
			w.Header().Set(header[n], header[n+1])
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	return New(Config{AppID: "cli", AppSecret: "secret-canary", Domain: server.URL})
}

// TestWhatLarkAnswersIsUnderstood: as what it means to us, and in words that say what to do.
func TestWhatLarkAnswersIsUnderstood(t *testing.T) {
	const asJSON = "application/json; charset=utf-8"
	for _, c := range []struct {
		status     int
		kind, body string
		code       ops.Code
		says       string
	}{
		{400, asJSON, `{"code":99991672,"msg":"Access denied","error":{"permission_violations":[{"subject":"im:message"}]}}`, ops.Denied, "im:message"},
		{400, asJSON, `{"code":230002,"msg":"x"}`, ops.Denied, "not in the chat"},
		{400, asJSON, `{"code":230031,"msg":"x"}`, ops.NotFound, "230031"},
		{400, asJSON, `{"code":230011,"msg":"x"}`, ops.NotFound, "gone"},
		{400, asJSON, `{"code":230110,"msg":"x"}`, ops.NotFound, "gone"},
		{400, asJSON, `{"code":230013,"msg":"x"}`, ops.Denied, "cannot reach"},
		{400, asJSON, `{"code":230053,"msg":"x"}`, ops.Denied, "cannot reach"},
		{400, asJSON, `{"code":230099,"msg":"ErrCode: 100290; x"}`, ops.Invalid, "no such account"},
		{400, asJSON, `{"code":230034,"msg":"x"}`, ops.Invalid, "no such account"},
		{400, asJSON, `{"code":99992351,"msg":"x"}`, ops.Invalid, "no such account"},
		{400, asJSON, `{"code":230099,"msg":"ErrCode: 200621; x"}`, ops.Internal, "200621"},
		{200, asJSON, `{"code":10014,"msg":"app secret invalid"}`, ops.Denied, "orderly check"},
		{500, "text/html", `<html>Server Error</html>`, ops.Unavailable, "does not answer"},
		{502, asJSON, `{"code":1,"msg":"bad gateway"}`, ops.Unavailable, "does not answer"},
		{200, asJSON, `nonsense`, ops.Unavailable, "does not answer"},
		{200, asJSON, `{"code":0,"data":[]}`, ops.Unavailable, "does not answer"},
	} {
		_, err := answering(t, c.status, c.kind, c.body).Post(t.Context(), chat.Post{To: chat.Place{Channel: "oc_1"}, Key: "k", Content: saying("x")})
		if text := ops.TextOf(err); ops.CodeOf(err) != c.code || !strings.Contains(text.En, c.says) || text.Zh == "" {
			t.Errorf("%d %s: %v %v", c.status, c.body, ops.CodeOf(err), err)
		}
		if err != nil && strings.Contains(err.Error(), "secret-canary") {
			t.Errorf("a secret shows: %v", err)
		}
	}
}

// TestLarkIsAskedLessOften: when it says so, with 429 or with 400, and for as long as it says.
func TestLarkIsAskedLessOften(t *testing.T) {
	const asJSON, reset = "application/json", "x-ogw-ratelimit-reset"
	for _, c := range []struct {
		status int
		body   string
		header []string
		wait   time.Duration
	}{
		{429, `{"code":99991400,"msg":"x"}`, []string{reset, "7"}, 7 * time.Second},
		{400, `{"code":99991400,"msg":"x"}`, []string{reset, "3"}, 3 * time.Second},
		{400, `{"code":99991400,"msg":"x"}`, nil, time.Second},
		{400, `{"code":230020,"msg":"x"}`, nil, time.Second},
		{400, `{"code":11232,"msg":"x"}`, []string{reset, "soon"}, time.Second},
	} {
		began := time.Now()
		err := answering(t, c.status, asJSON, c.body, c.header...).Edit(t.Context(), chat.Message{Channel: "oc_1", ID: "om_1"}, saying("x"))
		var busy chat.Busy
		if !errors.As(err, &busy) || busy.Until.Sub(began) < c.wait || busy.Until.Sub(began) > c.wait+5*time.Second {
			t.Errorf("%d %s %v: %v", c.status, c.body, c.header, err)
		}
	}
}

// TestTheOutboxKeepsToTheLimitsOfLark: five edits of one message and five messages in one chat a second.
func TestTheOutboxKeepsToTheLimitsOfLark(t *testing.T) {
	s := larktest.New(t)
	c, room := clientIn(s, nil), s.Chat("room")
	box := chat.NewOutbox(c, 200*time.Millisecond)
	m, err := box.Post(t.Context(), chat.Post{To: chat.Place{Channel: room.ID()}, Key: "k", Content: saying("0")})
	if err != nil {
		t.Fatal(err)
	}
	s.LimitRates()
	done := make(chan error)
	const edits, more = 40, 7
	for n := range edits {
		go func() { done <- box.Edit(context.Background(), m, saying(fmt.Sprint("edit ", n))) }()
	}
	for n := range more {
		go func() {
			_, err := box.Post(context.Background(), chat.Post{To: chat.Place{Channel: room.ID()}, Key: fmt.Sprint("k", n), Content: saying(fmt.Sprint("more ", n))})
			done <- err
		}()
	}
	for range edits + more {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if err := box.Edit(t.Context(), m, saying("the end")); err != nil {
		t.Error(err)
	}
	if shown := room.Draw(); !strings.Contains(shown, "the end") || len(room.Messages()) != 1+more {
		t.Errorf("%s", shown)
	}
	if refused := refusals(s, "im.message.patch"); refused > 2 {
		t.Errorf("%d edits were refused", refused)
	}
}

func refusals(s *larktest.Server, method string) int {
	n := 0
	for _, c := range s.Calls(method) {
		if c.Code != 0 {
			n++
		}
	}
	return n
}
