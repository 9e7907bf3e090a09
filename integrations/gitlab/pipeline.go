package gitlab

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	api "gitlab.com/gitlab-org/api/client-go/v2"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Where a pipeline of a key is looked for.
const (
	clockSkew = 15 * time.Minute // how far the clocks may differ
	maxPages  = 5
)

// stateOf is what the status of a pipeline or a job means.
func stateOf(status string) activities.PipelineState {
	switch status {
	case "success":
		return activities.PipelinePassed
	case "failed", "canceled", "skipped":
		return activities.PipelineFailed
	case "manual":
		return activities.PipelineWaits
	}
	return activities.PipelineRuns
}

// TryPipeline says why a pipeline could not be started; see activities.Pipeliner.
func (c *Client) TryPipeline(ctx context.Context, in activities.PipelineIn) error {
	p, err := c.project(ctx, in.Run.Project)
	if err != nil {
		return err
	}
	if err := writable(p, in.Run.Project); err != nil {
		return err
	}
	_, err = ask(ctx, c, "branch or tag "+in.Run.Ref+" of "+in.Run.Project, func(o api.RequestOptionFunc) (*api.Commit, *api.Response, error) {
		return c.api.Commits.GetCommit(in.Run.Project, in.Run.Ref, nil, o)
	})
	return err
}

// StartPipeline starts a pipeline once per key; see activities.Pipeliner.
func (c *Client) StartPipeline(ctx context.Context, in activities.PipelineIn) (activities.PipelineRun, error) {
	there, err := c.byKey(ctx, in)
	if err != nil {
		return activities.PipelineRun{}, err
	}
	if len(there) > 0 {
		return runOf(there[0]), nil
	}
	variables := []*api.PipelineVariableOptions{{Key: api.Ptr(ops.KeyVariable), Value: &in.Key}}
	for _, name := range slices.Sorted(maps.Keys(in.Run.Variables)) {
		variables = append(variables, &api.PipelineVariableOptions{Key: &name, Value: api.Ptr(in.Run.Variables[name])})
	}
	_, err = ask(ctx, c, "a pipeline of "+in.Object(), func(o api.RequestOptionFunc) (*api.Pipeline, *api.Response, error) {
		return c.api.Pipelines.CreatePipeline(in.Run.Project, &api.CreatePipelineOptions{Ref: &in.Run.Ref, Variables: &variables}, o)
	})
	if status(err) == http.StatusBadRequest && strings.Contains(words(err), "set pipeline variables") {
		return activities.PipelineRun{}, ops.Errorf(ops.Denied, "GitLab lets the token set no variables of pipelines in %s; allow it for its role under Settings, CI/CD, Variables", "GitLab 不允许当前 token 在 %s 中设置流水线变量;请在 设置-CI/CD-变量 中为其角色放开", in.Run.Project).Because(err)
	}
	if err != nil {
		return activities.PipelineRun{}, err
	}
	if there, err = c.byKey(ctx, in); err != nil {
		return activities.PipelineRun{}, err
	}
	if len(there) == 0 {
		return activities.PipelineRun{}, ops.Errorf(ops.Unavailable, "the pipeline of %s was started and does not show yet; it is looked for again", "%s 的流水线已启动但尚不可见;将继续查找", in.Object())
	}
	for _, late := range there[1:] { // two attempts crossed each other
		if err := c.cancel(ctx, in, late); err != nil {
			return activities.PipelineRun{}, err
		}
	}
	return runOf(there[0]), nil
}

func runOf(p *api.PipelineInfo) activities.PipelineRun {
	return activities.PipelineRun{ID: p.ID, Status: p.Status, State: stateOf(p.Status), Link: p.WebURL}
}

// byKey are the pipelines of a key, the oldest first.
func (c *Client) byKey(ctx context.Context, in activities.PipelineIn) ([]*api.PipelineInfo, error) {
	options := &api.ListProjectPipelinesOptions{Ref: &in.Run.Ref, Source: api.Ptr("api"), UpdatedAfter: api.Ptr(in.Since.Add(-clockSkew)), OrderBy: api.Ptr("id"), Sort: api.Ptr("asc")}
	options.PerPage = pageSize
	var out []*api.PipelineInfo
	for options.Page = 1; options.Page <= maxPages; options.Page++ {
		page, err := ask(ctx, c, "pipelines of "+in.Run.Project, func(o api.RequestOptionFunc) ([]*api.PipelineInfo, *api.Response, error) {
			return c.api.Pipelines.ListProjectPipelines(in.Run.Project, options, o)
		})
		if err != nil {
			return nil, err
		}
		for _, p := range page {
			variables, err := ask(ctx, c, "variables of a pipeline of "+in.Run.Project, func(o api.RequestOptionFunc) ([]*api.PipelineVariable, *api.Response, error) {
				return c.api.Pipelines.GetPipelineVariables(in.Run.Project, p.ID, o)
			})
			if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(variables, func(v *api.PipelineVariable) bool { return v.Key == ops.KeyVariable && v.Value == in.Key }) {
				out = append(out, p)
			}
		}
		if len(page) < pageSize {
			return out, nil
		}
	}
	return nil, ops.Errorf(ops.Unsafe, "more than %d pipelines ran for %s of %s, and whether this one was started cannot be told; give the gate a ref of its own", "%[3]s 的 %[2]s 上有超过 %[1]d 条流水线,无法判断本次是否已启动;请为门禁使用专用的 ref",
		maxPages*pageSize, in.Run.Ref, in.Run.Project)
}

// LookPipeline says how far a pipeline is; see activities.Pipeliner.
func (c *Client) LookPipeline(ctx context.Context, in activities.PipelineIn, id int64) (activities.PipelineRun, error) {
	p, err := ask(ctx, c, "a pipeline of "+in.Run.Project, func(o api.RequestOptionFunc) (*api.Pipeline, *api.Response, error) {
		return c.api.Pipelines.GetPipeline(in.Run.Project, id, o)
	})
	if err != nil {
		return activities.PipelineRun{}, err
	}
	out := activities.PipelineRun{ID: p.ID, Status: p.Status, State: stateOf(p.Status), Link: p.WebURL}
	if in.Run.Job != "" {
		return c.lookJob(ctx, in, out)
	}
	if out.State == activities.PipelineFailed {
		job, err := c.firstFailed(ctx, in.Run.Project, id)
		if err != nil {
			return out, err
		}
		if job != nil {
			out.Failed, out.Link = job.Name, job.WebURL
		}
	}
	return out, nil
}

// CancelPipeline stops the pipeline of a key; see activities.Pipeliner.
func (c *Client) CancelPipeline(ctx context.Context, in activities.PipelineIn) (activities.Done, error) {
	there, err := c.byKey(ctx, in)
	if err != nil {
		return activities.Done{}, err
	}
	var out activities.Done
	for _, p := range there {
		if s := stateOf(p.Status); s == activities.PipelinePassed || s == activities.PipelineFailed || p.Status == "canceling" {
			continue
		}
		if err := c.cancel(ctx, in, p); err != nil {
			return out, err
		}
		out.Changed = true
	}
	return out, nil
}

func (c *Client) cancel(ctx context.Context, in activities.PipelineIn, p *api.PipelineInfo) error {
	_, err := ask(ctx, c, "a pipeline of "+in.Run.Project, func(o api.RequestOptionFunc) (*api.Pipeline, *api.Response, error) {
		return c.api.Pipelines.CancelPipelineBuild(in.Run.Project, p.ID, o)
	})
	return err
}
