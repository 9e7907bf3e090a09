package inventory

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
)

const asJSON = `{"services": [{"name": "shop.cart.api", "owner": "shop", "places": [
  {"target": "shop.cart.api@idc1/c1:prod", "namespace": "shop", "name": "cart-api"}]}]}`

// cmdb answers as it is told, and counts how often it sent everything.
type cmdb struct {
	*httptest.Server
	status int
	body   string
	etag   string
	sent   int
	tokens []string
}

func newCMDB(t *testing.T) *cmdb {
	c := &cmdb{status: http.StatusOK, body: asJSON}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.tokens = append(c.tokens, r.Header.Get("Authorization"))
		if c.etag != "" {
			w.Header().Set("ETag", c.etag)
			if r.Header.Get("If-None-Match") == c.etag {
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		w.WriteHeader(c.status)
		c.sent++
		_, _ = w.Write([]byte(c.body))
	}))
	t.Cleanup(c.Close)
	return c
}

func TestACMDBIsAsked(t *testing.T) {
	c := newCMDB(t)
	c.etag = `"1"`
	s := Web(c.URL+"/inventory?team=sre", "s3cret")
	for range 3 {
		services, err := s.Services(t.Context())
		if err != nil || len(services) != 1 || services[0].Places[0].Provider != "kubernetes" {
			t.Fatalf("%+v, %v", services, err)
		}
	}
	if c.sent != 1 || len(c.tokens) != 3 || c.tokens[2] != "Bearer s3cret" {
		t.Errorf("everything was sent %d times, tokens %v", c.sent, c.tokens)
	}
	c.etag, c.body = `"2"`, `{"services": []}`
	if services, err := s.Services(t.Context()); err != nil || len(services) != 0 {
		t.Errorf("after a change: %+v, %v", services, err)
	}
	if name := sourceName(s); strings.Contains(name, "team") || !strings.HasSuffix(name, "/inventory") {
		t.Errorf("it is called %s", name)
	}
}

func TestWhatACMDBMayAnswer(t *testing.T) {
	elsewhere := newCMDB(t)
	for name, tt := range map[string]struct {
		status int
		body   string
		code   ops.Code
		says   string
	}{
		"an error":        {500, "oops", ops.Unavailable, "check its address and token"},
		"no right":        {401, "", ops.Unavailable, "check its address and token"},
		"not an answer":   {200, "<html>", ops.Invalid, "must be the keys"},
		"an unknown key":  {200, "{\"services\": [\n{\"name\": \"a.b.c\", \"ownr\": \"x\"}]}", ops.Invalid, ":2: unknown key \"ownr\"; did you mean owner?"},
		"far too much":    {200, strings.Repeat(" ", maxFile+1), ops.Invalid, "larger than"},
		"sent elsewhere":  {302, "", ops.Unavailable, "check its address and token"},
		"a broken number": {200, `{"services": 5}`, ops.Invalid, "must be a list"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCMDB(t)
			c.status, c.body = tt.status, tt.body
			if tt.status == http.StatusFound {
				c.Config.Handler = http.RedirectHandler(elsewhere.URL, http.StatusFound)
			}
			_, err := Web(c.URL, "s3cret").Services(t.Context())
			text := ops.TextOf(err)
			if ops.CodeOf(err) != tt.code || !strings.Contains(text.En, tt.says) || text.Zh == "" {
				t.Errorf("got %s, %q", ops.CodeOf(err), text.En)
			}
			if strings.Contains(err.Error(), "s3cret") {
				t.Errorf("the token shows in %v", err)
			}
		})
	}
	if len(elsewhere.tokens) > 0 {
		t.Errorf("another host got the token: %v", elsewhere.tokens)
	}
}

func TestASlowCMDBIsAway(t *testing.T) {
	over := make(chan struct{})
	c := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	defer c.Close()
	defer close(over)
	w := Web(c.URL, "s3cret").(*web)
	w.client.Timeout = 20 * time.Millisecond
	if _, err := w.Services(t.Context()); ops.CodeOf(err) != ops.Unavailable {
		t.Errorf("got %v", err)
	}
}

// TestATokenStaysSecretOnTheWay: a redirect of the same host from https to http would send it for everybody to read.
func TestATokenStaysSecretOnTheWay(t *testing.T) {
	tls := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://"+r.Host+"/", http.StatusFound)
	}))
	defer tls.Close()
	plain := newCMDB(t)
	w := Web(tls.URL, "s3cret").(*web)
	w.client.Transport = downgraded{tls.Client().Transport, plain.URL}
	if _, err := w.Services(t.Context()); ops.CodeOf(err) != ops.Unavailable || len(plain.tokens) > 0 {
		t.Errorf("%v; sent in the clear: %d", err, len(plain.tokens))
	}
}

// downgraded carries what goes over http to a plain server, as if it stood at the same host.
type downgraded struct {
	http.RoundTripper
	plain string
}

func (d downgraded) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme == "http" {
		r = r.Clone(r.Context())
		r.URL.Host = strings.TrimPrefix(d.plain, "http://")
	}
	return d.RoundTripper.RoundTrip(r)
}
