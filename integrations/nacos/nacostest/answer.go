package nacostest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The parameters of either generation.
var (
	addressWords = map[string][]string{"v3": {"dataId", "groupName", "namespaceId"}, "v1": {"dataId", "group", "tenant"}}
	publishWords = map[string][]string{
		"v3": {"content", "type", "appName", "desc", "use", "effect", "schema", "configTags", "srcUser"},
		"v1": {"content", "type", "appName", "desc", "use", "effect", "schema", "config_tags", "src_user"},
	}
	otherWords = map[string][]string{Read: {"show"}, ReadGray: {"beta"}, EndGray: {"beta"}, List: {"search", "pageNo", "pageSize"}, Entry: {"nid"}}
)

func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := s.nameOf(r)
	if err := r.ParseForm(); err != nil || name == "" {
		http.Error(w, "no such path", http.StatusNotFound)
		return
	}
	switch name {
	case Login:
		s.login(w, r)
		return
	case "GET state":
		s.bare(w, map[string]any{"version": s.Version, "standalone_mode": "standalone"})
		return
	}
	if !s.tokens[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")] {
		s.refuse(w, http.StatusForbidden, 10001, "access denied", "token invalid!")
		return
	}
	known := slices.Concat(addressWords[s.API], otherWords[name])
	if name == Publish {
		known = append(known, publishWords[s.API]...)
	}
	for word := range r.Form {
		if !slices.Contains(known, word) {
			s.refuse(w, http.StatusBadRequest, 20002, "parameter validate error", "unknown parameter "+word)
			return
		}
	}
	words := addressWords[s.API]
	dataID, group, tenant := r.Form.Get(words[0]), r.Form.Get(words[1]), r.Form.Get(words[2])
	if tenant == "" {
		tenant = "public"
	}
	if dataID == "" || group == "" || !slices.Contains(s.Tenants, tenant) {
		s.refuse(w, http.StatusBadRequest, 10000, "parameter missing", "dataId, group and an existing namespace are required")
		return
	}
	s.about(w, r, name, path(tenant, group, dataID))
}

func (s *Server) about(w http.ResponseWriter, r *http.Request, name, at string) {
	i := s.items[at]
	missing := i == nil || i.gone
	switch {
	case name == Publish:
		s.take(w, r, at)
	case name == EndGray:
		if i != nil && i.gray != nil {
			i.gray = nil
			i.deliver()
			s.write("end gray %s", at)
		}
		s.wrap(w, true)
	case missing && (s.API == "v3" || name == Entry):
		s.refuse(w, http.StatusNotFound, 20004, "resource not found", "Config not exist, please publish Config first.")
	case missing:
		w.WriteHeader(http.StatusOK) // v1 has nothing to say
	case name == Read:
		s.reply(w, s.detail(i))
	case name == ReadGray:
		s.showGray(w, i)
	case name == Listener:
		s.reply(w, map[string]any{map[string]string{"v3": "listenersStatus", "v1": "lisentersGroupkeyStatus"}[s.API]: i.Clients})
	case name == List:
		s.list(w, r.Form, i)
	case name == Entry:
		s.entry(w, r.Form, i)
	}
}

func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	if r.PostForm.Get("username") != User || r.PostForm.Get("password") != Password {
		http.Error(w, "unknown user!", http.StatusForbidden)
		return
	}
	s.signed++
	token := fmt.Sprintf("token-%d", s.signed)
	s.tokens[token] = true
	s.bare(w, map[string]any{"accessToken": token, "tokenTtl": 18000, "globalAdmin": false, "username": User})
}

// take publishes, for all or for some.
func (s *Server) take(w http.ResponseWriter, r *http.Request, at string) {
	i := s.items[at]
	if i == nil {
		i = &Item{gone: true, Clients: map[string]string{}, Deaf: map[string]bool{}}
	}
	content, cas, ips := r.PostForm.Get("content"), r.Header.Get("casMd5"), r.Header.Get("betaIps")
	if strings.TrimSpace(content) == "" {
		s.refuse(w, http.StatusBadRequest, 10000, "parameter missing", "Required parameter 'content' type String is not present")
		return
	}
	heeds := cas != "" && (s.API == "v3" || s.Version >= "2.3")
	by := map[string]string{"v3": r.PostForm.Get("srcUser"), "v1": User}[s.API]
	if ips != "" {
		if heeds && i.gray != nil && cas != MD5(i.gray.content) {
			s.stale(w)
			return
		}
		i.gray = &gray{content: content, app: r.PostForm.Get("appName"), user: by, ips: strings.Split(ips, ",")}
		s.items[at] = i
		s.write("gray %s %s for %s", at, MD5(content), ips)
		i.deliver()
	} else {
		if heeds && !i.gone && cas != MD5(i.content) {
			s.stale(w)
			return
		}
		s.items[at] = i
		i.kind, i.desc = r.PostForm.Get("type"), r.PostForm.Get("desc")
		if r.PostForm.Has("appName") {
			i.app = r.PostForm.Get("appName")
		}
		s.publish(i, content, by)
		s.write("publish %s %s", at, MD5(content))
	}
	s.reply(w, true)
}

