package gitlabtest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// refused is an answer that is none; its message is a text, or texts by field.
type refused struct {
	status  int
	message any
}

func notFound(what string) *refused {
	return &refused{http.StatusNotFound, "404 " + what + " Not Found"}
}

func unknown(q request) *refused {
	return &refused{http.StatusNotFound, "404 Not Found: the fake does not know " + q.Method + " " + strings.Join(q.parts, "/")}
}

// made is an answer of something that is new.
type made struct{ body any }

func created(body any) made { return made{body} }

// request is one call, taken apart.
type request struct {
	*http.Request
	parts []string // of the path, below the project
	body  map[string]any
}

// is says whether the call is of a form, such as pipelines/*/jobs.
func (q request) is(method, form string) bool {
	want := strings.Split(form, "/")
	return q.Method == method && slices.EqualFunc(want, q.parts, func(w, is string) bool { return w == "*" || w == is })
}

func (q request) text(name string) string {
	s, _ := q.body[name].(string)
	return s
}

// known are the parameters that may be given to any call.
var known = strings.Fields(`page per_page ref sha source updated_after order_by sort type ref_name path first_parent source_branch target_branch state title description
	remove_source_branch should_remove_source_branch state_event branch start_branch commit_message actions force variables scope[] id name namespace_id initialize_with_readme visibility recursive all`)

// take takes a request apart.
func take(r *http.Request) (request, *refused) {
	q := request{Request: r, body: map[string]any{}}
	for _, p := range strings.Split(strings.TrimPrefix(r.URL.EscapedPath(), "/api/v4/"), "/") {
		part, err := url.PathUnescape(p)
		if err != nil {
			return q, &refused{http.StatusBadRequest, "bad path"}
		}
		q.parts = append(q.parts, part)
	}
	raw, err := io.ReadAll(r.Body)
	if err == nil && len(raw) > 0 {
		err = json.Unmarshal(raw, &q.body)
	}
	if err != nil {
		return q, &refused{http.StatusBadRequest, "the body is no JSON"}
	}
	for _, name := range slices.Concat(sortedKeys(q.body), sortedKeys(r.URL.Query())) {
		if !slices.Contains(known, name) {
			return q, &refused{http.StatusBadRequest, "the fake does not know the parameter " + name}
		}
	}
	return q, nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// answer answers a call.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("RateLimit-Limit", "60")
	w.Header().Set("RateLimit-Remaining", "59")
	q, no := take(r)
	var out any
	if no == nil {
		no = s.allowed(q)
	}
	if no == nil {
		out, no = s.route(q)
	}
	if no != nil {
		refuse(w, no.status, no.message)
		return
	}
	status := http.StatusOK
	if m, ok := out.(made); ok {
		out, status = m.body, http.StatusCreated
	}
	if out == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if list, ok := out.([]any); ok {
		out = page(w, q, list)
	}
	write(w, status, out)
}

// allowed looks at the token.
func (s *Server) allowed(q request) *refused {
	scopes, ok := s.Tokens[q.Header.Get("Private-Token")]
	switch {
	case !ok:
		return &refused{http.StatusUnauthorized, "401 Unauthorized"}
	case strings.Join(q.parts, "/") == "personal_access_tokens/self", slices.Contains(scopes, "api"), slices.Contains(scopes, "read_api") && q.Method == http.MethodGet:
		return nil
	}
	return &refused{http.StatusForbidden, insufficient{}}
}

// insufficient is the body with which GitLab says that a scope is missing.
type insufficient struct{}

func refuse(w http.ResponseWriter, status int, message any) {
	if _, ok := message.(insufficient); ok {
		write(w, status, map[string]any{"error": "insufficient_scope", "error_description": "The request requires higher privileges than provided by the access token.", "scope": "api"})
		return
	}
	write(w, status, map[string]any{"message": message})
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // who does not listen any more has no use for it
}

// page cuts a list, and says in the headers what else there is.
func page(w http.ResponseWriter, q request, all []any) []any {
	number := func(name string, fallback int) int {
		if n, err := strconv.Atoi(q.URL.Query().Get(name)); err == nil && n > 0 {
			return n
		}
		return fallback
	}
	at, size := number("page", 1), min(number("per_page", 20), 100)
	from := min((at-1)*size, len(all))
	to := min(from+size, len(all))
	w.Header().Set("X-Total", strconv.Itoa(len(all)))
	w.Header().Set("X-Page", strconv.Itoa(at))
	w.Header().Set("X-Per-Page", strconv.Itoa(size))
	if to < len(all) {
		w.Header().Set("X-Next-Page", strconv.Itoa(at+1))
		w.Header().Set("Link", fmt.Sprintf(`<%s?page=%d&per_page=%d>; rel="next"`, q.URL.Path, at+1, size))
	}
	return all[from:to]
}

// route finds who answers.
func (s *Server) route(q request) (any, *refused) {
	if q.is("GET", "personal_access_tokens/self") {
		return map[string]any{"id": 1, "name": "orderly", "revoked": false, "active": true, "scopes": s.Tokens[q.Header.Get("Private-Token")], "user_id": 1, "created_at": stamp(s.clock), "expires_at": "2027-12-31", "last_used_at": nil, "description": nil}, nil
	}
	if q.is("POST", "projects") {
		return s.create(q)
	}
	if q.is("GET", "groups/*") {
		return s.group(q.parts[1])
	}
	if len(q.parts) < 2 || q.parts[0] != "projects" {
		return nil, unknown(q)
	}
	p := s.find(q.parts[1])
	if p == nil {
		return nil, notFound("Project")
	}
	q.parts = q.parts[2:]
	switch {
	case len(q.parts) == 0 && q.Method == http.MethodGet:
		return p.json(), nil
	case len(q.parts) == 0 && q.Method == http.MethodDelete:
		return s.remove(p)
	case len(q.parts) == 0:
		return nil, unknown(q)
	}
	switch q.parts[0] {
	case "repository":
		q.parts = q.parts[1:]
		return p.repositoryCalls(q)
	case "pipelines", "pipeline", "jobs":
		return p.pipelineCalls(q)
	case "merge_requests":
		return p.mergeCalls(q)
	}
	return nil, unknown(q)
}
