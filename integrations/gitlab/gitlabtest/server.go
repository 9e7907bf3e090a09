package gitlabtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"orderly.example/deploy/parts/faulttest"
)

// Token is one that a Server takes, with every right.
const Token = "glpat-the-right-one"

// Roles of a token's user in a project, as GitLab counts them.
const (
	Reporter   = 20
	Developer  = 30
	Maintainer = 40
)

// Server is a GitLab.
type Server struct {
	*httptest.Server
	faulttest.Queue
	Handles    func(http.Handler) http.Handler
	Tokens     map[string][]string // scopes by token
	RetryAfter string              // what it says when it is asked too often
	Started    func(p *Pipeline)   // is told of every pipeline that was started, with the Server locked

	KeepsDeleted bool // a project that is deleted stays for a while, marked

	mu       sync.Mutex
	projects map[string]*Project
	groups   map[string]int64
	ids      int64
	ledger   []string
	clock    time.Time
}

// New starts a GitLab that ends with the test.
func New(t testing.TB) *Server {
	s := &Server{projects: map[string]*Project{}, groups: map[string]int64{}, Tokens: map[string][]string{Token: {"api"}}, clock: time.Now().UTC().Add(-time.Hour).Truncate(time.Second)}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

// Written are the writes that had an effect.
func (s *Server) Written() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ledger)
}

// Project makes a project with files on its branch main.
func (s *Server) Project(name string, files map[string]string) *Project {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.project(name, files)
}

// Group makes a group.
func (s *Server) Group(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[name] = s.next()
}

// Find finds a project that the program has made; nil when there is none.
func (s *Server) Find(name string) *Project {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.projects[name]
}

func (s *Server) project(name string, files map[string]string) *Project {
	p := &Project{
		server: s, ID: s.next(), Name: name, Role: Maintainer, visibility: "private", MayMerge: Developer, commits: map[string]*commit{}, branches: map[string]string{}, tags: map[string]*tag{},
		Jobs: []Job{{Name: "build"}, {Name: "test"}},
	}
	s.projects[name] = p
	p.branches[mainBranch] = p.write(nil, files, "first", "ann").id
	return p
}

// next is a number that was not given before.
func (s *Server) next() int64 {
	s.ids++
	return s.ids
}

func (s *Server) tick() time.Time {
	s.clock = s.clock.Add(time.Second)
	return s.clock
}

func (s *Server) wrote(format string, args ...any) {
	s.ledger = append(s.ledger, fmt.Sprintf(format, args...))
}
