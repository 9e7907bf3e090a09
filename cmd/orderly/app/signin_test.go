//go:build e2e

package app_test

import (
	"html"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/oauth2-proxy/mockoidc"

	"orderly.example/bot"
	"orderly.example/bot/signin"
	"orderly.example/cmd/orderly/app"
)

const signInPeople = `people:
  - {id: ann, groups: [shop]}
  - {id: dora, name: Dora, lang: en, email: dora@example.com, groups: [shop, dev]}
`

// TestAStrangerSignsIn: the bot sends them a link once and directly, they sign in and agree, and from then on they are known,
// also after a restart.
func TestAStrangerSignsIn(t *testing.T) {
	t.Parallel()
	provider, err := mockoidc.Run()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = provider.Shutdown() })
	at := freeAddress(t)
	dir := t.TempDir()
	options := func(o *app.Options) {
		o.Listen, o.PublicURL, o.DataDir = at, "http://"+at, dir
		o.People = bot.FromText(signInPeople, "people.yaml")
		o.SignIn = &signin.Config{Issuer: provider.Issuer(), ClientID: provider.ClientID, ClientSecret: provider.ClientSecret, Claim: "email", PublicURL: "http://" + at}
	}
	w := inSlack(t, options)
	room, dora := w.Channel("room"), w.Person("U09DORA")
	for range 2 {
		dora.Says(room, "@orderly status shop.cart.api@idc1:prod")
	}
	w.shows(room, "I have sent you a link")
	shown := w.shows(dora.DM(), "Sign in here")
	if n := strings.Count(shown, "Sign in here"); n != 1 || strings.Contains(room.Draw(), "/signin?t=") {
		t.Errorf("%d links, or one for everybody to read:\n%s\n%s", n, shown, room.Draw())
	}
	provider.QueueUser(&mockoidc.MockUser{Subject: "1", Email: "dora@example.com", EmailVerified: true})
	agree(t, html.UnescapeString(regexp.MustCompile(`http://\S+/signin\?t=[\w.-]+`).FindString(shown)))
	w.shows(dora.DM(), "now belongs to dora")
	dora.Says(room, "@orderly status shop.cart.api@idc1:prod")
	w.shows(room, "asked by Dora (dora) on slack")
	w.shows(room, ": succeeded*")
	if s := w.status(changeIn(t, room)); s.Request.By.LinkedBy != "oidc" {
		t.Errorf("the policy sees %q", s.Request.By.LinkedBy)
	}

	w.stop()
	w.start(dir, options)
	again := w.Channel("again")
	dora.Says(again, "@orderly status shop.cart.api@idc1:prod")
	w.shows(again, "asked by Dora (dora) on slack")
}

// agree goes through the sign-in as a browser does.
func agree(t *testing.T, link string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &http.Client{Jar: jar}
	page := body(t)(b.Get(link))
	m := regexp.MustCompile(`name="consent" value="([^"]+)"`).FindStringSubmatch(page)
	if m == nil || !strings.Contains(page, "U09DORA") {
		t.Fatalf("behind %s:\n%s", link, page)
	}
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	if done := body(t)(b.PostForm("http://"+u.Host+signin.Path+"/link", url.Values{"consent": {html.UnescapeString(m[1])}})); !strings.Contains(done, "now belongs to") {
		t.Fatalf("after the agreement:\n%s", done)
	}
}

func body(t *testing.T) func(*http.Response, error) string {
	return func(r *http.Response, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Body.Close() }()
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
}

// freeAddress is one that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
