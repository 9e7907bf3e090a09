package apollotest

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// request is a call, taken apart.
type request struct {
	*http.Request
	parts []string // of the path behind /openapi/v1, unescaped
	body  map[string]any
}

// refused is what a handler answers instead of a result.
type refused struct {
	status int
	words  string
}

func refuse(w http.ResponseWriter, status int, words string) {
	answer(w, status, map[string]any{"status": status, "message": words, "timestamp": time.Now().UTC().Format(time.RFC3339), "exception": "Exception"})
}

func answer(w http.ResponseWriter, status int, body any) {
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}

// answer does a call.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), "/openapi/v1/")
	if !ok {
		refuse(w, http.StatusNotFound, "not found")
		return
	}
	q := request{Request: r, body: map[string]any{}}
	for p := range strings.SplitSeq(rest, "/") {
		u, err := url.PathUnescape(p)
		if err != nil || u == "" {
			refuse(w, http.StatusBadRequest, "the path cannot be read")
			return
		}
		q.parts = append(q.parts, u)
	}
	raw, err := io.ReadAll(r.Body)
	if err == nil && len(raw) > 0 {
		err = json.Unmarshal(raw, &q.body)
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, "the body cannot be read")
		return
	}
	if r.Header.Get("Authorization") != Token {
		refuse(w, http.StatusUnauthorized, "Unauthorized")
		return
	}
	out, no := s.route(q)
	switch {
	case no != nil:
		refuse(w, no.status, no.words)
	case out == nil:
		w.WriteHeader(http.StatusOK)
	default:
		answer(w, http.StatusOK, out)
	}
}

func (s *Server) route(q request) (any, *refused) {
	p := q.parts
	if len(p) == 4 && p[0] == "envs" && p[2] == "instances" && q.Method == http.MethodGet {
		return s.instances(q)
	}
	if len(p) < 9 || p[0] != "envs" || p[2] != "apps" || p[4] != "clusters" || p[6] != "namespaces" {
		return nil, &refused{http.StatusNotFound, "no such path"}
	}
	n, ok := s.spaces[strings.Join([]string{p[1], p[3], p[5], p[7]}, "/")]
	if !ok || n.gone {
		return nil, &refused{http.StatusNotFound, "namespace not found for " + p[7]}
	}
	if q.Method != http.MethodGet && p[len(p)-1] != "merge" {
		if by := q.URL.Query().Get("operator"); !slices.Contains(s.Users, by) {
			return nil, &refused{http.StatusBadRequest, "User " + by + " doesn't exist!"}
		}
	}
	q.parts = p[8:]
	switch what := q.Method + " " + q.parts[0]; {
	case q.parts[0] == "branches":
		return s.branches(n, q)
	case what == "GET items" && len(q.parts) == 1:
		return n.list(q)
	case (what == "PUT items" || what == "DELETE items" || what == "PUT encodedItems" || what == "DELETE encodedItems") && len(q.parts) == 2:
		return s.item(n, q)
	case what == "POST releases" && len(q.parts) == 1:
		return s.publish(n, q)
	case what == "GET releases" && len(q.parts) == 2 && q.parts[1] == "latest":
		if r := n.latest(); r != nil {
			return r.json(n), nil
		}
		return nil, nil
	case what == "GET releases" && len(q.parts) == 2 && q.parts[1] == "active":
		return n.active(q)
	case what == "GET lock" && len(q.parts) == 1:
		return map[string]any{"namespaceName": n.Name, "isLocked": n.editor != "", "lockedBy": n.editor}, nil
	}
	return nil, &refused{http.StatusNotFound, "no such path"}
}

// page cuts a list as the query wants it.
func page[T any](all []T, q request) ([]T, int, *refused) {
	size, err := strconv.Atoi(q.URL.Query().Get("size"))
	number, err2 := strconv.Atoi(q.URL.Query().Get("page"))
	if err != nil || err2 != nil || size < 1 || number < 0 {
		return nil, 0, &refused{http.StatusBadRequest, "page and size must be numbers"}
	}
	from := min(number*size, len(all))
	return all[from:min(from+size, len(all))], size, nil
}

