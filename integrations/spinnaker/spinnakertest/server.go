package spinnakertest

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"orderly.example/deploy/parts/faulttest"
)

// What a Server accepts: the token, or the user with the password.
const (
	Token    = "the-right-token"
	User     = "orderly"
	Password = "the-right-password"
)

// Server is a Gate.
type Server struct {
	*httptest.Server
	faulttest.Queue
	Handles func(http.Handler) http.Handler
	Reads   bool               // the user may only read
	Busy    bool               // what is started is buffered until Work
	Started func(e *Execution) // is told of every execution that begins, with the Server locked

	mu         sync.Mutex
	pipelines  map[string]*Pipeline // by application/name
	executions []*Execution
	clock      int64
	ledger     []string
}

// New starts a Gate that ends with the test.
func New(t testing.TB) *Server {
	s := &Server{pipelines: map[string]*Pipeline{}, clock: time.Now().UnixMilli()}
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

func (s *Server) tick() int64 {
	s.clock++
	return s.clock
}

// Pipeline is a pipeline.
type Pipeline struct {
	Application, Name string
	Disabled          bool
	Parameters        []Parameter
	Stages            []string // of a new execution, the first of which runs
}

// Parameter is one that a pipeline declares.
type Parameter struct {
	Name     string
	Required bool
	Options  []string
}

// Pipeline makes a pipeline.
func (s *Server) Pipeline(application, name string, parameters ...string) *Pipeline {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &Pipeline{Application: application, Name: name, Stages: []string{"Bake", "Deploy"}}
	for _, n := range parameters {
		p.Parameters = append(p.Parameters, Parameter{Name: n})
	}
	s.pipelines[application+"/"+name] = p
	return p
}

// Executions are all of them, in their order.
func (s *Server) Executions() []*Execution {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.executions)
}

// Work has everything begin that is buffered.
func (s *Server) Work() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.executions {
		if e.Status == "NOT_STARTED" {
			e.begin()
		}
	}
}

// Execution is one run of a pipeline.
type Execution struct {
	ID         string
	Status     string
	Parameters map[string]string
	Stubborn   bool // it ends only when it is cancelled by force
	Immortal   bool // nor then

	server       *Server
	pipeline     *Pipeline
	correlation  string
	built, began int64
	stages       []*stage
}

type stage struct {
	id, kind, name, status string
	context                map[string]any
}

func (s *Server) start(p *Pipeline, correlation string, parameters map[string]string) *Execution {
	e := &Execution{ID: fmt.Sprintf("01H%04d", len(s.executions)+1), Status: "NOT_STARTED", Parameters: parameters, server: s, pipeline: p, correlation: correlation, built: s.tick()}
	for n, name := range p.Stages {
		e.stages = append(e.stages, &stage{fmt.Sprint(e.ID, "-", n+1), "deployManifest", name, "NOT_STARTED", map[string]any{}})
	}
	s.executions = append(s.executions, e)
	if !s.Busy {
		e.begin()
	}
	return e
}

func (e *Execution) begin() {
	e.Status, e.began, e.stages[0].status = "RUNNING", e.server.tick(), "RUNNING"
	if e.server.Started != nil {
		e.server.Started(e)
	}
}

func (e *Execution) ended() bool {
	return !slices.Contains([]string{"NOT_STARTED", "RUNNING", "PAUSED", "SUSPENDED", "BUFFERED"}, e.Status)
}

// End ends an execution; a failed one says why.
func (e *Execution) End(status, why string) {
	e.server.mu.Lock()
	defer e.server.mu.Unlock()
	e.EndLocked(status, why)
}

// EndLocked is End for who is called with the Server locked.
func (e *Execution) EndLocked(status, why string) {
	e.Status = status
	for _, s := range e.stages {
		if s.status == "RUNNING" || status == "SUCCEEDED" {
			s.status = status
			if why != "" {
				s.context["exception"] = map[string]any{"details": map[string]any{"error": "Unexpected Task Failure", "errors": []string{why}}, "exceptionType": "X"}
			}
		}
	}
}

// Pause is what a person does in Spinnaker itself.
func (e *Execution) Pause() {
	e.server.mu.Lock()
	defer e.server.mu.Unlock()
	e.Status = "PAUSED"
}

// AskLocked has an execution wait for a judgment, which may have options, for who is called with the Server locked.
func (e *Execution) AskLocked(instructions string, options ...string) {
	inputs := []any{}
	for _, o := range options {
		inputs = append(inputs, map[string]any{"value": o})
	}
	e.stages = append(e.stages, &stage{fmt.Sprint(e.ID, "-ask", len(e.stages)), "manualJudgment", "Manual Judgment", "RUNNING", map[string]any{"instructions": instructions, "judgmentInputs": inputs}})
}

// Ask is AskLocked for everybody else.
func (e *Execution) Ask(instructions string, options ...string) {
	e.server.mu.Lock()
	defer e.server.mu.Unlock()
	e.AskLocked(instructions, options...)
}

// Twin starts the same once more, for who is called with the Server locked.
func (e *Execution) Twin() { e.server.start(e.pipeline, "", maps.Clone(e.Parameters)) }

func (e *Execution) json() map[string]any {
	stages := []any{}
	for n, s := range e.stages {
		stages = append(stages, map[string]any{"id": s.id, "refId": fmt.Sprint(n + 1), "type": s.kind, "name": s.name, "status": s.status, "context": s.context})
	}
	out := map[string]any{
		"id": e.ID, "type": "PIPELINE", "application": e.pipeline.Application, "name": e.pipeline.Name, "status": e.Status, "buildTime": e.built, "stages": stages,
		"trigger": map[string]any{"type": "manual", "correlationId": e.correlation, "parameters": e.Parameters, "user": User},
	}
	if e.began > 0 {
		out["startTime"] = e.began
	}
	return out
}
