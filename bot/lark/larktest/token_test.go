package larktest_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"orderly.example/bot/lark/larktest"
)

// ask asks for a token without the client.
func ask(t *testing.T, s *larktest.Server, id, secret string) (token string, expire, code int) {
	t.Helper()
	body, _ := json.Marshal(object{"app_id": id, "app_secret": secret})
	r, err := http.Post(s.API()+"/open-apis/auth/v3/tenant_access_token/internal", "application/json", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var answer struct {
		Code   int
		Expire int
		Token  string `json:"tenant_access_token"`
	}
	if err := json.NewDecoder(r.Body).Decode(&answer); err != nil || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		t.Fatal(err, r.Header)
	}
	return answer.Token, answer.Expire, answer.Code
}

// info calls a method with a token.
func info(t *testing.T, s *larktest.Server, authorization string) int {
	t.Helper()
	q, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, s.API()+"/open-apis/bot/v3/info", nil)
	q.Header.Set("Authorization", authorization)
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var answer struct{ Code int }
	if err := json.NewDecoder(r.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer.Code
}

func TestTokensAreGivenAndEnd(t *testing.T) {
	s := larktest.New(t)
	if _, _, code := ask(t, s, s.AppID, "wrong"); code != 10014 {
		t.Error(code)
	}
	if _, _, code := ask(t, s, larktest.New(t).AppID, s.AppSecret); code != 10003 {
		t.Error("the app ID of another server:", code)
	}
	one, expire, _ := ask(t, s, s.AppID, s.AppSecret)
	if again, _, _ := ask(t, s, s.AppID, s.AppSecret); again != one || expire < 7190 || expire > 7200 {
		t.Error(one, again, expire)
	}
	s.Advance(91 * time.Minute)
	two, _, _ := ask(t, s, s.AppID, s.AppSecret)
	if two == one || info(t, s, "Bearer "+one) != 0 || info(t, s, "Bearer "+two) != 0 {
		t.Error("both are good in the last half hour of the first", one, two)
	}
	s.Advance(30 * time.Minute)
	for authorization, want := range map[string]int{
		"Bearer " + one: 99991663, "Bearer " + two: 0, "": 99991661, "Bearer x": 99991671, "Bearer t-none": 99991663,
	} {
		if got := info(t, s, authorization); got != want {
			t.Errorf("%q: %d", authorization, got)
		}
	}
}

// TestTheClientKeepsARevokedToken: it asks again with the same token, until somebody throws that away.
func TestTheClientKeepsARevokedToken(t *testing.T) {
	s := larktest.New(t)
	c, ops := connect(s), s.Chat("ops")
	c.say(t, ops, "one")
	s.RevokeTokens()
	if _, err := c.create(t, "chat_id", ops.ID(), "text", text("two"), ""); code(err) != 99991663 {
		t.Error(err)
	}
	if all := s.Calls("im.message.create"); len(all) != 3 || all[1].Code != 99991663 || all[2].Code != 99991663 || len(s.Calls("auth.tenant_access_token.internal")) != 1 {
		t.Errorf("%+v", all)
	}
	c.tokens.clear()
	c.say(t, ops, "three")
}

func TestScopesAreMissedByName(t *testing.T) {
	s := larktest.New(t)
	c, ops := connect(s), s.Chat("ops")
	s.Scopes("im:chat:readonly")
	_, err := c.create(t, "chat_id", ops.ID(), "text", text("x"), "")
	var r *refused
	if !errors.As(err, &r) || r.Code != 99991672 || len(r.Err.PermissionViolations) != 2 || r.Err.PermissionViolations[1].Subject != "im:message:send_as_bot" ||
		!strings.Contains(r.Msg, "[im:message, im:message:send_as_bot]") {
		t.Errorf("%+v", err)
	}
	s.Scopes("im:message")
	c.say(t, ops, "x")
	if all := s.Calls("im.message.create"); len(all) != 2 || all[0].Code != 99991672 || all[1].Args["receive_id"] != "oc_ops" || all[1].Args["Authorization"] != "" {
		t.Errorf("%+v", all)
	}
}
