package gitlabtest

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

const mainBranch = "main"

// Project is a repository with what belongs to it.
type Project struct {
	ID          int64
	Name        string   // group/name
	Role        int      // of the token's user
	MayMerge    int      // the least role that may merge
	Approvals   int      // how many people have to agree before a merge request may be merged
	FastForward bool     // a branch that has fallen behind is not merged
	NoVariables bool     // pipelines take no variables
	Jobs        []Job    // of every pipeline
	Programs    []string // files that can be run

	description, visibility string
	doomed                  any // when it is deleted; nil: it stays

	server    *Server
	commits   map[string]*commit
	branches  map[string]string // the newest commit
	tags      map[string]*tag
	merges    []*merge
	pipelines []*Pipeline
}

type commit struct {
	id, message, author string
	parents             []string
	files               map[string]string
	at                  time.Time
}

type tag struct {
	name, commit string
	at           time.Time
}

func (p *Project) url() string { return p.server.URL + "/" + p.Name }

// write makes a commit.
func (p *Project) write(parents []string, files map[string]string, message, author string) *commit {
	at := p.server.tick()
	sum := sha1.Sum(fmt.Append(nil, p.Name, parents, at, message, files))
	c := &commit{id: hex.EncodeToString(sum[:]), message: message, author: author, parents: parents, files: maps.Clone(files), at: at}
	p.commits[c.id] = c
	return c
}

// at is what a branch, a tag or a commit stands for; nil when there is none.
func (p *Project) at(ref string) *commit {
	if id, ok := p.branches[ref]; ok {
		return p.commits[id]
	}
	if t, ok := p.tags[ref]; ok {
		return p.commits[t.commit]
	}
	return p.commits[ref]
}

// touched is the last commit that touched a file.
func (p *Project) touched(c *commit, path string) *commit {
	for {
		same := slices.IndexFunc(c.parents, func(id string) bool { return p.commits[id].files[path] == c.files[path] })
		if same < 0 {
			return c
		}
		c = p.commits[c.parents[same]]
	}
}

// before are all commits that a commit comes from, itself included.
func (p *Project) before(c *commit) map[string]bool {
	out := map[string]bool{}
	for todo := []string{c.id}; len(todo) > 0; {
		id := todo[0]
		if todo = todo[1:]; !out[id] {
			out[id] = true
			todo = append(todo, p.commits[id].parents...)
		}
	}
	return out
}

// base is the newest commit that two have in common.
func (p *Project) base(a, b *commit) *commit {
	ours, theirs := p.before(a), p.before(b)
	var out *commit
	for id := range ours {
		if c := p.commits[id]; theirs[id] && (out == nil || c.at.After(out.at)) {
			out = c
		}
	}
	return out
}

// merged is what a branch becomes by another one; false when both changed the same.
func (p *Project) merged(target, source *commit) (map[string]string, bool) {
	base := p.base(target, source)
	out := maps.Clone(target.files)
	for path, theirs := range source.files {
		was, ours := base.files[path], target.files[path]
		switch {
		case theirs == was || theirs == ours:
		case ours == was:
			out[path] = theirs
		default:
			text, ok := mergeLines(was, ours, theirs)
			if !ok {
				return nil, false
			}
			out[path] = text
		}
	}
	return out, true
}

// mergeLines merges two changes of a text whose number of lines is the same. As in Git, neighbouring lines clash.
func mergeLines(was, ours, theirs string) (string, bool) {
	a, b, c := strings.Split(was, "\n"), strings.Split(ours, "\n"), strings.Split(theirs, "\n")
	if len(a) != len(b) || len(a) != len(c) {
		return "", false
	}
	out, near := slices.Clone(b), func(i int) bool { return i >= 0 && i < len(a) && b[i] != a[i] }
	for i := range a {
		if c[i] == a[i] {
			continue
		}
		if near(i-1) || near(i) || near(i+1) {
			return "", false
		}
		out[i] = c[i]
	}
	return strings.Join(out, "\n"), true
}

// File is a file on main now.
func (p *Project) File(path string) string {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	return p.at(mainBranch).files[path]
}

// Branches are the names of all branches.
func (p *Project) Branches() []string {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	return slices.Sorted(maps.Keys(p.branches))
}

// Began are the files of the first commit, on any branch, with their modes.
func (p *Project) Began() (files map[string]string, programs []string) {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	for _, c := range p.commits {
		if len(c.parents) == 0 && p.branches[mainBranch] != "" && p.before(p.at(mainBranch))[c.id] {
			return maps.Clone(c.files), slices.Clone(p.Programs)
		}
	}
	return nil, nil
}

// Visibility is who sees it.
func (p *Project) Visibility() string { return p.visibility }

// Push writes a file to a branch behind the program's back, and returns the commit.
func (p *Project) Push(branch, path, content string) string {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	now := p.at(branch)
	files := maps.Clone(now.files)
	files[path] = content
	c := p.write([]string{now.id}, files, "eve was here", "eve")
	p.branches[branch] = c.id
	return c.id
}

// Tag tags main, with a commit of its own, and returns the commit.
func (p *Project) Tag(name string) string {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	now := p.at(mainBranch)
	c := p.write([]string{now.id}, now.files, "Make "+name+"\n\nwith a body", "ann")
	p.branches[mainBranch], p.tags[name] = c.id, &tag{name: name, commit: c.id, at: c.at}
	return c.id
}
