package apollotest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// serves says whether a branch is released and an address gets it.
func (n *Space) serves(ip string) bool {
	return n != nil && n.latest() != nil && slices.Contains(n.IPs, ip)
}

// Gray is the gray release of a namespace: its values, and who gets it. Nil when there is none.
func (s *Server) Gray(n *Space) (values map[string]string, ips []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n.branch == nil {
		return nil, nil
	}
	return n.branch.values(), slices.Clone(n.branch.IPs)
}

// Join adds an instance, which gets what is for it.
func (s *Server) Join(n *Space, ip string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n.Clients[ip] = 0
	s.deliver(n)
}

// deliver has every instance that listens receive what is for it.
func (s *Server) deliver(n *Space) {
	for ip := range n.Clients {
		switch {
		case n.Deaf[ip]:
		case n.branch.serves(ip):
			n.Clients[ip] = n.branch.latest().ID
		case n.latest() != nil:
			n.Clients[ip] = n.latest().ID
		}
	}
}

func (n *Space) json() map[string]any {
	return map[string]any{"appId": n.App, "clusterName": n.Cluster, "namespaceName": n.Name, "comment": "", "format": "properties", "isPublic": false, "items": []any{}}
}

// branches answers what is about the gray release of a namespace.
func (s *Server) branches(n *Space, q request) (any, *refused) {
	if len(q.parts) == 1 {
		switch {
		case q.Method == http.MethodGet && n.branch != nil:
			return n.branch.json(), nil
		case q.Method == http.MethodGet:
			return nil, nil
		case q.Method == http.MethodPost && n.branch != nil:
			return nil, &refused{http.StatusBadRequest, "namespace already has a branch"}
		case q.Method == http.MethodPost:
			return s.fork(n).json(), nil
		}
		return nil, &refused{http.StatusNotFound, "no such path"}
	}
	b := n.branch
	if b == nil || b.Cluster != q.parts[1] {
		return nil, &refused{http.StatusNotFound, "branch not found for " + q.parts[1]}
	}
	switch q.Method + " " + strings.Join(q.parts[2:], "/") {
	case "DELETE ":
		s.end(n)
		s.write("abandon")
		return nil, nil
	case "GET rules":
		return map[string]any{"appId": n.App, "clusterName": n.Cluster, "namespaceName": n.Name, "branchName": b.Cluster, "ruleItems": []any{map[string]any{"clientAppId": n.App, "clientIpList": b.IPs}}}, nil
	case "PUT rules":
		return nil, s.rules(n, q)
	case "POST releases":
		if no := s.publishable(b, q); no != nil {
			return nil, no
		}
		values := n.published()
		maps.Copy(values, b.values())
		s.releases++
		r := &Release{ID: s.releases, Name: q.text("releaseTitle"), Comment: q.text("releaseComment"), By: q.text("releasedBy"), At: s.tick(), Configurations: values}
		b.releases = append(b.releases, r)
		s.write("gray %s", r.Name)
		s.deliver(n)
		return r.json(b), nil
	case "POST merge":
		return s.merge(n, q)
	}
	return nil, &refused{http.StatusNotFound, "no such path"}
}

func (n *Space) published() map[string]string {
	if n.latest() == nil {
		return map[string]string{}
	}
	return maps.Clone(n.latest().Configurations)
}

// fork makes the branch.
func (s *Server) fork(n *Space) *Space {
	name := s.tick().Format("20060102150405") + "-branch"
	n.branch = &Space{Env: n.Env, App: n.App, Cluster: name, Name: n.Name, Clients: map[string]int64{}, Deaf: map[string]bool{}}
	s.spaces[n.branch.path()] = n.branch
	s.write("branch")
	return n.branch
}

// end takes the branch away, and everybody gets what all get.
func (s *Server) end(n *Space) {
	n.branch.gone = true
	n.branch = nil
	s.deliver(n)
}

var ruleWords = []string{"appId", "clusterName", "namespaceName", "branchName", "ruleItems"}

func (s *Server) rules(n *Space, q request) *refused {
	if no := q.unknown(ruleWords); no != nil {
		return no
	}
	var ips []string
	items, _ := q.body["ruleItems"].([]any)
	for _, i := range items {
		item, _ := i.(map[string]any)
		if item["clientAppId"] != n.App {
			return &refused{http.StatusBadRequest, "clientAppId is required"}
		}
		list, _ := item["clientIpList"].([]any)
		for _, ip := range list {
			ips = append(ips, fmt.Sprint(ip))
		}
	}
	if len(ips) == 0 {
		return &refused{http.StatusBadRequest, "ruleItems can not be empty"}
	}
	n.branch.IPs = ips
	s.write("rules %s", strings.Join(ips, ","))
	s.deliver(n)
	return nil
}

func (s *Server) merge(n *Space, q request) (any, *refused) {
	if no := s.publishable(n, q); no != nil {
		return nil, no
	}
	if q.URL.Query().Get("deleteBranch") != "true" {
		return nil, &refused{http.StatusBadRequest, "deleteBranch is required"}
	}
	for k, v := range n.branch.values() {
		s.put(n, k, v, "", q.text("releasedBy"))
	}
	s.end(n)
	r := s.release(n, q.text("releaseTitle"), q.text("releaseComment"), q.text("releasedBy"))
	s.write("merge %s", r.Name)
	return r.json(n), nil
}
