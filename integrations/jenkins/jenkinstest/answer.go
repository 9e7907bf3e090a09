package jenkinstest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// refuse answers with a page, as Jenkins does.
func refuse(w http.ResponseWriter, status int, words string) {
	w.Header().Set("Content-Type", "text/html;charset=utf-8")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<html><head><title>Error %d</title><style>p {}</style></head><body><h2>HTTP ERROR %d %s</h2></body></html>", status, status, words)
}

func write(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	_ = json.NewEncoder(w).Encode(body) // who does not listen any more has no use for it
}

// answer answers a call.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("X-Jenkins", "2.528.1")
	user, token, ok := r.BasicAuth()
	path := r.URL.EscapedPath()
	switch {
	case !ok || user != User || token != Token:
		refuse(w, http.StatusUnauthorized, "Invalid password/token for user: "+user)
	case r.Method == http.MethodPost && s.Crumbs && !s.crumbed(r):
		refuse(w, http.StatusForbidden, "No valid crumb was included in the request")
	case r.Method == http.MethodPost && s.Reads:
		w.Header().Set("X-You-Are-Authenticated-As", user)
		refuse(w, http.StatusForbidden, user+" is missing the Job/Build permission")
	case path == "/crumbIssuer/api/json" && r.Method == http.MethodGet:
		s.crumb++
		http.SetCookie(w, &http.Cookie{Name: "JSESSIONID", Value: fmt.Sprint("s", s.crumb), Path: "/"})
		write(w, map[string]any{"_class": "hudson.security.csrf.DefaultCrumbIssuer", "crumb": fmt.Sprint("c", s.crumb), "crumbRequestField": "Jenkins-Crumb"})
	case path == "/whoAmI/api/json" && r.Method == http.MethodGet:
		write(w, map[string]any{"_class": "hudson.security.WhoAmI", "anonymous": false, "authenticated": true, "name": user, "authorities": []string{"authenticated"}})
	case path == "/queue/api/json" && r.Method == http.MethodGet:
		s.queueJSON(w)
	case path == "/queue/cancelItem" && r.Method == http.MethodPost:
		s.cancel(w, r.URL.Query().Get("id"))
	default:
		s.jobCall(w, r, path)
	}
}

// crumbed says whether a call has the crumb of its session.
func (s *Server) crumbed(r *http.Request) bool {
	c, err := r.Cookie("JSESSIONID")
	return err == nil && s.crumb > 0 && c.Value == fmt.Sprint("s", s.crumb) && r.Header.Get("Jenkins-Crumb") == fmt.Sprint("c", s.crumb)
}

func (s *Server) queueJSON(w http.ResponseWriter) {
	items := []any{}
	for _, i := range s.queue {
		items = append(items, map[string]any{"_class": "hudson.model.Queue$BuildableItem", "id": i.id, "why": "Waiting for next available executor", "actions": parametersJSON(i.parameters)})
	}
	write(w, map[string]any{"_class": "hudson.model.Queue", "items": items})
}

