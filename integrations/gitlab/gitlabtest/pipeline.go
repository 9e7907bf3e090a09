package gitlabtest

import (
	"strconv"
	"time"
)

// Pipeline is one run.
type Pipeline struct {
	ID        int64
	Ref       string
	Status    string
	Variables map[string]string
	Jobs      []*Job

	project          *Project
	sha, source      string
	tag              bool
	created, updated time.Time
}

// Job is one job of a pipeline, or what a project has one made of.
type Job struct {
	ID           int64
	Name         string
	Status       string // of a project's: manual, or empty
	AllowFailure bool
}

// run makes a pipeline.
func (p *Project) run(ref, source string, variables map[string]string) *Pipeline {
	s := p.server
	s.tick()
	now := time.Now().UTC() // as GitLab says it: whoever asks compares it with a clock
	_, isTag := p.tags[ref]
	out := &Pipeline{ID: s.next(), Ref: ref, Status: "running", Variables: variables, project: p, sha: p.at(ref).id, source: source, tag: isTag, created: now, updated: now}
	for _, j := range p.Jobs {
		j.ID = s.next()
		if j.Status == "" {
			j.Status = "running"
		}
		out.Jobs = append(out.Jobs, &j)
	}
	p.pipelines = append(p.pipelines, out)
	return out
}

// Run makes a pipeline as a push does, in a status.
func (p *Project) Run(ref, status string) *Pipeline {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	out := p.run(ref, "push", nil)
	out.end(status, "")
	return out
}

// End ends a pipeline; a failed one fails at a job.
func (p *Pipeline) End(status, job string) {
	p.project.server.mu.Lock()
	defer p.project.server.mu.Unlock()
	p.EndLocked(status, job)
}

// EndLocked is End for who is called with the Server locked.
func (p *Pipeline) EndLocked(status, job string) { p.end(status, job) }

func (p *Pipeline) end(status, job string) {
	p.Status, p.updated = status, time.Now().UTC()
	for _, j := range p.Jobs {
		switch {
		case j.Name == job:
			j.Status = status
		case j.Status == "running":
			j.Status = map[bool]string{true: "success", false: status}[status == "failed"]
		}
	}
}

// Twin starts the same once more, for who is called with the Server locked.
func (p *Pipeline) Twin() { p.project.run(p.Ref, p.source, p.Variables) }

// Pipelines are those that were started through the API.
func (p *Project) Pipelines() []*Pipeline {
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	var out []*Pipeline
	for _, r := range p.pipelines {
		if r.source == "api" {
			out = append(out, r)
		}
	}
	return out
}

func stamp(t time.Time) string { return t.Format("2006-01-02T15:04:05.000Z07:00") }

func (p *Pipeline) json() map[string]any {
	return map[string]any{
		"id": p.ID, "iid": p.ID, "project_id": p.project.ID, "sha": p.sha, "ref": p.Ref, "status": p.Status, "source": p.source,
		"created_at": stamp(p.created), "updated_at": stamp(p.updated), "web_url": p.url(), "name": nil,
	}
}

func (p *Pipeline) url() string {
	return p.project.url() + "/-/pipelines/" + strconv.FormatInt(p.ID, 10)
}

// whole is what one gets who asks for it alone.
func (p *Pipeline) whole() map[string]any {
	out := p.json()
	for k, v := range map[string]any{
		"before_sha": "0000000000000000000000000000000000000000", "tag": p.tag, "yaml_errors": nil, "user": person("orderly"), "started_at": nil, "finished_at": nil,
		"committed_at": nil, "duration": nil, "queued_duration": nil, "coverage": nil,
		"detailed_status": map[string]any{"icon": "status_" + p.Status, "text": p.Status, "label": p.Status, "group": p.Status, "tooltip": p.Status, "has_details": true, "details_path": "/x", "illustration": nil, "favicon": "/x.png"},
	} {
		out[k] = v
	}
	return out
}

func (p *Pipeline) jobJSON(j *Job) map[string]any {
	return map[string]any{
		"id": j.ID, "name": j.Name, "status": j.Status, "stage": "test", "ref": p.Ref, "tag": p.tag, "allow_failure": j.AllowFailure, "created_at": stamp(p.created),
		"web_url": p.project.url() + "/-/jobs/" + strconv.FormatInt(j.ID, 10), "pipeline": map[string]any{"id": p.ID, "project_id": p.project.ID, "ref": p.Ref, "sha": p.sha, "status": p.Status},
		"started_at": nil, "finished_at": nil, "duration": nil, "coverage": nil,
	}
}

func person(name string) map[string]any {
	return map[string]any{"id": 1, "username": name, "name": name, "state": "active", "avatar_url": nil, "web_url": "https://gitlab.example/" + name}
}
