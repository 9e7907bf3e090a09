package gitlabtest

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// pipelineCalls answers what is about pipelines.
func (p *Project) pipelineCalls(q request) (any, *refused) {
	switch {
	case q.is("GET", "pipelines"):
		return p.listPipelines(q)
	case q.is("POST", "pipeline"):
		return p.startPipeline(q)
	case q.is("POST", "jobs/*/play"):
		for _, r := range p.pipelines {
			for _, j := range r.Jobs {
				if strconv.FormatInt(j.ID, 10) != q.parts[1] {
					continue
				}
				if j.Status != "manual" {
					return nil, &refused{http.StatusBadRequest, "400 Bad request - Unplayable Job"}
				}
				j.Status = "running"
				p.server.wrote("play %s", j.Name)
				return r.jobJSON(j), nil
			}
		}
		return nil, notFound("Job")
	}
	i := slices.IndexFunc(p.pipelines, func(r *Pipeline) bool { return len(q.parts) > 1 && strconv.FormatInt(r.ID, 10) == q.parts[1] })
	if i < 0 {
		return nil, notFound("Pipeline")
	}
	r := p.pipelines[i]
	switch {
	case q.is("GET", "pipelines/*"):
		return r.whole(), nil
	case q.is("GET", "pipelines/*/variables"):
		out := []any{}
		for _, k := range sortedKeys(r.Variables) {
			out = append(out, map[string]any{"key": k, "value": r.Variables[k], "variable_type": "env_var", "raw": false})
		}
		return out, nil
	case q.is("GET", "pipelines/*/jobs"):
		out := []any{}
		for _, j := range r.Jobs {
			if scope := q.URL.Query()["scope[]"]; len(scope) == 0 || slices.Contains(scope, j.Status) {
				out = append(out, r.jobJSON(j))
			}
		}
		return out, nil
	case q.is("POST", "pipelines/*/cancel"):
		if r.Status == "running" || r.Status == "manual" {
			r.end("canceled", "")
			p.server.wrote("cancel")
		}
		return r.whole(), nil
	}
	return nil, unknown(q)
}

func (p *Project) listPipelines(q request) (any, *refused) {
	out := []any{}
	v := q.URL.Query()
	after, _ := time.Parse(time.RFC3339, v.Get("updated_after"))
	has := func(name, value string) bool { return !v.Has(name) || v.Get(name) == value }
	for _, r := range p.pipelines {
		if has("ref", r.Ref) && has("sha", r.sha) && has("source", r.source) && !r.updated.Before(after) {
			out = append(out, r.json())
		}
	}
	if v.Get("sort") != "asc" {
		slices.Reverse(out)
	}
	return out, nil
}

func (p *Project) startPipeline(q request) (any, *refused) {
	ref := q.text("ref")
	variables := map[string]string{}
	list, _ := q.body["variables"].([]any)
	for _, v := range list {
		one, _ := v.(map[string]any)
		k, _ := one["key"].(string)
		variables[k], _ = one["value"].(string)
	}
	switch {
	case p.Role < Developer:
		return nil, &refused{http.StatusForbidden, "403 Forbidden"}
	case p.branches[ref] == "" && p.tags[ref] == nil:
		return nil, &refused{http.StatusBadRequest, map[string]any{"base": []any{"Reference not found"}}}
	case p.NoVariables && len(variables) > 0:
		return nil, &refused{http.StatusBadRequest, map[string]any{"base": []any{"Insufficient permissions to set pipeline variables"}}}
	}
	r := p.run(ref, "api", variables)
	p.server.wrote("start %s", ref)
	if p.server.Started != nil {
		p.server.Started(r)
	}
	return created(r.whole()), nil
}
