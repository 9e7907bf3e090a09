package harbortest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// request is one call, taken apart.
type request struct {
	*http.Request
	parts []string // of the path, each unescaped once
	body  map[string]any
}

func (q request) is(method, form string) bool {
	want := strings.Split(form, "/")
	return q.Method == method && slices.EqualFunc(want, q.parts, func(w, is string) bool { return w == "*" || w == is })
}

// answer answers a call.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if user, password, _ := r.BasicAuth(); user != User || password != Password {
		refuse(w, http.StatusUnauthorized, "UNAUTHORIZED", "unauthorized")
		return
	}
	path, ok := strings.CutPrefix(r.URL.EscapedPath(), "/api/v2.0/")
	if !ok {
		refuse(w, http.StatusNotFound, "NOT_FOUND", "the fake does not know "+r.URL.Path)
		return
	}
	q := request{Request: r}
	for _, p := range strings.Split(path, "/") {
		part, err := url.PathUnescape(p)
		if err != nil {
			refuse(w, http.StatusBadRequest, "BAD_REQUEST", "bad path")
			return
		}
		q.parts = append(q.parts, part)
	}
	if r.ContentLength > 0 {
		if err := json.NewDecoder(r.Body).Decode(&q.body); err != nil {
			refuse(w, http.StatusUnprocessableEntity, "BAD_REQUEST", "the body is no JSON")
			return
		}
	}
	s.route(w, q)
}

func (s *Server) route(w http.ResponseWriter, q request) {
	switch {
	case q.is("GET", "projects"):
		out := []any{}
		for _, p := range s.projects {
			out = append(out, p.json())
		}
		write(w, http.StatusOK, out)
	case q.is("POST", "projects"):
		s.create(w, q)
	case q.is("GET", "labels"):
		s.labels(w, q)
	case q.is("POST", "labels"):
		s.label(w, q)
	case len(q.parts) >= 2 && q.parts[0] == "projects":
		p := s.find(q.parts[1])
		if p == nil {
			refuse(w, http.StatusNotFound, "NOT_FOUND", "project "+q.parts[1]+" not found")
			return
		}
		s.inside(w, q, p)
	default:
		refuse(w, http.StatusNotFound, "NOT_FOUND", "the fake does not know "+q.Method+" "+q.URL.Path)
	}
}

func (s *Server) inside(w http.ResponseWriter, q request, p *project) {
	switch {
	case q.is("GET", "projects/*"):
		write(w, http.StatusOK, p.json())
	case q.is("DELETE", "projects/*") && len(p.images) > 0:
		refuse(w, http.StatusPreconditionFailed, "PRECONDITION", "the project "+p.name+" contains repositories, can not be deleted")
	case q.is("DELETE", "projects/*"):
		s.projects = slices.DeleteFunc(s.projects, func(o *project) bool { return o == p })
		s.wrote("delete %s", p.name)
		w.WriteHeader(http.StatusOK)
	case q.is("GET", "projects/*/repositories/*/artifacts"):
		s.artifacts(w, q, p)
	case q.is("GET", "projects/*/repositories/*/artifacts/*"), q.is("POST", "projects/*/repositories/*/artifacts/*/scan"):
		s.artifact(w, q, p)
	default:
		refuse(w, http.StatusNotFound, "NOT_FOUND", "the fake does not know "+q.Method+" "+q.URL.Path)
	}
}

// wellNamed is how a project may be called.
var wellNamed = regexp.MustCompile(`^[a-z0-9]+(?:[._-][a-z0-9]+)*$`)

func (s *Server) create(w http.ResponseWriter, q request) {
	name, _ := q.body["project_name"].(string)
	switch {
	case !wellNamed.MatchString(name) || len(name) > 255:
		refuse(w, http.StatusBadRequest, "BAD_REQUEST", "project name is not in lower case or contains illegal characters")
		return
	case s.find(name) != nil:
		refuse(w, http.StatusConflict, "CONFLICT", "The project named "+name+" already exists")
		return
	}
	p := s.found(name, s.Clock())
	metadata, _ := q.body["metadata"].(map[string]any)
	p.public, _ = metadata["public"].(string)
	p.scans, _ = metadata["auto_scan"].(string)
	if n, ok := q.body["storage_limit"].(float64); ok {
		p.storage = int64(n)
	}
	s.wrote("project %s %d", name, p.storage)
	w.Header().Set("Location", "/api/v2.0/projects/"+strconv.FormatInt(p.id, 10))
	w.WriteHeader(http.StatusCreated)
}

func (s *Server) byID(id int64) *project {
	for _, p := range s.projects {
		if p.id == id {
			return p
		}
	}
	return nil
}

func (s *Server) labels(w http.ResponseWriter, q request) {
	v := q.URL.Query()
	id, _ := strconv.ParseInt(v.Get("project_id"), 10, 64)
	p := s.byID(id)
	if v.Get("scope") != "p" || p == nil {
		refuse(w, http.StatusBadRequest, "BAD_REQUEST", "scope p needs a project")
		return
	}
	out := []any{}
	for _, l := range p.marks {
		if n, _ := l["name"].(string); strings.Contains(n, v.Get("name")) {
			out = append(out, l)
		}
	}
	write(w, http.StatusOK, out)
}

func (s *Server) label(w http.ResponseWriter, q request) {
	id, _ := q.body["project_id"].(float64)
	p := s.byID(int64(id))
	switch {
	case p == nil || q.body["scope"] != "p":
		refuse(w, http.StatusBadRequest, "BAD_REQUEST", "no such project")
		return
	case slices.ContainsFunc(p.marks, func(l map[string]any) bool { return l["name"] == q.body["name"] }):
		refuse(w, http.StatusConflict, "CONFLICT", "label already exists")
		return
	}
	s.ids++
	p.marks = append(p.marks, map[string]any{"id": s.ids, "name": q.body["name"], "description": q.body["description"], "scope": "p", "project_id": p.id, "color": q.body["color"]})
	s.wrote("label %s %s", p.name, q.body["description"])
	w.WriteHeader(http.StatusCreated)
}

func (p *project) json() map[string]any {
	return map[string]any{
		"project_id": p.id, "name": p.name, "owner_id": 1, "owner_name": "admin", "creation_time": p.made, "update_time": p.made, "deleted": false, "repo_count": p.repositories(),
		"metadata": map[string]any{"public": p.public, "auto_scan": p.scans}, "togglable": false,
	}
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	write(w, status, map[string]any{"errors": []any{map[string]any{"code": code, "message": message}}})
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // who does not listen any more has no use for it
}
