package spinnakertest

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

func refuse(w http.ResponseWriter, status int, message string) {
	write(w, status, map[string]any{"timestamp": "2026-11-27T00:00:00.000+00:00", "status": status, "error": http.StatusText(status), "message": message})
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // who does not listen any more has no use for it
}

// answer answers a call.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	user, password, _ := r.BasicAuth()
	var parts []string
	for _, p := range strings.Split(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/") {
		part, err := url.PathUnescape(p)
		if err != nil {
			refuse(w, http.StatusBadRequest, "bad path")
			return
		}
		parts = append(parts, part)
	}
	is := func(method string, form ...string) bool {
		return r.Method == method && slices.EqualFunc(form, parts, func(f, p string) bool { return f == "*" || f == p })
	}
	switch {
	case r.Header.Get("Authorization") != "Bearer "+Token && (user != User || password != Password):
		refuse(w, http.StatusUnauthorized, "Full authentication is required")
	case r.Method != http.MethodGet && s.Reads:
		refuse(w, http.StatusForbidden, "Access denied to application - required authorization: EXECUTE")
	case is("GET", "auth", "user"):
		write(w, 200, map[string]any{"username": User, "email": User, "roles": []string{}, "allowedAccounts": []string{}, "enabled": true})
	case is("GET", "applications", "*", "pipelineConfigs", "*"):
		s.config(w, parts[1]+"/"+parts[3])
	case is("GET", "applications", "*", "executions", "search"):
		s.search(w, r.URL.Query(), parts[1])
	case is("POST", "pipelines", "*", "*"):
		s.trigger(w, r, parts[1]+"/"+parts[2])
	case len(parts) >= 2 && parts[0] == "pipelines":
		i := slices.IndexFunc(s.executions, func(e *Execution) bool { return e.ID == parts[1] })
		switch {
		case i < 0:
			refuse(w, http.StatusNotFound, "Pipeline not found")
		case is("GET", "pipelines", "*"):
			write(w, 200, s.executions[i].json())
		case is("PUT", "pipelines", "*", "cancel"):
			s.executions[i].cancel(r.URL.Query().Get("force") == "true")
			w.WriteHeader(http.StatusOK)
		case is("PATCH", "pipelines", "*", "stages", "*"):
			s.executions[i].judge(w, r, parts[3])
		default:
			refuse(w, http.StatusNotFound, "the fake does not know "+r.Method+" "+r.URL.Path)
		}
	default:
		refuse(w, http.StatusNotFound, "the fake does not know "+r.Method+" "+r.URL.Path)
	}
}

func (s *Server) config(w http.ResponseWriter, name string) {
	p := s.pipelines[name]
	if p == nil {
		refuse(w, http.StatusNotFound, "Pipeline config not found")
		return
	}
	parameters := []any{}
	for _, one := range p.Parameters {
		options := []any{}
		for _, o := range one.Options {
			options = append(options, map[string]any{"value": o})
		}
		parameters = append(parameters, map[string]any{"name": one.Name, "required": one.Required, "hasOptions": len(options) > 0, "options": options, "default": ""})
	}
	write(w, 200, map[string]any{"id": "c1", "application": p.Application, "name": p.Name, "disabled": p.Disabled, "parameterConfig": parameters, "stages": []any{}})
}

// search answers with the executions whose trigger is like the one that is given, the newest first.
func (s *Server) search(w http.ResponseWriter, q url.Values, application string) {
	raw, err := base64.StdEncoding.DecodeString(q.Get("trigger"))
	var like struct {
		Parameters map[string]string `json:"parameters"`
	}
	if err == nil {
		err = json.Unmarshal(raw, &like)
	}
	if err != nil || q.Get("expand") != "true" {
		refuse(w, http.StatusBadRequest, "the trigger is no JSON in base64, or nothing is expanded")
		return
	}
	out := []any{}
	for _, e := range slices.Backward(s.executions) {
		same := e.pipeline.Application == application && e.pipeline.Name == q.Get("pipelineName")
		for k, v := range like.Parameters {
			same = same && strings.EqualFold(e.Parameters[k], v)
		}
		if same {
			out = append(out, e.json())
		}
	}
	write(w, 200, out)
}

// trigger starts an execution, unless one with the same correlationId runs.
func (s *Server) trigger(w http.ResponseWriter, r *http.Request, name string) {
	var t struct {
		Type, CorrelationID, Description string
		Parameters                       map[string]string
	}
	p := s.pipelines[name]
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	switch err := d.Decode(&t); {
	case err != nil || t.Type != "manual":
		refuse(w, http.StatusBadRequest, "the trigger is not understood")
		return
	case p == nil:
		refuse(w, http.StatusNotFound, "Pipeline config not found")
		return
	case p.Disabled:
		refuse(w, http.StatusBadRequest, "The pipeline config is disabled")
		return
	}
	i := slices.IndexFunc(s.executions, func(e *Execution) bool {
		return e.correlation != "" && e.correlation == t.CorrelationID && !e.ended()
	})
	if i < 0 {
		i = len(s.executions)
		s.wrote("start %s %s", name, t.Parameters["version"])
		s.start(p, t.CorrelationID, t.Parameters)
	}
	write(w, http.StatusAccepted, map[string]any{"ref": "/pipelines/" + s.executions[i].ID})
}

func (e *Execution) cancel(force bool) {
	if e.ended() || e.Immortal || e.Stubborn && !force {
		return
	}
	e.EndLocked("CANCELED", "")
	e.server.wrote("cancel %s%s", e.ID, map[bool]string{true: " by force"}[force])
}

func (e *Execution) judge(w http.ResponseWriter, r *http.Request, id string) {
	i := slices.IndexFunc(e.stages, func(s *stage) bool { return s.id == id })
	var said map[string]any
	if err := json.NewDecoder(r.Body).Decode(&said); err != nil || i < 0 {
		refuse(w, http.StatusBadRequest, "there is no such stage")
		return
	}
	e.stages[i].context["judgmentStatus"] = said["judgmentStatus"] // the stage ends when its task runs next
	e.server.wrote("judge %s %v", e.ID, said["judgmentStatus"])
	write(w, 200, e.json())
}
