package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"orderly.example/ops"
)

// maxBody bounds a request's body, in bytes.
const maxBody = 1 << 20

// patience is how long a call that is no stream may take.
const patience = 20 * time.Second

// pace says how often things are looked at.
type pace struct {
	status    func(ops.Status) time.Duration // until the next look at a change
	room      time.Duration                  // until the next look for changes that another process started
	heartbeat time.Duration
}

type server struct {
	Options
	mux      *http.ServeMux
	api      huma.API
	pace     pace
	follower *follower
}

func newServer(o Options, p pace) http.Handler {
	speakFailure()
	s := &server{Options: o, mux: http.NewServeMux(), pace: p}
	s.follower = newFollower(o.Desk.Status, p.status)
	s.api = humago.New(s.mux, document(o.Version))
	s.catalogueRoutes()
	s.requestRoutes()
	s.changeRoutes()
	s.streamRoutes()
	return s.recorded(s.identified(http.HandlerFunc(s.route)))
}

// document is the head of the OpenAPI document; the library fills in the rest.
func document(version string) huma.Config {
	c := huma.DefaultConfig("Orderly", version)
	c.OpenAPIPath = Prefix + "/openapi"
	c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", nil
	c.Info.Description = "Ask for, approve and watch changes. Texts come in English (en) and Chinese (zh)."
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A token made by `orderly token new`."},
	}
	c.Security = []map[string][]string{{"token": {}}}
	return c
}

// route answers what no route answers in our own form.
func (s *server) route(w http.ResponseWriter, r *http.Request) {
	h, pattern := s.mux.Handler(r)
	if pattern != "" {
		s.mux.ServeHTTP(w, r)
		return
	}
	var p probe
	h.ServeHTTP(&p, r)
	if allow := p.Header().Get("Allow"); p.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", allow)
		writeFailure(w, notAllowed(r.Method, r.URL.Path, allow))
		return
	}
	writeFailure(w, noPath(r.URL.Path))
}

// probe asks the mux for its opinion without letting it answer.
type probe struct {
	header http.Header
	status int
}

// Header is what the mux would have sent.
func (p *probe) Header() http.Header {
	if p.header == nil {
		p.header = http.Header{}
	}
	return p.header
}

// Write drops the mux's own words.
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }

// WriteHeader keeps the status.
func (p *probe) WriteHeader(status int) { p.status = status }

// handle registers one call: its errors become failures, and it ends in time.
func handle[I, O any](s *server, op huma.Operation, call func(context.Context, *I) (*O, error)) {
	op.MaxBodyBytes = maxBody
	huma.Register(s.api, described(op), func(ctx context.Context, in *I) (*O, error) {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		out, err := call(ctx, in)
		if err != nil {
			return nil, s.failure(ctx, err)
		}
		return out, nil
	})
}

// described adds to an operation what all have in common.
func described(op huma.Operation) huma.Operation {
	op.Path = Prefix + op.Path
	op.Errors = append(op.Errors, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusInternalServerError, http.StatusServiceUnavailable)
	return op
}
