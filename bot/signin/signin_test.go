package signin

import (
	"context"
	"errors"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/oauth2-proxy/mockoidc"

	"orderly.example/bot"
	"orderly.example/ops"
)

const peopleFile = `people:
  - {id: ann, name: Ann Lee, lang: en, email: ann@example.com, groups: [shop]}
  - {id: chen, name: 陈, lang: zh, email: chen@example.com, accounts: {oidc: chen-at-work}}
`

// book keeps links in memory, as the workflow does.
type book struct {
	links []ops.AccountLink
	err   error
	reads int
}

func (b *book) Link(_ context.Context, l ops.AccountLink) error {
	for _, o := range b.links {
		if o.Account == l.Account && o.Person != l.Person {
			return ops.Errorf(ops.Conflict, "it belongs to %s already", "已属于 %s", o.Person)
		}
	}
	b.links = append(b.links, l)
	return b.err
}

func (b *book) Links(context.Context) ([]ops.AccountLink, error) {
	b.reads++
	return b.links, b.err
}

// company is a provider, a Desk and what people see of both.
type company struct {
	*Desk
	t        *testing.T
	provider *mockoidc.MockOIDC
	book     *book
	now      time.Time
}

func newCompany(t *testing.T, claim string) *company {
	t.Helper()
	c := &company{t: t, book: &book{}, now: time.Now()}
	var err error
	if c.provider, err = mockoidc.Run(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.provider.Shutdown() })
	people, err := bot.NewIdentities(bot.FromText(peopleFile, "people.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	config := Config{Issuer: c.provider.Issuer(), ClientID: c.provider.ClientID, ClientSecret: c.provider.ClientSecret, Claim: claim, PublicURL: server.URL + "/", Clock: func() time.Time { return c.now }}
	if c.Desk, err = New(config, people, c.book, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	handler = c.Handler()
	return c
}

// invitation is the link that the bot sends to an account.
func (c *company) invitation(id string) string {
	c.t.Helper()
	var link string
	if err := c.Invite("slack", id, func(l string) error { link = l; return nil }); err != nil || link == "" {
		c.t.Fatalf("no link: %v", err)
	}
	return link
}

// as lets the next who signs in be somebody.
func (c *company) as(email string, verified bool) {
	c.provider.QueueUser(&mockoidc.MockUser{Subject: "s-" + email, Email: email, EmailVerified: verified, PreferredUsername: "chen-at-work"})
}

// browser is somebody's browser.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}

func get(t *testing.T, b *http.Client, link string) (int, string) {
	t.Helper()
	r, err := b.Get(link)
	return read(t, r, err)
}

func post(t *testing.T, b *http.Client, link, consent string) (int, string) {
	t.Helper()
	r, err := b.PostForm(link, url.Values{"consent": {consent}})
	return read(t, r, err)
}

func read(t *testing.T, r *http.Response, err error) (int, string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if policy := r.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s is shown without protection: %v", r.Request.URL.Path, r.Header)
	}
	return r.StatusCode, html.UnescapeString(string(raw))
}

var consentField = regexp.MustCompile(`name="consent" value="([^"]+)"`)

func consentIn(t *testing.T, page string) string {
	t.Helper()
	m := consentField.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("the page asks for no agreement:\n%s", page)
	}
	return m[1]
}

// TestAnAccountIsLinkedBySigningIn: the page names account and person, and nothing is linked before they agree.
func TestAnAccountIsLinkedBySigningIn(t *testing.T) {
	c := newCompany(t, "email")
	var told []ops.AccountLink
	c.Linked = func(l ops.AccountLink) { told = append(told, l) }
	b := browser(t)
	c.as("Ann@Example.com", true)
	status, page := get(t, b, c.invitation("U1"))
	if status != http.StatusOK || !strings.Contains(page, "slack U1") || !strings.Contains(page, "Ann Lee") || !strings.Contains(page, "close the page") || len(c.book.links) != 0 {
		t.Fatalf("%d, links %v:\n%s", status, c.book.links, page)
	}
	status, page = post(t, b, c.PublicURL+Path+"/link", consentIn(t, page))
	if status != http.StatusOK || !strings.Contains(page, "now belongs to") || len(c.book.links) != 1 || len(told) != 1 || told[0].Person != "ann" {
		t.Fatalf("%d, links %v, told %v:\n%s", status, c.book.links, told, page)
	}
	u, ok := c.Identities.ByAccount("slack", "U1")
	if !ok || u.ID != "ann" || u.LinkedBy != "oidc" {
		t.Errorf("%+v %v", u, ok)
	}
	if account, ok := c.Identities.Account("slack", "ann"); !ok || account != "U1" {
		t.Errorf("a message cannot mention them: %q %v", account, ok)
	}
}

func TestAnotherClaimAndLanguage(t *testing.T) {
	c := newCompany(t, "preferred_username")
	c.as("somebody@example.com", false)
	if status, page := get(t, browser(t), c.invitation("U3")); status != http.StatusOK || !strings.Contains(page, "这是您的账号吗") || !strings.Contains(page, "陈") {
		t.Errorf("%d:\n%s", status, page)
	}
}

