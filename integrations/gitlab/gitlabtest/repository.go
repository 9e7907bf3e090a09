package gitlabtest

import (
	"encoding/base64"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
)

func (p *Project) commitJSON(c *commit) map[string]any {
	first, _, _ := strings.Cut(c.message, "\n")
	return map[string]any{
		"id": c.id, "short_id": c.id[:8], "title": first, "message": c.message, "author_name": c.author, "author_email": c.author + "@example.com", "authored_date": stamp(c.at),
		"committer_name": c.author, "committer_email": c.author + "@example.com", "committed_date": stamp(c.at), "created_at": stamp(c.at), "parent_ids": slices.Concat([]string{}, c.parents),
		"web_url": p.url() + "/-/commit/" + c.id, "trailers": map[string]any{}, "extended_trailers": map[string]any{},
	}
}

func (p *Project) tagJSON(t *tag) map[string]any {
	return map[string]any{"name": t.name, "message": "", "target": t.commit, "commit": p.commitJSON(p.commits[t.commit]), "release": nil, "protected": false, "created_at": nil}
}

// repositoryCalls answers what is about the repository itself.
func (p *Project) repositoryCalls(q request) (any, *refused) {
	switch {
	case q.is("GET", "tags"):
		return p.listTags(q), nil
	case q.is("GET", "tags/*"):
		if t := p.tags[q.parts[1]]; t != nil {
			return p.tagJSON(t), nil
		}
		return nil, notFound("Tag")
	case q.is("GET", "commits"):
		return p.listCommits(q)
	case q.is("POST", "commits"):
		return p.commit(q)
	case q.is("GET", "commits/*"):
		if c := p.at(q.parts[1]); c != nil {
			return p.commitJSON(c), nil
		}
		return nil, notFound("Commit")
	case q.is("GET", "commits/*/refs"):
		out := []any{}
		for _, name := range sortedKeys(p.tags) {
			if p.before(p.commits[p.tags[name].commit])[q.parts[1]] && q.URL.Query().Get("type") == "tag" {
				out = append(out, map[string]any{"type": "tag", "name": name})
			}
		}
		return out, nil
	case q.is("GET", "files/*"):
		return p.file(q)
	case q.is("GET", "tree"):
		return p.tree(q)
	case q.is("DELETE", "branches/*"):
		if p.branches[q.parts[1]] == "" {
			return nil, notFound("Branch")
		}
		delete(p.branches, q.parts[1])
		p.server.wrote("delete branch")
		return nil, nil
	}
	return nil, unknown(q)
}

func (p *Project) listTags(q request) []any {
	all := slices.Collect(maps.Values(p.tags))
	slices.SortFunc(all, func(a, b *tag) int { return a.at.Compare(b.at) })
	if q.URL.Query().Get("sort") != "asc" {
		slices.Reverse(all)
	}
	out := []any{}
	for _, t := range all {
		out = append(out, p.tagJSON(t))
	}
	return out
}

// listCommits are the commits of a branch, of each merge its first parent.
func (p *Project) listCommits(q request) (any, *refused) {
	v := q.URL.Query()
	out := []any{}
	if v.Get("all") == "true" {
		seen := map[string]bool{}
		for _, branch := range sortedKeys(p.branches) {
			maps.Copy(seen, p.before(p.at(branch)))
		}
		for _, id := range sortedKeys(seen) {
			out = append(out, p.commitJSON(p.commits[id]))
		}
		return out, nil
	}
	c := p.at(v.Get("ref_name"))
	if c == nil {
		return nil, notFound("Commit")
	}
	for {
		var parent *commit
		if len(c.parents) > 0 {
			parent = p.commits[c.parents[0]]
		}
		if v.Get("path") == "" || parent == nil || parent.files[v.Get("path")] != c.files[v.Get("path")] {
			out = append(out, p.commitJSON(c))
		}
		if c = parent; c == nil {
			return out, nil
		}
	}
}