func (n *Space) list(q request) (any, *refused) {
	part, size, no := page(n.items, q)
	out := []map[string]any{}
	for _, e := range part {
		out = append(out, e.json())
	}
	return map[string]any{"page": 0, "size": size, "total": len(n.items), "content": out}, no
}

func (e *entry) json() map[string]any {
	return map[string]any{
		"key": e.key, "value": e.value, "type": 0, "comment": e.comment, "dataChangeCreatedBy": e.by, "dataChangeLastModifiedBy": e.by,
		"dataChangeLastModifiedTime": e.at.Format(time.RFC3339),
	}
}

// The words that bodies may have; a portal drops others silently, which hides mistakes.
var itemWords = []string{"key", "value", "type", "comment", "dataChangeCreatedBy", "dataChangeLastModifiedBy"}

func (q request) unknown(words []string) *refused {
	for w := range q.body {
		if !slices.Contains(words, w) {
			return &refused{http.StatusBadRequest, "unknown field " + w}
		}
	}
	return nil
}

func (q request) text(name string) string {
	s, _ := q.body[name].(string)
	return s
}

// item writes or removes one key.
func (s *Server) item(n *Space, q request) (any, *refused) {
	key := q.parts[1]
	if q.parts[0] == "encodedItems" {
		raw, err := base64.StdEncoding.DecodeString(key)
		if err != nil {
			raw, err = base64.URLEncoding.DecodeString(key)
		}
		if err != nil {
			return nil, &refused{http.StatusBadRequest, "Illegal base64 character"}
		}
		key = string(raw)
	}
	by := q.URL.Query().Get("operator")
	old := n.find(key)
	if q.Method == http.MethodDelete {
		if old == nil {
			return nil, &refused{http.StatusNotFound, "item not found for " + key}
		}
		if no := s.lock(n, by); no != nil {
			return nil, no
		}
		n.remove(key)
		s.write("delete %s", key)
		return nil, nil
	}
	create := q.URL.Query().Get("createIfNotExists")
	value := q.text("value")
	switch no := q.unknown(itemWords); {
	case no != nil:
		return nil, no
	case create != "true" && create != "false":
		return nil, &refused{http.StatusBadRequest, "createIfNotExists is required"}
	case q.text("key") != key || q.text("dataChangeLastModifiedBy") == "":
		return nil, &refused{http.StatusBadRequest, "item.key and item.dataChangeLastModifiedBy can not be empty"}
	case create == "true" && q.text("dataChangeCreatedBy") == "":
		return nil, &refused{http.StatusBadRequest, "dataChangeCreatedBy is required when createIfNotExists is true"}
	case utf8.RuneCountInString(key) > 128:
		return nil, &refused{http.StatusBadRequest, "key too long. length limit:128"}
	case utf8.RuneCountInString(value) > 20000:
		return nil, &refused{http.StatusBadRequest, "value too long. length limit:20000"}
	case utf8.RuneCountInString(q.text("comment")) > 256:
		return nil, &refused{http.StatusBadRequest, "Comment length should not exceed 256 characters"}
	case old == nil && create == "false":
		return nil, &refused{http.StatusNotFound, "item not found for " + key}
	}
	if no := s.lock(n, by); no != nil {
		return nil, no
	}
	if old == nil || old.value != value {
		s.write("put %s=%s", key, value)
	}
	s.put(n, key, value, q.text("comment"), by)
	return nil, nil
}

// lock takes the lock of a namespace for an editor.
func (s *Server) lock(n *Space, by string) *refused {
	if !s.Lock {
		return nil
	}
	if n.editor != "" && n.editor != by {
		return &refused{http.StatusBadRequest, "namespace:" + n.Name + " is modified by " + n.editor}
	}
	n.editor = by
	return nil
}

