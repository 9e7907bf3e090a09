package signin

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"orderly.example/bot"
	"orderly.example/ops"
)

// Config is what it takes to sign people in.
type Config struct {
	Issuer       string // of the OpenID provider
	ClientID     string
	ClientSecret string
	Claim        string // which claim says who it is: email, or another one that is compared with the account "oidc" of the people file
	PublicURL    string // where people reach us; the provider sends them back to its /signin/callback
	HTTPClient   *http.Client
	Clock        func() time.Time
}

// Book keeps which accounts were linked. The workflows package implements it.
type Book interface {
	// Link gives an account to a person, unless it belongs to another one.
	Link(ctx context.Context, l ops.AccountLink) error
	// Links are all that were given.
	Links(ctx context.Context) ([]ops.AccountLink, error)
}

// Desk links accounts to people by the company's sign-in.
type Desk struct {
	Config
	Identities *bot.Identities
	Book       Book
	Linked     func(ops.AccountLink) // is told of each new link; may be nil
	Logger     *slog.Logger

	invite, visit, agree sealer

	mu       sync.Mutex
	provider *provider
	learned  time.Time
	sent     map[account]time.Time
}

// account is an account of a surface, and what the bot has sent it a link for.
type account struct {
	Surface string `json:"s"`
	Account string `json:"a"`
}

const (
	inviteTime = 15 * time.Minute // how long a link counts
	visitTime  = 10 * time.Minute // how long a person may take at the provider
	learnEvery = 2 * time.Second  // how often the book is read at most because of an unknown account
)

// New makes a Desk. The provider is reached when somebody signs in.
func New(c Config, i *bot.Identities, b Book, l *slog.Logger) (*Desk, error) {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.HTTPClient == nil {
		c.HTTPClient = &http.Client{Timeout: 10 * time.Second}
	}
	c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	d := &Desk{Config: c, Identities: i, Book: b, Logger: l, sent: map[account]time.Time{}}
	for purpose, s := range map[string]*sealer{"invite": &d.invite, "visit": &d.visit, "agree": &d.agree} {
		var err error
		if *s, err = newSealer(c.ClientSecret, purpose, c.Clock); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Find is the person who has linked an account, also when another process took the link.
func (d *Desk) Find(ctx context.Context, surface, id string) (ops.User, bool, error) {
	if err := d.learn(ctx); err != nil {
		return ops.User{}, false, err
	}
	u, ok := d.Identities.ByAccount(surface, id)
	return u, ok, nil
}

// learn reads the book, if that was not done a moment ago.
func (d *Desk) learn(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.Clock().Sub(d.learned) < learnEvery {
		return nil
	}
	all, err := d.Book.Links(ctx)
	if err != nil {
		return err
	}
	d.Identities.Learn(all)
	d.learned = d.Clock()
	return nil
}

// Invite sends a link to an account that belongs to nobody, once while it counts.
func (d *Desk) Invite(surface, id string, send func(link string) error) error {
	a := account{surface, id}
	if !d.reserve(a) {
		return nil
	}
	err := send(d.PublicURL + Path + "?t=" + d.invite.seal(a, inviteTime))
	if err != nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.sent, a)
	}
	return err
}

// reserve notes that an account gets a link, unless one that counts was sent already. What is over is forgotten.
func (d *Desk) reserve(a account) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	maps.DeleteFunc(d.sent, func(_ account, at time.Time) bool { return d.Clock().Sub(at) >= inviteTime })
	if _, ok := d.sent[a]; ok {
		return false
	}
	d.sent[a] = d.Clock()
	return true
}
