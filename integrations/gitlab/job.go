package gitlab

import (
	"context"
	"slices"

	api "gitlab.com/gitlab-org/api/client-go/v2"

	"orderly.example/activities"
	"orderly.example/ops"
)

// lookJob says how far the one job is that counts, and starts it when it waits for that.
func (c *Client) lookJob(ctx context.Context, in activities.PipelineIn, whole activities.PipelineRun) (activities.PipelineRun, error) {
	all, err := c.jobs(ctx, in.Run.Project, whole.ID)
	if err != nil {
		return whole, err
	}
	if len(all) == 0 && whole.State == activities.PipelineRuns {
		return whole, nil // it has only just been made
	}
	i := slices.IndexFunc(all, func(j *api.Job) bool { return j.Name == in.Run.Job })
	if i < 0 {
		names := make([]string, len(all))
		for n, j := range all {
			names[n] = j.Name
		}
		return whole, ops.Errorf(ops.NotFound, "pipeline %d of %s has no job %s%s", "%[2]s 的流水线 %[1]d 中没有任务 %[3]s%[4]s", whole.ID, in.Run.Project, in.Run.Job, ops.DidYouMean(in.Run.Job, names))
	}
	job := all[i]
	if job.Status == "manual" {
		if job, err = ask(ctx, c, "job "+job.Name+" of "+in.Run.Project, func(o api.RequestOptionFunc) (*api.Job, *api.Response, error) {
			return c.api.Jobs.PlayJob(in.Run.Project, all[i].ID, nil, o)
		}); err != nil {
			return whole, err
		}
	}
	whole.Status, whole.State, whole.Link = job.Status, stateOf(job.Status), job.WebURL
	if whole.State == activities.PipelineFailed {
		whole.Failed = job.Name
	}
	return whole, nil
}

// jobs are the jobs of a pipeline, each as it was tried last.
func (c *Client) jobs(ctx context.Context, project string, id int64, scope ...api.BuildStateValue) ([]*api.Job, error) {
	options := &api.ListJobsOptions{ListOptions: api.ListOptions{PerPage: pageSize}}
	if len(scope) > 0 {
		options.Scope = &scope
	}
	return ask(ctx, c, "jobs of a pipeline of "+project, func(o api.RequestOptionFunc) ([]*api.Job, *api.Response, error) {
		return c.api.Jobs.ListPipelineJobs(project, id, options, o)
	})
}

// firstFailed is the job that a pipeline failed at; nil when it did not fail at one.
func (c *Client) firstFailed(ctx context.Context, project string, id int64) (*api.Job, error) {
	all, err := c.jobs(ctx, project, id, api.Failed)
	var out *api.Job
	for _, j := range all {
		if !j.AllowFailure && (out == nil || j.ID < out.ID) {
			out = j
		}
	}
	return out, err
}