var releaseWords = []string{"releaseTitle", "releaseComment", "releasedBy", "isEmergencyPublish"}

// publishable says what is wrong with a publish.
func (s *Server) publishable(n *Space, q request) *refused {
	by := q.text("releasedBy")
	switch no := q.unknown(releaseWords); {
	case no != nil:
		return no
	case q.text("releaseTitle") == "" || by == "":
		return &refused{http.StatusBadRequest, "Params(releaseTitle and releasedBy) can not be empty"}
	case utf8.RuneCountInString(q.text("releaseTitle")) > 64:
		return &refused{http.StatusBadRequest, "releaseTitle is too long. length limit:64"}
	case utf8.RuneCountInString(q.text("releaseComment")) > 256:
		return &refused{http.StatusBadRequest, "Comment length should not exceed 256 characters"}
	case !slices.Contains(s.Users, by) || q.URL.Query().Has("operator") && by != q.URL.Query().Get("operator"):
		return &refused{http.StatusBadRequest, "User(releaseBy) doesn't exist!"}
	case s.Lock && n.editor == by:
		return &refused{http.StatusBadRequest, "Config can not be published just by yourself."}
	}
	return nil
}

func (s *Server) publish(n *Space, q request) (any, *refused) {
	if no := s.publishable(n, q); no != nil {
		return nil, no
	}
	r := s.release(n, q.text("releaseTitle"), q.text("releaseComment"), q.text("releasedBy"))
	s.write("publish %s", r.Name)
	return r.json(n), nil
}

func (r *Release) json(n *Space) map[string]any {
	return map[string]any{
		"id": r.ID, "appId": n.App, "clusterName": n.Cluster, "namespaceName": n.Name, "name": r.Name, "comment": r.Comment, "configurations": r.Configurations,
		"dataChangeCreatedBy": r.By, "dataChangeCreatedTime": r.At.Format("2006-01-02T15:04:05.000-0700"), "dataChangeLastModifiedBy": r.By,
	}
}

func (n *Space) active(q request) (any, *refused) {
	all := slices.Clone(n.releases)
	slices.Reverse(all)
	part, _, no := page(all, q)
	out := []map[string]any{}
	for _, r := range part {
		out = append(out, r.json(n))
	}
	return out, no
}

// instances answers who has which release.
func (s *Server) instances(q request) (any, *refused) {
	query := q.URL.Query()
	out := []map[string]any{}
	has := func(n *Space, yes func(id int64) bool) {
		for _, ip := range slices.Sorted(maps.Keys(n.Clients)) {
			if yes(n.Clients[ip]) {
				out = append(out, map[string]any{"id": len(out) + 1, "appId": n.App, "clusterName": n.Cluster, "dataCenter": "", "ip": ip})
			}
		}
	}
	switch q.parts[3] {
	case "by-release":
		id, err := strconv.ParseInt(query.Get("releaseId"), 10, 64)
		if err != nil {
			return nil, &refused{http.StatusBadRequest, "releaseId is required"}
		}
		for _, n := range s.spaces {
			if n.Env == q.parts[1] {
				has(n, func(i int64) bool { return i == id })
			}
		}
		part, size, no := page(out, q)
		return map[string]any{"page": 0, "size": size, "total": len(out), "instances": part}, no
	case "by-namespace-and-releases-not-in":
		n, ok := s.spaces[strings.Join([]string{q.parts[1], query.Get("appId"), query.Get("clusterName"), query.Get("namespaceName")}, "/")]
		if !ok || query.Get("releaseIds") == "" {
			return nil, &refused{http.StatusBadRequest, "appId, clusterName, namespaceName and releaseIds are required"}
		}
		not := strings.Split(query.Get("releaseIds"), ",")
		has(n, func(i int64) bool { return !slices.Contains(not, strconv.FormatInt(i, 10)) })
		return out, nil
	}
	return nil, &refused{http.StatusNotFound, "no such path"}
}
