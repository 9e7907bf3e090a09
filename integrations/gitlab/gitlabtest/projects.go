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
		"id": p.ID, "name": short, "path": short, "path_with_namespace": p.Name, "name_with_namespace": p.Name, "description": p.description, "default_branch": mainBranch, "web_url": p.url(), "archived": false,
		"visibility": p.visibility, "created_at": stamp(p.server.clock), "empty_repo": len(p.branches) == 0, "marked_for_deletion_on": p.doomed,
		"permissions": map[string]any{"project_access": map[string]any{"access_level": p.Role, "notification_level": 3}, "group_access": nil},
	}
}

// group answers a question about a group.
func (s *Server) group(name string) (any, *refused) {
	id, ok := s.groups[name]
	if !ok {
		return nil, notFound("Group")
	}
	return map[string]any{"id": id, "name": name, "path": name, "full_path": name, "full_name": name, "visibility": "private", "web_url": s.URL + "/groups/" + name, "created_at": stamp(s.clock)}, nil
}

// create makes an empty project in a group, or in the user's own place.
func (s *Server) create(q request) (any, *refused) {
	name := q.text("path")
	if name == "" {
		name = q.text("name")
	}
	group := "orderly"
	if id, asked := q.body["namespace_id"].(float64); asked {
		group = ""
		for n, other := range s.groups {
			if other == int64(id) {
				group = n
			}
		}
		if group == "" {
			return nil, &refused{http.StatusBadRequest, map[string]any{"namespace": []any{"is not valid"}}}
		}
	}
	name = group + "/" + name
	if s.projects[name] != nil {
		return nil, &refused{http.StatusBadRequest, map[string]any{"name": []any{"has already been taken"}, "path": []any{"has already been taken"}}}
	}
	p := s.project(name, map[string]string{})
	if p.description = q.text("description"); q.text("visibility") != "" {
		p.visibility = q.text("visibility")
	}
	if yes, _ := q.body["initialize_with_readme"].(bool); !yes && group != "orderly" {
		clear(p.branches)
	}
	s.wrote("create %s", name)
	return created(p.json()), nil
}

func (s *Server) remove(p *Project) (any, *refused) {
	if p.Role < Maintainer {
		return nil, &refused{http.StatusForbidden, "403 Forbidden"}
	}
	if s.KeepsDeleted && p.doomed == nil {
		p.doomed = "2027-01-01"
	} else {
		delete(s.projects, p.Name)
	}
	s.wrote("delete %s", p.Name)
	return map[string]any{"message": "202 Accepted"}, nil
}
