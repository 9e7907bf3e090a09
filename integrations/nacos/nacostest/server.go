package nacostest

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"orderly.example/deploy/parts/faulttest"
)

// Who may sign in.
const (
	User     = "orderly"
	Password = "nacos-password"
)

// Server is a Nacos.
type Server struct {
	*httptest.Server
	faulttest.Queue
	mu      sync.Mutex
	API     string // v3 or v1: what is served
	Version string // of a server that serves v1
	Tenants []string
	Handles func(http.Handler) http.Handler // nil: as it is
	items   map[string]*Item
	tokens  map[string]bool
	signed  int // how often somebody signed in
	serial  int64
	clock   time.Time
	ledger  []string
}

// Item is one dataId.
type Item struct {
	content, kind, app, desc, user string
	made, touched                  time.Time
	gone                           bool
	gray                           *gray
	history                        []past // the newest first

	Clients map[string]string // instances by address: the MD5 that they have
	Deaf    map[string]bool   // instances that receive nothing any more
}

type gray struct {
	content, app, user string
	ips                []string
}

// past is an entry of the history.
type past struct {
	id                         int64
	content, user, op, publish string
	at                         time.Time
}

// New starts a Nacos of a generation that ends with the test.
func New(t testing.TB, api string) *Server {
	s := &Server{API: api, Version: "2.4.3", Tenants: []string{"public", "prod"}, items: map[string]*Item{}, tokens: map[string]bool{}, clock: time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)}
	s.Is = func(r *http.Request, call string) bool { return s.nameOf(r) == call }
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func path(tenant, group, dataID string) string {
	return strings.Join([]string{tenant, group, dataID}, "/")
}

// Put publishes a text behind the program's back.
func (s *Server) Put(tenant, group, dataID, kind, content, by string) *Item {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.items[path(tenant, group, dataID)]
	if i == nil {
		i = &Item{kind: kind, desc: "of the shop", app: "cart", gone: true, Clients: map[string]string{}, Deaf: map[string]bool{}}
		s.items[path(tenant, group, dataID)] = i
	}
	s.publish(i, content, by)
	return i
}

// Delete removes a dataId behind the program's back.
func (s *Server) Delete(i *Item, by string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remember(i, "D", i.content, by)
	i.gone = true
}

// Join adds instances, which get what is for them.
func (s *Server) Join(i *Item, ips ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ip := range ips {
		i.Clients[ip] = ""
	}
	i.deliver()
}

// Content is the text of a dataId, and what else is kept with it.
func (s *Server) Content(i *Item) (content, desc, app string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return i.content, i.desc, i.app
}

// Gray is the gray release of a dataId; empty when there is none.
func (s *Server) Gray(i *Item) (content string, ips []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i.gray == nil {
		return "", nil
	}
	return i.gray.content, slices.Clone(i.gray.ips)
}

// SetGray makes a gray release behind the program's back.
func (s *Server) SetGray(i *Item, app, content string, ips ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i.gray = &gray{content: content, app: app, user: "eve", ips: ips}
	i.deliver()
}

// Expire makes every token worthless.
func (s *Server) Expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

// SignedIn is how often somebody signed in.
func (s *Server) SignedIn() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.signed
}

// Written are the writes that had an effect.
func (s *Server) Written() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ledger)
}

func (s *Server) write(format string, args ...any) {
	s.ledger = append(s.ledger, fmt.Sprintf(format, args...))
}

func (s *Server) tick() time.Time {
	s.clock = s.clock.Add(time.Second)
	return s.clock
}

// MD5 is how a text is told from another.
func MD5(text string) string {
	sum := md5.Sum([]byte(text)) //nolint:gosec // the server's own choice
	return hex.EncodeToString(sum[:])
}

// publish makes a text that of all. The history gets what was there before; of the first one, what there is now.
func (s *Server) publish(i *Item, content, by string) {
	if i.gone {
		s.remember(i, "I", content, by)
		i.made = s.clock
	} else {
		s.remember(i, "U", i.content, by)
	}
	i.content, i.user, i.gone, i.touched = content, by, false, s.clock
	i.deliver()
}

func (s *Server) remember(i *Item, op, content, by string) {
	s.serial++
	i.history = slices.Insert(i.history, 0, past{id: s.serial, content: content, user: by, op: fmt.Sprintf("%-10s", op), publish: "formal", at: s.tick()})
}

// deliver has every instance that listens receive what is for it.
func (i *Item) deliver() {
	for ip := range i.Clients {
		switch {
		case i.Deaf[ip]:
		case i.gray != nil && slices.Contains(i.gray.ips, ip):
			i.Clients[ip] = MD5(i.gray.content)
		default:
			i.Clients[ip] = MD5(i.content)
		}
	}
}
