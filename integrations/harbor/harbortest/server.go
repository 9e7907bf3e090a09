package harbortest

import (
	"crypto/sha256"
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

// Who may ask.
const (
	User     = "robot$orderly"
	Password = "harbor-secret"
)

// Server is a Harbor.
type Server struct {
	*httptest.Server
	faulttest.Queue
	Handles func(http.Handler) http.Handler // nil: as it is
	Clock   func() time.Time                // what time it is there

	mu       sync.Mutex
	projects []*project
	ids      int64
	ledger   []string
}

type project struct {
	id      int64
	name    string
	public  string
	scans   string // whether images are scanned when they are pushed
	storage int64
	made    time.Time
	marks   []map[string]any
	images  []*Image
}

// Image is an artifact with tags.
type Image struct {
	repository, digest string
	tags               []string
	pushed             time.Time

	Status string         // of its scan, in Harbor's words; empty: there was none
	Counts map[string]int // what the scan finds
	Looks  int            // how often one looks at a scan that runs until it is done
	Fails  bool           // its scans end in an error
	Silent bool           // its scans end without counts
}

// New starts a Harbor that ends with the test.
func New(t testing.TB) *Server {
	s := &Server{Clock: time.Now}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

// Host is how images of it begin.
func (s *Server) Host() string { return strings.TrimPrefix(s.URL, "http://") }

// Written are the writes that had an effect.
func (s *Server) Written() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ledger)
}

// Projects are the names of all projects, in the order in which they were made.
func (s *Server) Projects() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]string, len(s.projects))
	for i, p := range s.projects {
		out[i] = p.name
	}
	return out
}

// Found makes a project behind the program's back.
func (s *Server) Found(name string, made time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.found(name, made)
}

func (s *Server) found(name string, made time.Time) *project {
	s.ids++
	p := &project{id: s.ids, name: name, public: "false", storage: -1, made: made.UTC().Truncate(time.Millisecond)}
	s.projects = append(s.projects, p)
	return p
}

// Push pushes an image, such as shop/cart-api with the tag 1.4.3, whose project is there.
func (s *Server) Push(repository, tag string) *Image {
	s.mu.Lock()
	defer s.mu.Unlock()
	name, rest, _ := strings.Cut(repository, "/")
	sum := sha256.Sum256([]byte(repository + tag))
	i := &Image{repository: rest, digest: "sha256:" + hex.EncodeToString(sum[:]), tags: []string{tag}, pushed: s.Clock().UTC(), Counts: map[string]int{}}
	p := s.find(name)
	p.images = append(p.images, i)
	return i
}

// Digest is what the image is.
func (i *Image) Digest() string { return i.digest }

func (s *Server) find(name string) *project {
	for _, p := range s.projects {
		if p.name == name {
			return p
		}
	}
	return nil
}

func (p *project) repositories() int {
	var all []string
	for _, i := range p.images {
		if !slices.Contains(all, i.repository) {
			all = append(all, i.repository)
		}
	}
	return len(all)
}

func (s *Server) wrote(format string, args ...any) {
	s.ledger = append(s.ledger, fmt.Sprintf(format, args...))
}
