package gitlabtest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
)

// merge is a merge request.
type merge struct {
	project                    *Project
	iid                        int64
	source, target             string
	title, description, state  string
	head                       string // of the source, when it is gone
	looked                     bool   // somebody has looked since it last changed, so that it was checked
	agreed                     map[string]bool
	mergedAs, mergedBy, closer string
	remove                     bool
}

func (m *merge) sha() string {
	if id := m.project.branches[m.source]; id != "" && m.state == "opened" {
		if m.head != id {
			m.head, m.looked, m.agreed = id, false, map[string]bool{}
		}
	}
	return m.head
}

// status is whether it may be merged, in GitLab's words.
func (m *merge) status() string {
	p := m.project
	source, target := p.commits[m.sha()], p.at(m.target)
	switch {
	case m.state != "opened":
		return "not_open"
	case !m.looked:
		return "checking"
	}
	if _, ok := p.merged(target, source); !ok {
		return "conflict"
	}
	switch {
	case p.FastForward && !p.before(source)[target.id]:
		return "need_rebase"
	case len(m.agreed) < p.Approvals:
		return "not_approved"
	}
	return "mergeable"
}

// changes is how many files it changes.
func (m *merge) changes() int {
	p := m.project
	source := p.commits[m.sha()]
	base := p.base(p.at(m.target), source)
	n := 0
	for path, content := range source.files {
		if base.files[path] != content {
			n++
		}
	}
	return n
}

func (m *merge) json() map[string]any {
	p := m.project
	var mergedBy, closedBy, mergeSHA any
	if m.mergedBy != "" {
		mergedBy, mergeSHA = person(m.mergedBy), m.mergedAs
	}
	if m.closer != "" {
		closedBy = person(m.closer)
	}
	return map[string]any{
		"id": m.iid, "iid": m.iid, "project_id": p.ID, "title": m.title, "description": m.description, "state": m.state, "source_branch": m.source, "target_branch": m.target,
		"source_project_id": p.ID, "target_project_id": p.ID, "sha": m.sha(), "detailed_merge_status": m.status(), "merge_commit_sha": mergeSHA, "merge_user": mergedBy, "closed_by": closedBy,
		"author": person("orderly"), "web_url": fmt.Sprintf("%s/-/merge_requests/%d", p.url(), m.iid), "draft": false, "has_conflicts": m.status() == "conflict", "labels": []any{},
		"created_at": stamp(p.server.clock), "updated_at": stamp(p.server.clock), "should_remove_source_branch": nil, "force_remove_source_branch": m.remove, "squash": false,
	}
}

func (m *merge) whole() map[string]any {
	out := m.json()
	out["changes_count"], out["rebase_in_progress"], out["merge_error"], out["user"] = nil, false, nil, map[string]any{"can_merge": m.project.Role >= m.project.MayMerge}
	if m.looked {
		out["changes_count"] = strconv.Itoa(m.changes())
	}
	m.looked = true
	return out
}

// mergeCalls answers what is about merge requests.
func (p *Project) mergeCalls(q request) (any, *refused) {
	switch {
	case q.is("GET", "merge_requests"):
		out := []any{}
		v := q.URL.Query()
		for _, m := range slices.Backward(p.merges) {
			if m.source == v.Get("source_branch") && m.target == v.Get("target_branch") && (v.Get("state") == "all" || v.Get("state") == m.state) {
				out = append(out, m.json())
			}
		}
		return out, nil
	case q.is("POST", "merge_requests"):
		return p.propose(q)
	}
	i := slices.IndexFunc(p.merges, func(m *merge) bool { return strconv.FormatInt(m.iid, 10) == q.parts[1] })
	if i < 0 {
		return nil, notFound("Merge Request")
	}
	m := p.merges[i]
	switch {
	case q.is("GET", "merge_requests/*"):
		return m.whole(), nil
	case q.is("PUT", "merge_requests/*"):
		if p.Role < Developer {
			return nil, &refused{http.StatusForbidden, "403 Forbidden"}
		}
		if q.text("state_event") == "close" && m.state == "opened" {
			m.sha()
			m.state, m.closer = "closed", "orderly"
			p.server.wrote("close")
		}
		return m.whole(), nil
	case q.is("PUT", "merge_requests/*/merge"):
		return m.accept(q)
	}
	return nil, unknown(q)
}

func (p *Project) propose(q request) (any, *refused) {
	source, target := q.text("source_branch"), q.text("target_branch")
	open := slices.IndexFunc(p.merges, func(m *merge) bool { return m.source == source && m.target == target && m.state == "opened" })
	switch {
	case p.Role < Developer:
		return nil, &refused{http.StatusForbidden, "403 Forbidden"}
	case open >= 0:
		return nil, &refused{http.StatusConflict, []any{fmt.Sprintf("Another open merge request already exists for this source branch: !%d", p.merges[open].iid)}}
	case p.branches[source] == "" || p.branches[target] == "" || q.text("title") == "":
		return nil, &refused{http.StatusBadRequest, map[string]any{"validate_branches": []any{"source or target branch does not exist"}}}
	}
	remove, _ := q.body["remove_source_branch"].(bool)
	m := &merge{project: p, iid: int64(len(p.merges) + 1), source: source, target: target, title: q.text("title"), description: q.text("description"), state: "opened", agreed: map[string]bool{}, remove: remove}
	p.merges = append(p.merges, m)
	p.server.wrote("merge request %s", m.title)
	return created(m.whole()), nil
}

// accept merges.
func (m *merge) accept(q request) (any, *refused) {
	p := m.project
	switch {
	case p.Role < p.MayMerge:
		return nil, &refused{http.StatusUnauthorized, "401 Unauthorized"}
	case m.state != "opened":
		return nil, &refused{http.StatusMethodNotAllowed, "405 Method Not Allowed"}
	case q.text("sha") != m.sha():
		return nil, &refused{http.StatusConflict, "SHA does not match HEAD of source branch: " + m.sha()}
	case m.status() != "mergeable":
		return nil, &refused{http.StatusUnprocessableEntity, "Branch cannot be merged"}
	}
	m.join("orderly")
	if yes, _ := q.body["should_remove_source_branch"].(bool); yes || m.remove {
		delete(p.branches, m.source)
	}
	p.server.wrote("merge !%d", m.iid)
	return m.whole(), nil
}

func (m *merge) join(by string) {
	p := m.project
	target, source := p.at(m.target), p.commits[m.sha()]
	files, _ := p.merged(target, source)
	c := p.write([]string{target.id, source.id}, files, "Merge branch '"+m.source+"'", by)
	p.branches[m.target] = c.id
	m.state, m.mergedAs, m.mergedBy = "merged", c.id, by
}

// Merge is a merge request, as people see it.
type Merge struct{ Title, Description, State, Source string }

// Merges are all merge requests, the oldest first.
func (p *Project) Merges() []Merge {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	var out []Merge
	for _, m := range p.merges {
		out = append(out, Merge{m.title, m.description, m.state, m.source})
	}
	return out
}

// last is the newest merge request.
func (p *Project) last() *merge { return p.merges[len(p.merges)-1] }

// Agree has a person approve the newest merge request.
func (p *Project) Agree(person string) {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	m := p.last()
	m.sha()
	m.agreed[person] = true
}

// Refuse has a person close the newest merge request.
func (p *Project) Refuse(person string) {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	m := p.last()
	m.sha()
	m.state, m.closer = "closed", person
}

// Accept has a person merge the newest merge request.
func (p *Project) Accept(person string) {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	p.last().join(person)
}
