package registry

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"orderly.example/activities"
	"orderly.example/ops"
)

// guardedBy lets only requests with this header through to the registry.
func guardedBy(wanted, challenge string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Authorization") == wanted {
			return false
		}
		w.Header().Set("WWW-Authenticate", challenge)
		w.WriteHeader(http.StatusUnauthorized)
		return true
	}
}

const basic = "Basic dTpzM2NyZXQ=" // u:s3cret

func TestSignIn(t *testing.T) {
	f := newFake(t)
	want := f.push(t, "shop/cart-api", "1.4.3")
	var mu sync.Mutex
	var scopes []string
	exchange := func(w http.ResponseWriter, r *http.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		scopes = append(scopes, r.URL.Query().Get("scope"))
		if r.Header.Get("Authorization") != basic {
			w.WriteHeader(http.StatusUnauthorized)
			return true
		}
		_, _ = io.WriteString(w, `{"token": "t0ken"}`)
		return true
	}
	bearer := `Bearer realm="http://` + f.host + `/token",service="x"`
	_, port, _ := net.SplitHostPort(f.host)
	right, wrong := Credential{User: "u", Password: "s3cret"}, Credential{User: "u", Password: "s3cret2"}
	for name, tt := range map[string]struct {
		header, challenge string
		credential        Credential
		code              ops.Code
		says              string
	}{
		"a password":       {basic, `Basic realm="x"`, right, "", ""},
		"a wrong password": {basic, `Basic realm="x"`, wrong, ops.Denied, "check its credentials and their right to pull"},
		"no password":      {basic, `Basic realm="x"`, Credential{}, ops.Denied, "configure some for this host"},
		"a token":          {"Bearer s3cret", bearer, Credential{Token: "s3cret"}, "", ""},
		"by exchange":      {"Bearer t0ken", bearer, right, "", ""},
		"wrong exchange":   {"Bearer t0ken", bearer, wrong, ops.Denied, "check its credentials"},
		"somewhere else":   {"Bearer t0ken", `Bearer realm="http://localhost:` + port + `/token",service="x"`, right, ops.Invalid, "or where it signs in, speaks plain http"},
		"a local realm":    {"Bearer t0ken", `Bearer realm="http://169.254.169.254/token",service="x"`, right, ops.Unavailable, "not what a registry says"},
		"without exchange": {"Bearer t0ken", bearer, Credential{}, ops.Denied, "configure some for this host"},
	} {
		guard := guardedBy(tt.header, tt.challenge)
		f.stand(func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/token" {
				return exchange(w, r)
			}
			return guard(w, r)
		})
		c := Config{}
		if tt.credential != (Credential{}) {
			c.Credentials = map[string]Credential{f.host: tt.credential, "other.example": {Token: "s3cret"}}
		}
		got, err := client(t, c, f).Image(t.Context(), activities.ImageIn{Ref: f.host + "/shop/cart-api:1.4.3"})
		if tt.code != "" {
			mustRefuse(t, name, got, err, tt.code, tt.says)
		} else if err != nil || got.Digest != want {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
	if len(scopes) == 0 || strings.Contains(fmt.Sprint(scopes), "push") {
		t.Errorf("asked for %v; reading is enough", scopes)
	}
}

// TestAPasswordStaysWhereItBelongs: not to another host by redirect, and nowhere over plain http that is not allowed.
func TestAPasswordStaysWhereItBelongs(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	note := func(_ http.ResponseWriter, r *http.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		if a := r.Header.Get("Authorization"); a != "" {
			seen = append(seen, r.URL.Path+" "+a)
		}
		return false
	}
	elsewhere, f := newFake(t), newFake(t)
	elsewhere.push(t, "shop/cart-api", "1.4.3")
	elsewhere.stand(note)
	f.stand(func(w http.ResponseWriter, r *http.Request) bool {
		if guardedBy(basic, `Basic realm="x"`)(w, r) {
			return true
		}
		http.Redirect(w, r, "http://"+elsewhere.host+r.URL.Path, http.StatusTemporaryRedirect)
		return true
	})
	c := Config{Credentials: map[string]Credential{f.host: {User: "u", Password: "s3cret"}}}
	ref := f.host + "/shop/cart-api:1.4.3"
	if _, err := client(t, c, f, elsewhere).Image(t.Context(), activities.ImageIn{Ref: ref}); strings.Contains(fmt.Sprint(err), "s3cret") {
		t.Error(err)
	}
	f.stand(note)
	got, err := client(t, c).Image(t.Context(), activities.ImageIn{Ref: ref})
	mustRefuse(t, "plain http", got, err, ops.Invalid, "speaks plain http, which is not allowed")
	if len(f.heard()) > 0 || len(seen) > 0 {
		t.Errorf("in the clear: %v, %v", f.heard(), seen)
	}
}

func TestCertificates(t *testing.T) {
	s := httptest.NewUnstartedServer(nil)
	s.Config.ErrorLog = quiet()
	s.StartTLS()
	defer s.Close()
	host := strings.TrimPrefix(s.URL, "https://")
	got, err := client(t, Config{}).Image(t.Context(), activities.ImageIn{Ref: host + "/a:1"})
	mustRefuse(t, "an unknown authority", got, err, ops.Unavailable, "is not trusted; add its authority")
}
