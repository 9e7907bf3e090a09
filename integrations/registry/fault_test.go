package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// says answers every question about an image so.
func says(status int, body string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/v2/" {
			return false
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
		return true
	}
}

// refusal is a registry's body for one.
func refusal(code, message string) string {
	return fmt.Sprintf(`{"errors": [{"code": %q, "message": %q}]}`, code, message)
}

func TestFaults(t *testing.T) {
	elsewhere := newFake(t)
	for name, tt := range map[string]struct {
		before func(http.ResponseWriter, *http.Request) bool
		code   ops.Code
		says   string
	}{
		"away":               {says(503, ""), ops.Unavailable, "cannot answer now (503)"},
		"a defect":           {says(500, refusal("UNKNOWN", "oops")), ops.Unavailable, "cannot answer now (500)"},
		"asked too often":    {says(429, refusal("TOOMANYREQUESTS", "slow down")), ops.Unavailable, "asked too often"},
		"no right":           {says(403, refusal("DENIED", "no")), ops.Denied, "shows " + "%s/shop/cart-api to nobody without credentials"},
		"no credentials":     {says(401, refusal("UNAUTHORIZED", "who")), ops.Denied, "to nobody without credentials"},
		"a bad name":         {says(400, refusal("NAME_INVALID", "too\nlong")), ops.Invalid, "NAME_INVALID too long; check the reference"},
		"a page":             {says(200, "<html>sign in</html>"), ops.Unavailable, "not what a registry says"},
		"lost":               {lost, ops.Unavailable, "cannot be reached"},
		"half":               {half, ops.Unavailable, "cannot be reached"},
		"far too much":       {tooMuch, ops.Unavailable, "not what a registry says"},
		"away at the door":   {atTheDoor(503), ops.Unavailable, "cannot answer now (503)"},
		"denied at the door": {atTheDoor(403), ops.Denied, "to nobody without credentials"},
		"sent to a sign-in": {func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "http://"+elsewhere.host+"/login", http.StatusFound)
			return true
		}, ops.NotFound, ""},
	} {
		f := newFake(t)
		f.push(t, "shop/cart-api", "1.4.3")
		f.stand(tt.before)
		got, err := client(t, Config{}, f).Image(t.Context(), activities.ImageIn{Ref: f.host + "/shop/cart-api:1.4.3"})
		want := tt.says
		if strings.Contains(want, "%s") {
			want = fmt.Sprintf(want, f.host)
		}
		if name == "sent to a sign-in" { // which is another host, and that one is not allowed
			mustRefuse(t, name, got, err, ops.Invalid, "plain http")
			continue
		}
		mustRefuse(t, name, got, err, tt.code, want)
		if tt.code == ops.Unavailable && len(f.heard()) > 4 {
			t.Errorf("%s: asked again and again: %v", name, f.heard())
		}
	}
	if heard := elsewhere.heard(); len(heard) > 0 {
		t.Errorf("another host was asked: %v", heard)
	}
}

// lost takes the question and closes the connection.
func lost(_ http.ResponseWriter, r *http.Request) bool {
	if r.URL.Path == "/v2/" {
		return false
	}
	panic(http.ErrAbortHandler)
}

