package gitlabtest

import (
	"net/http"
	"strconv"
	"strings"
)

// find finds a project by its path or its number.
func (s *Server) find(id string) *Project {
	if p, ok := s.projects[id]; ok {
		return p
	}
	for _, p := range s.projects {
		if strconv.FormatInt(p.ID, 10) == id {
			return p
		}
	}
	return nil
}

func (p *Project) json() map[string]any {
	_, short, _ := strings.Cut(p.Name, "/")
	return map[string]any{
		"id": p.ID, "name": short, "path": short, "path_with_namespace": p.Name, "name_with_namespace": p.Name, "description": "", "default_branch": mainBranch, "web_url": p.url(), "archived": false,
		"visibility": "private", "created_at": stamp(p.server.clock),
		"permissions": map[string]any{"project_access": map[string]any{"access_level": p.Role, "notification_level": 3}, "group_access": nil},
	}
}

func (s *Server) create(q request) (any, *refused) {
	name := q.text("path")
	if name == "" {
		name = q.text("name")
	}
	name = "orderly/" + name
	if s.projects[name] != nil {
		return nil, &refused{http.StatusBadRequest, map[string]any{"name": []any{"has already been taken"}, "path": []any{"has already been taken"}}}
	}
	p := s.project(name, map[string]string{})
	s.wrote("create %s", name)
	return created(p.json()), nil
}

func (s *Server) remove(p *Project) (any, *refused) {
	if p.Role < Maintainer {
		return nil, &refused{http.StatusForbidden, "403 Forbidden"}
	}
	delete(s.projects, p.Name)
	s.wrote("delete %s", p.Name)
	return map[string]any{"message": "202 Accepted"}, nil
}
