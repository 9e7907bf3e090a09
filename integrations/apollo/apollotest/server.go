package apollotest

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"orderly.example/deploy/parts/faulttest"
)

// The credentials that a Server takes.
const (
	Token     = "consumer-token"
	Operator  = "apollo"
	Publisher = "apollo-second"
)

// Server is a portal.
type Server struct {
	*httptest.Server
	faulttest.Queue
	t        testing.TB
	mu       sync.Mutex
	spaces   map[string]*Space
	Users    []string // who may be an operator
	Lock     bool     // namespace.lock.switch: nobody publishes what they edited
	Handles  func(http.Handler) http.Handler
	releases int64
	ledger   []string
	clock    time.Time
}

// Space is a namespace in one cluster of one environment.
type Space struct {
	Env, App, Cluster, Name string

	items    []*entry // in their order
	releases []*Release
	editor   string           // who holds the lock
	Clients  map[string]int64 // instances by address: the release they have
	Deaf     map[string]bool  // instances that receive nothing any more
	slow     bool             // instances receive by Slowly
	branch   *Space           // its gray release
	gone     bool             // it was a branch, and is merged or abandoned
	IPs      []string         // of a branch: who gets it
}

type entry struct {
	key, value, comment, by string
	at                      time.Time
}

// Release is something published.
type Release struct {
	ID             int64
	Name, Comment  string
	By             string
	At             time.Time
	Configurations map[string]string
}

// New starts a portal that ends with the test.
func New(t testing.TB) *Server {
	s := &Server{t: t, spaces: map[string]*Space{}, Users: []string{Operator, Publisher}, clock: time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

// Space makes a namespace with values that are published already, and two instances that have them.
func (s *Server) Space(env, app, name string, values map[string]string) *Space {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := &Space{Env: env, App: app, Cluster: "default", Name: name, Clients: map[string]int64{}, Deaf: map[string]bool{}}
	for _, k := range slices.Sorted(maps.Keys(values)) {
		n.items = append(n.items, &entry{key: k, value: values[k], by: Operator, at: s.tick()})
	}
	s.spaces[n.path()] = n
	if len(values) > 0 {
		s.release(n, "first", "", Operator)
	}
	for _, ip := range []string{"10.0.0.1", "10.0.0.2"} {
		n.Clients[ip] = s.releases
	}
	return n
}

// Edit changes a key behind the program's back; an empty value removes it.
func (s *Server) Edit(n *Space, by, key, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if value == "" {
		n.remove(key)
		return
	}
	s.put(n, key, value, "", by)
}

// Publish publishes behind the program's back.
func (s *Server) Publish(n *Space, title string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.release(n, title, "", "eve")
}

// Values are what is edited now.
func (s *Server) Values(n *Space) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return n.values()
}

// Published is what instances get.
func (s *Server) Published(n *Space) Release {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := n.latest(); r != nil {
		return *r
	}
	return Release{}
}

// Written are the writes that had an effect.
func (s *Server) Written() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ledger)
}

func (s *Server) tick() time.Time {
	s.clock = s.clock.Add(time.Second)
	return s.clock
}

func (n *Space) path() string { return strings.Join([]string{n.Env, n.App, n.Cluster, n.Name}, "/") }

func (n *Space) find(key string) *entry {
	for _, e := range n.items {
		if e.key == key {
			return e
		}
	}
	return nil
}

func (n *Space) values() map[string]string {
	out := map[string]string{}
	for _, e := range n.items {
		out[e.key] = e.value
	}
	return out
}

func (n *Space) latest() *Release {
	if len(n.releases) == 0 {
		return nil
	}
	return n.releases[len(n.releases)-1]
}

func (s *Server) put(n *Space, key, value, comment, by string) {
	e := n.find(key)
	if e == nil {
		e = &entry{key: key}
		n.items = append(n.items, e)
	}
	e.value, e.comment, e.by, e.at = value, comment, by, s.tick()
}

func (n *Space) remove(key string) {
	n.items = slices.DeleteFunc(n.items, func(e *entry) bool { return e.key == key })
}

// release publishes, and everybody who listens receives it at once.
func (s *Server) release(n *Space, title, comment, by string) *Release {
	s.releases++
	r := &Release{ID: s.releases, Name: title, Comment: comment, By: by, At: s.tick(), Configurations: n.values()}
	n.releases = append(n.releases, r)
	n.editor = ""
	if !n.slow {
		n.deliver(len(n.Clients))
	}
	return r
}

// deliver brings the latest release to some of the instances that listen and lack it.
func (n *Space) deliver(most int) {
	last := n.latest()
	for ip, has := range n.Clients {
		if most > 0 && last != nil && has != last.ID && !n.Deaf[ip] && !n.branch.serves(ip) {
			n.Clients[ip] = last.ID
			most--
		}
	}
}

// Slowly has instances receive what is published only so many in a second, until stop is called.
func (s *Server) Slowly(n *Space, perSecond int) (stop func()) {
	const steps = 10
	done, over := make(chan struct{}), make(chan struct{})
	s.mu.Lock()
	n.slow = true
	s.mu.Unlock()
	go func() {
		defer close(over)
		tick := time.NewTicker(time.Second / steps)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				s.mu.Lock()
				n.deliver(perSecond / steps)
				s.mu.Unlock()
			}
		}
	}()
	return func() { close(done); <-over }
}

func (s *Server) write(format string, args ...any) {
	s.ledger = append(s.ledger, fmt.Sprintf(format, args...))
}