func (s *Server) detail(i *Item) map[string]any {
	return map[string]any{
		"id": "7", "content": i.content, "md5": MD5(i.content), "type": i.kind, "appName": i.app, "desc": i.desc, "configTags": nil, "encryptedDataKey": "",
		"createUser": i.user, "createTime": i.made.UnixMilli(), "modifyTime": i.touched.UnixMilli(),
	}
}

func (s *Server) showGray(w http.ResponseWriter, i *Item) {
	g := i.gray
	switch {
	case g == nil && s.API == "v3":
		s.refuse(w, http.StatusNotFound, 20004, "resource not found", "Config is not in beta.")
		return
	case g == nil:
		s.wrap(w, nil)
		return
	}
	out := map[string]any{"content": g.content, "md5": MD5(g.content), "appName": g.app, "type": i.kind}
	if s.API == "v3" {
		rule, err := json.Marshal(map[string]any{"type": "beta", "version": "1.0.0", "expr": strings.Join(g.ips, ","), "priority": 1<<31 - 1})
		if err != nil {
			panic(err)
		}
		out["grayName"], out["grayRule"], out["createUser"] = "beta", string(rule), g.user
	} else {
		out["betaIps"] = strings.Join(g.ips, ",")
	}
	s.wrap(w, out)
}

func (s *Server) list(w http.ResponseWriter, q url.Values, i *Item) {
	page, err := strconv.Atoi(q.Get("pageNo"))
	size, err2 := strconv.Atoi(q.Get("pageSize"))
	if err != nil || err2 != nil || page < 1 || size < 1 {
		s.refuse(w, http.StatusBadRequest, 20002, "parameter validate error", "pageNo and pageSize should be positive integers")
		return
	}
	size = min(size, 500)
	from := min((page-1)*size, len(i.history))
	rows := []map[string]any{}
	for _, h := range i.history[from:min(from+size, len(i.history))] {
		rows = append(rows, s.row(h, false))
	}
	s.reply(w, map[string]any{"totalCount": len(i.history), "pageNumber": page, "pagesAvailable": (len(i.history) + size - 1) / size, "pageItems": rows})
}

func (s *Server) entry(w http.ResponseWriter, q url.Values, i *Item) {
	for _, h := range i.history {
		if strconv.FormatInt(h.id, 10) == q.Get("nid") {
			s.reply(w, s.row(h, true))
			return
		}
	}
	s.refuse(w, http.StatusNotFound, 20004, "resource not found", "certain config history not exist")
}

func (s *Server) row(h past, whole bool) map[string]any {
	out := map[string]any{"id": strconv.FormatInt(h.id, 10), "srcUser": h.user, "opType": h.op, "srcIp": "127.0.0.1", "appName": ""}
	if s.API == "v3" {
		out["publishType"], out["modifyTime"] = h.publish, h.at.UnixMilli()
	} else {
		out["lastModifiedTime"] = h.at.Format("2006-01-02T15:04:05.000-0700")
	}
	if whole {
		out["content"], out["md5"] = h.content, MD5(h.content)
	}
	return out
}

// reply answers as the generation does, wrap always with {code, message, data}, bare never.
func (s *Server) reply(w http.ResponseWriter, v any) {
	if s.API == "v3" {
		s.wrap(w, v)
		return
	}
	s.bare(w, v)
}

func (s *Server) wrap(w http.ResponseWriter, v any) {
	s.bare(w, map[string]any{"code": map[string]int{"v3": 0, "v1": 200}[s.API], "message": "success", "data": v})
}

func (s *Server) bare(w http.ResponseWriter, v any) { send(w, http.StatusOK, v) }

func send(w http.ResponseWriter, status int, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}

// refuse refuses, as the generation does: v1 in plain words.
func (s *Server) refuse(w http.ResponseWriter, status, code int, message, detail string) {
	if s.API == "v3" {
		send(w, status, map[string]any{"code": code, "message": message, "data": detail})
		return
	}
	if status == http.StatusNotFound && code == 20004 {
		w.WriteHeader(http.StatusOK)
		return
	}
	http.Error(w, "caused: "+detail, status)
}

// Entries adds entries of gray releases and many others to the history of a dataId.
func (s *Server) Entries(i *Item, n int, content func(n int) string) {
	for k := range n {
		func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.publish(i, content(k), "eve")
			if s.API == "v3" {
				s.serial++
				i.history = slices.Insert(i.history, 0, past{id: s.serial, content: "gray=1", user: "eve", op: "U", publish: "gray", at: s.clock.Add(time.Millisecond)})
			}
		}()
	}
}

// Received is what each instance has.
func (s *Server) Received(i *Item) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(i.Clients)
}