func (p *Project) file(q request) (any, *refused) {
	ref := q.URL.Query().Get("ref")
	c := p.at(ref)
	if c == nil {
		return nil, notFound("Commit")
	}
	content, ok := c.files[q.parts[1]]
	if !ok {
		return nil, notFound("File")
	}
	return map[string]any{
		"file_name": path.Base(q.parts[1]), "file_path": q.parts[1], "size": len(content), "encoding": "base64", "content": base64.StdEncoding.EncodeToString([]byte(content)),
		"content_sha256": "x", "ref": ref, "blob_id": "x", "commit_id": c.id, "last_commit_id": p.touched(c, q.parts[1]).id, "execute_filemode": false,
	}, nil
}

// commit writes files to a branch, which it may make from another one.
func (p *Project) commit(q request) (any, *refused) {
	branch, start := q.text("branch"), q.text("start_branch")
	again, _ := q.body["force"].(bool)
	switch {
	case p.Role < Developer, p.Role < Maintainer && branch == mainBranch:
		return nil, &refused{http.StatusForbidden, "You are not allowed to push into this branch"}
	case start != "" && p.branches[branch] != "" && !again:
		return nil, &refused{http.StatusBadRequest, "A branch called '" + branch + "' already exists. Switch to that branch in order to make changes"}
	case start == "":
		start = branch
	}
	from := p.at(start)
	if from == nil && len(p.branches) == 0 { // the first commit of all
		from = &commit{}
	}
	if from == nil {
		return nil, &refused{http.StatusBadRequest, "You can only create or edit files when you are on a branch"}
	}
	files, parents := map[string]string{}, []string{}
	if from.id != "" {
		files, parents = maps.Clone(from.files), append(parents, from.id)
	}
	actions, _ := q.body["actions"].([]any)
	for _, a := range actions {
		if no := p.act(from, files, a); no != nil {
			return nil, no
		}
	}
	c := p.write(parents, files, q.text("commit_message"), "orderly")
	p.branches[branch] = c.id
	first, _, _ := strings.Cut(c.message, "\n")
	p.server.wrote("commit %s", first)
	return created(p.commitJSON(c)), nil
}

func (p *Project) act(from *commit, files map[string]string, action any) *refused {
	a, _ := action.(map[string]any)
	name, _ := a["file_path"].(string)
	content, _ := a["content"].(string)
	_, there := files[name]
	switch {
	case a["action"] == "create" && there:
		return &refused{http.StatusBadRequest, "A file with this name already exists"}
	case a["action"] != "create" && !there:
		return &refused{http.StatusBadRequest, "A file with this name doesn't exist"}
	case a["last_commit_id"] != nil && a["last_commit_id"] != p.touched(from, name).id:
		return &refused{http.StatusBadRequest, "The file has changed since you started editing it: " + name}
	}
	if a["action"] == "delete" {
		delete(files, name)
		return nil
	}
	if a["encoding"] == "base64" {
		raw, err := base64.StdEncoding.DecodeString(content)
		if err != nil {
			return &refused{http.StatusBadRequest, "content is no base64"}
		}
		content = string(raw)
	}
	if a["execute_filemode"] == true {
		p.Programs = append(p.Programs, name)
	}
	files[name] = content
	return nil
}

// tree lists all files; directories are between them.
func (p *Project) tree(q request) (any, *refused) {
	v := q.URL.Query()
	c := p.at(v.Get("ref"))
	if c == nil || v.Get("recursive") != "true" {
		return nil, notFound("Tree")
	}
	out, seen := []any{}, map[string]bool{}
	node := func(name, kind, mode string) {
		out = append(out, map[string]any{"id": "x", "name": path.Base(name), "type": kind, "path": name, "mode": mode})
	}
	for _, name := range sortedKeys(c.files) {
		if dir := path.Dir(name); dir != "." && !seen[dir] {
			seen[dir] = true
			node(dir, "tree", "040000")
		}
		switch content := c.files[name]; {
		case slices.Contains(p.Programs, name):
			node(name, "blob", "100755")
		case strings.HasPrefix(content, "-> "):
			node(name, "blob", "120000")
		default:
			node(name, "blob", "100644")
		}
	}
	return out, nil
}