// half gives no digest for HEAD, and half of the manifest for GET.
func half(w http.ResponseWriter, r *http.Request) bool {
	if r.URL.Path == "/v2/" {
		return false
	}
	w.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
	w.Header().Set("Content-Length", "1000")
	if r.Method == http.MethodGet {
		_, _ = io.WriteString(w, `{"schemaVersion": 2`)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	return true
}

// tooMuch gives no digest for HEAD, and for GET a manifest without end.
func tooMuch(w http.ResponseWriter, r *http.Request) bool {
	if r.URL.Path == "/v2/" {
		return false
	}
	w.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
	if r.Method == http.MethodGet {
		endless(w, r)
	}
	return true
}

func endless(w http.ResponseWriter, r *http.Request) {
	block := []byte(strings.Repeat(" ", 64<<10))
	for r.Context().Err() == nil {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

func atTheDoor(status int) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(status)
		return true
	}
}

// TestWithoutHEAD: some registries, and proxies before them, answer HEAD badly.
func TestWithoutHEAD(t *testing.T) {
	f := newFake(t)
	want := f.push(t, "shop/cart-api", "1.4.3")
	for name, answer := range map[string]func(http.ResponseWriter){
		"not allowed": func(w http.ResponseWriter) { w.WriteHeader(http.StatusMethodNotAllowed) },
		"forbidden":   func(w http.ResponseWriter) { w.WriteHeader(http.StatusForbidden) },
		"not found":   func(w http.ResponseWriter) { w.WriteHeader(http.StatusNotFound) },
		"no digest":   func(w http.ResponseWriter) { w.Header().Set("Content-Type", "application/json") },
	} {
		f.stand(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodHead {
				answer(w)
			}
			return r.Method == http.MethodHead
		})
		got, err := client(t, Config{}, f).Image(t.Context(), activities.ImageIn{Ref: f.host + "/shop/cart-api:1.4.3"})
		if err != nil || got.Digest != want {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

// TestTagsThatCannotBeListed: then the miss is still a miss.
func TestTagsThatCannotBeListed(t *testing.T) {
	f := newFake(t)
	f.push(t, "shop/cart-api", "1.4.3")
	var pages atomic.Int32
	for name, answer := range map[string]http.HandlerFunc{
		"no right":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) },
		"away":        func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
		"broken":      func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") },
		"without end": endless,
		"elsewhere":   http.RedirectHandler("http://127.0.0.1:1/", http.StatusFound).ServeHTTP,
		"ever more": func(w http.ResponseWriter, r *http.Request) {
			tags := make([]string, 1000)
			for i := range tags {
				tags[i] = fmt.Sprintf("build-%d-%d", pages.Add(1), i)
			}
			w.Header().Set("Link", `</v2/shop/cart-api/tags/list?n=1000&last=x>; rel="next"`)
			_ = json.NewEncoder(w).Encode(map[string]any{"name": "shop/cart-api", "tags": tags})
		},
	} {
		f.stand(func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasSuffix(r.URL.Path, "/tags/list") {
				answer(w, r)
				return true
			}
			return false
		})
		got, err := client(t, Config{}, f).Image(t.Context(), activities.ImageIn{Ref: f.host + "/shop/cart-api:1.4.4"})
		mustRefuse(t, name, got, err, ops.NotFound, "has no tag 1.4.4; check the tag")
		if n := slices.DeleteFunc(f.heard(), func(s string) bool { return !strings.HasSuffix(s, "/tags/list") }); len(n) > maxTags/1000 {
			t.Errorf("%s: %d pages were read", name, len(n))
		}
	}
}

func TestNoAnswerInTime(t *testing.T) {
	f := newFake(t)
	over := make(chan struct{})
	f.stand(func(http.ResponseWriter, *http.Request) bool { <-over; return true })
	defer close(over)
	got, err := client(t, Config{Timeout: 50 * time.Millisecond}, f).Image(t.Context(), activities.ImageIn{Ref: f.host + "/a:1"})
	mustRefuse(t, "silence", got, err, ops.Unavailable, "did not answer within 50ms")
	ctx, cancel := context.WithCancel(t.Context())
	f.stand(func(http.ResponseWriter, *http.Request) bool { cancel(); <-over; return true })
	if _, err := client(t, Config{}, f).Image(ctx, activities.ImageIn{Ref: f.host + "/a:1"}); !errors.Is(err, context.Canceled) || ops.AsError(err) != nil {
		t.Errorf("taken back: %v", err)
	}
}

func TestNobodyThere(t *testing.T) {
	s := httptest.NewServer(nil)
	s.Close()
	host := strings.TrimPrefix(s.URL, "http://")
	for name, c := range map[string]Config{"https": {}, "http": {Insecure: []string{host}}} {
		got, err := client(t, c).Image(t.Context(), activities.ImageIn{Ref: host + "/a:1"})
		mustRefuse(t, name, got, err, ops.Unavailable, "cannot be reached")
	}
	got, err := client(t, Config{}).Image(t.Context(), activities.ImageIn{Ref: "registry.invalid/a:1"})
	mustRefuse(t, "no such name", got, err, ops.Unavailable, "cannot be reached")
}
