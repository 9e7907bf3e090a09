package jenkinstest

import (
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

// User and Token are accepted by a Server.
const (
	User  = "orderly"
	Token = "11-the-right-one"
)

// Server is a Jenkins.
type Server struct {
	*httptest.Server
	faulttest.Queue
	Handles func(http.Handler) http.Handler
	Crumbs  bool           // it wants one, as it does of who signs in by a password
	Reads   bool           // the user may only read
	Busy    bool           // what is queued stays there until Work
	Plain   bool           // the plugin that knows stages is not installed
	Started func(b *Build) // is told of every build that begins, with the Server locked

	Answered func(b *Build) // is told of every build whose input is answered, with the Server locked

	mu     sync.Mutex
	jobs   map[string]*Job
	queue  []*item
	ids    int64
	crumb  int
	ledger []string
}

// New starts a Jenkins that ends with the test.
func New(t testing.TB) *Server {
	s := &Server{jobs: map[string]*Job{}, ids: 100}
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

func (s *Server) wrote(format string, args ...any) {
	s.ledger = append(s.ledger, fmt.Sprintf(format, args...))
}

// Job is a job.
type Job struct {
	Name     string              // with its folders
	Declares map[string][]string // parameters, with their choices; nil: any text
	Disabled bool
	Stages   []string // of a new build, the first of which runs

	server *Server
	builds []*Build
}

// Job makes a job that declares parameters.
func (s *Server) Job(name string, parameters ...string) *Job {
	s.mu.Lock()
	defer s.mu.Unlock()
	j := &Job{Name: name, server: s, Declares: map[string][]string{}, Stages: []string{"Prepare", "Deploy"}}
	for _, p := range parameters {
		j.Declares[p] = nil
	}
	s.jobs[name] = j
	return j
}

// Builds are those that have begun.
func (j *Job) Builds() []*Build {
	j.server.mu.Lock()
	defer j.server.mu.Unlock()
	return slices.Clone(j.builds)
}

func (j *Job) path() string { return "/job/" + strings.ReplaceAll(j.Name, "/", "/job/") }

func (j *Job) url() string { return j.server.URL + j.path() + "/" }

// item waits in the queue.
type item struct {
	id         int64
	job        *Job
	parameters map[string]string
}

// Queued is how much waits in the queue.
func (s *Server) Queued() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue)
}

// Work has everything in the queue begin.
func (s *Server) Work() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.work()
}

// Clear empties the queue, as a person may.
func (s *Server) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = nil
}

func (s *Server) work() {
	for _, i := range s.queue {
		s.begin(i)
	}
	s.queue = nil
}

func (s *Server) begin(i *item) *Build {
	b := &Build{Number: int64(len(i.job.builds) + 1), Parameters: i.parameters, Building: true, job: i.job, queueID: i.id, began: time.Now()}
	for n, name := range i.job.Stages {
		b.stages = append(b.stages, &stage{name, map[bool]string{true: "IN_PROGRESS", false: "NOT_EXECUTED"}[n == 0]})
	}
	b.Log = "Started by user orderly\n"
	i.job.builds = append(i.job.builds, b)
	if s.Started != nil {
		s.Started(b)
	}
	return b
}