// TestWhoIsNotLinked: by an address that is not verified or unknown, by a link that was changed, is too old or is none, in
// a browser that did not open it, or when the account is somebody else's.
func TestWhoIsNotLinked(t *testing.T) {
	c := newCompany(t, "email")
	refused := func(what string, status int, page, want string) {
		t.Helper()
		if status != http.StatusForbidden || !strings.Contains(page, want) {
			t.Errorf("%s: %d:\n%s", what, status, page)
		}
	}
	c.as("ann@example.com", false)
	link := c.invitation("U1")
	status, page := get(t, browser(t), link)
	refused("an address that is not verified", status, page, `signed in as "ann@example.com"`)
	c.as("eve@example.com", true)
	status, page = get(t, browser(t), link)
	refused("an unknown address", status, page, "nobody in the people file")
	status, page = get(t, browser(t), strings.Replace(link, "?t=", "?t=A", 1))
	refused("a changed link", status, page, "not whole")
	status, page = get(t, browser(t), c.PublicURL+Path)
	refused("no link", status, page, "not whole")
	status, page = get(t, browser(t), c.PublicURL+Path+"/callback?code=x&state=y")
	refused("a browser that opened no link", status, page, "cookie")

	mallory := browser(t)
	c.as("ann@example.com", true)
	_, page = get(t, mallory, link)
	consent := consentIn(t, page)
	status, page = post(t, browser(t), c.PublicURL+Path+"/link", consent)
	refused("an agreement from another browser", status, page, "cookie")
	other := browser(t)
	c.as("chen@example.com", true)
	get(t, other, link)
	status, page = post(t, other, c.PublicURL+Path+"/link", consent)
	refused("an agreement of another visit", status, page, "did not succeed")
	if len(c.book.links) != 0 {
		t.Fatalf("something was linked: %v", c.book.links)
	}

	c.book.links = []ops.AccountLink{{Surface: "slack", Account: "U1", Person: "chen"}}
	status, page = post(t, mallory, c.PublicURL+Path+"/link", consent)
	refused("an account of somebody else", status, page, "belongs to chen already")
	c.now = c.now.Add(inviteTime + time.Second)
	status, page = get(t, browser(t), link)
	refused("an old link", status, page, "too old")
}

// TestTheWrongStateIsRefused: a callback that somebody else has begun.
func TestTheWrongStateIsRefused(t *testing.T) {
	c := newCompany(t, "email")
	b := browser(t)
	b.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasSuffix(r.URL.Path, "/callback") {
			q := r.URL.Query()
			q.Set("state", "another")
			r.URL.RawQuery = q.Encode()
		}
		return nil
	}
	c.as("ann@example.com", true)
	if status, page := get(t, b, c.invitation("U1")); status != http.StatusForbidden || !strings.Contains(page, "did not succeed") {
		t.Errorf("%d:\n%s", status, page)
	}
}

func TestTheProviderIsAway(t *testing.T) {
	c := newCompany(t, "email")
	link := c.invitation("U1")
	if err := c.provider.Shutdown(); err != nil {
		t.Fatal(err)
	}
	if status, page := get(t, browser(t), link); status != http.StatusServiceUnavailable || !strings.Contains(page, "does not answer") {
		t.Errorf("%d:\n%s", status, page)
	}
	if err := c.Check(t.Context()); ops.CodeOf(err) != ops.Unavailable {
		t.Errorf("the check says %v", err)
	}
}

// TestOneLinkAtATime: another one is sent when the first could not be, or counts no longer.
func TestOneLinkAtATime(t *testing.T) {
	c := newCompany(t, "email")
	sent := 0
	send := func(err error) func(string) error {
		return func(string) error { sent++; return err }
	}
	away := errors.New("away")
	if err := c.Invite("slack", "U1", send(away)); !errors.Is(err, away) {
		t.Errorf("the failure is not said: %v", err)
	}
	for range 3 {
		if err := c.Invite("slack", "U1", send(nil)); err != nil {
			t.Fatal(err)
		}
	}
	if sent != 2 {
		t.Errorf("sent %d times: once in vain, and once", sent)
	}
	c.now = c.now.Add(inviteTime)
	if err := c.Invite("slack", "U1", send(nil)); err != nil || sent != 3 {
		t.Errorf("after its time: sent %d times, %v", sent, err)
	}
}

// TestWhatAnotherProcessHasLinked is found, and the book is not read for every unknown message.
func TestWhatAnotherProcessHasLinked(t *testing.T) {
	c := newCompany(t, "email")
	c.book.links = []ops.AccountLink{{Surface: "lark", Account: "ou_1", Person: "ann"}}
	for range 5 {
		if u, ok, err := c.Find(t.Context(), "lark", "ou_1"); err != nil || !ok || u.ID != "ann" {
			t.Fatalf("%+v %v %v", u, ok, err)
		}
	}
	if c.book.reads != 1 {
		t.Errorf("the book was read %d times", c.book.reads)
	}
	c.book.err = ops.Errorf(ops.Unavailable, "away", "不可用")
	c.now = c.now.Add(learnEvery)
	if _, _, err := c.Find(t.Context(), "lark", "ou_2"); ops.CodeOf(err) != ops.Unavailable {
		t.Errorf("an engine that is away is no stranger: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	s, err := newSealer("secret", "test", time.Now)
	if err != nil {
		f.Fatal(err)
	}
	good := s.seal(account{"slack", "U1"}, time.Hour)
	f.Add(good)
	f.Add("a.b")
	f.Fuzz(func(t *testing.T, text string) {
		var a account
		if err := s.open(text, &a); err == nil && text != good {
			t.Errorf("%q was taken as %+v", text, a)
		}
	})
}