func (s *Server) cancel(w http.ResponseWriter, id string) {
	n := slices.IndexFunc(s.queue, func(i *item) bool { return strconv.FormatInt(i.id, 10) == id })
	if n < 0 {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	s.wrote("cancel %s", s.queue[n].job.Name)
	s.queue = slices.Delete(s.queue, n, n+1)
	w.WriteHeader(http.StatusNoContent)
}

// jobCall answers what is about a job.
func (s *Server) jobCall(w http.ResponseWriter, r *http.Request, path string) {
	var name []string
	for strings.HasPrefix(path, "/job/") {
		part, rest, _ := strings.Cut(path[len("/job/"):], "/")
		one, err := url.PathUnescape(part)
		if err != nil {
			refuse(w, http.StatusBadRequest, "bad path")
			return
		}
		name, path = append(name, one), "/"+rest
	}
	j := s.jobs[strings.Join(name, "/")]
	call := r.Method + " " + path
	switch {
	case j == nil:
		refuse(w, http.StatusNotFound, "Not Found")
	case call == "GET /api/json":
		j.answer(w, r.URL.Query().Get("tree"))
	case call == "POST /buildWithParameters":
		j.trigger(w, r)
	default:
		number, verb, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > len(j.builds) {
			refuse(w, http.StatusNotFound, "Not Found")
			return
		}
		j.builds[n-1].answer(w, r, r.Method+" "+verb)
	}
}

var ranged = regexp.MustCompile(`^allBuilds\[.*\]\{0,([0-9]+)\}$`)

// answer answers with the part of a job that the tree names.
func (j *Job) answer(w http.ResponseWriter, tree string) {
	if m := ranged.FindStringSubmatch(tree); m != nil {
		limit, _ := strconv.Atoi(m[1]) // the pattern allows nothing else
		builds := []any{}
		for _, b := range slices.Backward(j.builds) {
			if len(builds) < limit {
				builds = append(builds, b.json())
			}
		}
		write(w, map[string]any{"_class": "org.jenkinsci.plugins.workflow.job.WorkflowJob", "allBuilds": builds})
		return
	}
	if tree != "buildable,url,property[parameterDefinitions[name,type,choices]]" {
		refuse(w, http.StatusBadRequest, "the fake does not know the tree "+tree)
		return
	}
	definitions := []any{}
	for _, p := range slices.Sorted(maps.Keys(j.Declares)) {
		d := map[string]any{"_class": "hudson.model.StringParameterDefinition", "name": p, "type": "StringParameterDefinition"}
		if choices := j.Declares[p]; choices != nil {
			d["type"], d["choices"] = "ChoiceParameterDefinition", choices
		}
		definitions = append(definitions, d)
	}
	write(w, map[string]any{
		"_class": "org.jenkinsci.plugins.workflow.job.WorkflowJob", "buildable": !j.Disabled, "url": j.url(),
		"property": []any{map[string]any{}, map[string]any{"_class": "hudson.model.ParametersDefinitionProperty", "parameterDefinitions": definitions}},
	})
}

// trigger queues a build with what the job declares.
func (j *Job) trigger(w http.ResponseWriter, r *http.Request) {
	s := j.server
	switch err := r.ParseForm(); {
	case err != nil:
		refuse(w, http.StatusBadRequest, err.Error())
		return
	case j.Disabled:
		refuse(w, http.StatusConflict, j.Name+" is not buildable")
		return
	}
	given := map[string]string{}
	for name, choices := range j.Declares {
		given[name] = r.PostForm.Get(name)
		if choices != nil && !slices.Contains(choices, given[name]) {
			refuse(w, http.StatusBadRequest, "Illegal choice for parameter "+name)
			return
		}
	}
	at := slices.IndexFunc(s.queue, func(i *item) bool { return i.job == j && maps.Equal(i.parameters, given) })
	if at < 0 {
		s.ids++
		at = len(s.queue)
		s.queue = append(s.queue, &item{id: s.ids, job: j, parameters: given})
		s.wrote("build %s %s", j.Name, given["VERSION"])
	}
	w.Header().Set("Location", fmt.Sprintf("%s/queue/item/%d/", s.URL, s.queue[at].id))
	if !s.Busy {
		s.work()
	}
	w.WriteHeader(http.StatusCreated)
}

// answer answers what is about a build.
func (b *Build) answer(w http.ResponseWriter, r *http.Request, call string) {
	s := b.job.server
	switch {
	case call == "GET api/json":
		write(w, b.json())
	case call == "GET wfapi/describe" && !s.Plain:
		write(w, b.describe())
	case call == "GET wfapi/pendingInputActions" && !s.Plain:
		write(w, b.inputs())
	case call == "GET logText/progressiveText":
		start, err := strconv.Atoi(r.URL.Query().Get("start"))
		if err != nil || start > len(b.Log) {
			start = 0
		}
		w.Header().Set("Content-Type", "text/plain;charset=utf-8")
		w.Header().Set("X-Text-Size", strconv.Itoa(len(b.Log)))
		_, _ = w.Write([]byte(b.Log[start:]))
	case call == "POST stop", call == "POST term" && !s.Plain:
		verb := strings.TrimPrefix(call, "POST ")
		if b.Building && !b.Immortal && (!b.Stubborn || verb == "term") {
			b.EndLocked("ABORTED", "Aborted by orderly\n")
			s.wrote("%s %s %d", verb, b.job.Name, b.Number)
		}
		http.Redirect(w, r, b.url(), http.StatusFound)
	default:
		b.proceed(w, r, call)
	}
}

func (b *Build) proceed(w http.ResponseWriter, r *http.Request, call string) {
	id, ok := strings.CutPrefix(call, "POST input/")
	id, yes := strings.CutSuffix(id, "/proceedEmpty")
	at := slices.IndexFunc(b.asks, func(i *Input) bool { return i.ID == id })
	if !ok || !yes || at < 0 {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	b.asks = slices.Delete(b.asks, at, at+1)
	b.job.server.wrote("proceed %s %d", b.job.Name, b.Number)
	if s := b.job.server; s.Answered != nil {
		s.Answered(b)
	}
	http.Redirect(w, r, b.url(), http.StatusFound)
}
