// Package machinestest is a service for machines in memory, as machines describes it, that can fail.
package machinestest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"orderly.example/activities"
	"orderly.example/deploy/parts/faulttest"
)

// Token is what a Server takes.
const Token = "machines-token"

// Server is the service.
type Server struct {
	*httptest.Server
	faulttest.Queue
	mu     sync.Mutex
	groups map[string]*activities.Group
	made   int
	ledger []string
}

// New starts one that ends with the test.
func New(t testing.TB) *Server {
	s := &Server{groups: map[string]*activities.Group{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

// Put makes a group of so many machines.
func (s *Server) Put(name string, size, least, most int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := &activities.Group{Min: least, Max: most}
	s.groups[name] = g
	s.grow(g, size)
}

func (s *Server) grow(g *activities.Group, size int) {
	for ; g.Wanted < size; g.Wanted++ {
		s.made++
		g.Members = append(g.Members, activities.Member{ID: fmt.Sprintf("m-%d", s.made), Name: fmt.Sprintf("node-%d", s.made), IP: fmt.Sprintf("10.9.0.%d", s.made), State: activities.MemberServing})
	}
}

// Written are the writes that had an effect.
func (s *Server) Written() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ledger)
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.Serve(w, r, http.HandlerFunc(s.answer), func(kind faulttest.Fault) {
		switch kind {
		case faulttest.Unavailable:
			say(w, http.StatusServiceUnavailable, map[string]any{})
		case faulttest.Limited:
			say(w, http.StatusTooManyRequests, map[string]any{})
		default:
			say(w, http.StatusConflict, map[string]any{"message": "somebody else"})
		}
	})
}

func say(w http.ResponseWriter, status int, v any) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client has gone
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if r.Header.Get("Authorization") != "Bearer "+Token {
		say(w, http.StatusUnauthorized, map[string]any{})
		return
	}
	if len(parts) < 2 || parts[0] != "groups" || s.groups[parts[1]] == nil {
		say(w, http.StatusNotFound, map[string]any{})
		return
	}
	g := s.groups[parts[1]]
	switch {
	case r.Method == http.MethodGet && len(parts) == 2:
		say(w, http.StatusOK, g)
	case r.Method == http.MethodPut && len(parts) == 2:
		s.resize(w, r, parts[1], g)
	case r.Method == http.MethodDelete && len(parts) == 4:
		s.leave(w, r, parts[3], g)
	default:
		say(w, http.StatusMethodNotAllowed, map[string]any{"message": "no such request"})
	}
}

func (s *Server) resize(w http.ResponseWriter, r *http.Request, name string, g *activities.Group) {
	var in struct {
		Wanted, From int
		DryRun       bool `json:"dry_run"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		say(w, http.StatusBadRequest, map[string]any{"message": err.Error()})
		return
	}
	switch {
	case g.Wanted == in.Wanted:
		say(w, http.StatusOK, map[string]any{"changed": false})
		return
	case g.Wanted != in.From:
		say(w, http.StatusConflict, map[string]any{"message": fmt.Sprintf("it has %d", g.Wanted)})
		return
	case in.Wanted < g.Min || in.Wanted > g.Max:
		say(w, http.StatusForbidden, map[string]any{"message": fmt.Sprintf("%d to %d", g.Min, g.Max)})
		return
	}
	if !in.DryRun {
		s.ledger = append(s.ledger, fmt.Sprintf("resize %s %d->%d", name, g.Wanted, in.Wanted))
		s.grow(g, in.Wanted)
		for ; g.Wanted > in.Wanted; g.Wanted-- {
			g.Members = g.Members[:len(g.Members)-1]
		}
	}
	say(w, http.StatusOK, map[string]any{"changed": true})
}

func (s *Server) leave(w http.ResponseWriter, r *http.Request, id string, g *activities.Group) {
	i := slices.IndexFunc(g.Members, func(m activities.Member) bool { return m.ID == id })
	switch dry, _ := strconv.ParseBool(r.URL.Query().Get("dry_run")); {
	case i < 0:
		say(w, http.StatusNotFound, map[string]any{})
		return
	case g.Wanted <= g.Min:
		say(w, http.StatusForbidden, map[string]any{"message": fmt.Sprintf("at least %d", g.Min)})
		return
	case !dry:
		g.Members, g.Wanted = slices.Delete(g.Members, i, i+1), g.Wanted-1
		s.ledger = append(s.ledger, "leave "+id)
	}
	w.WriteHeader(http.StatusNoContent)
}
