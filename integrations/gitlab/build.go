package gitlab

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	api "gitlab.com/gitlab-org/api/client-go/v2"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Build finds a version by its tag or its pipeline; see activities.Builder.
func (c *Client) Build(ctx context.Context, in activities.BuildIn) (activities.Build, error) {
	var of *api.PipelineInfo
	name := in.Version
	if number, ok := strings.CutPrefix(name, activities.PipelineVersion); ok {
		var err error
		if name, of, err = c.builtBy(ctx, in, number); err != nil {
			return activities.Build{}, err
		}
	}
	tag, err := c.tag(ctx, in.Project, name)
	if err != nil {
		return activities.Build{}, err
	}
	out := activities.Build{Version: tag.Name}
	if tag.Commit != nil {
		out.Commit, out.Title, out.Author = tag.Commit.ID, tag.Commit.Title, tag.Commit.AuthorName
	}
	if of == nil {
		if of, err = c.pipelineOf(ctx, in.Project, out); err != nil {
			return out, err
		}
	}
	out.Pipeline, out.Link = of.ID, of.WebURL
	return out, c.succeeded(ctx, in.Project, out.Version, of)
}

// tag is a tag, or the newest one.
func (c *Client) tag(ctx context.Context, project, name string) (*api.Tag, error) {
	if name != activities.LatestVersion {
		t, err := ask(ctx, c, "tag "+name+" of "+project, func(o api.RequestOptionFunc) (*api.Tag, *api.Response, error) {
			return c.api.Tags.GetTag(project, name, o)
		})
		if status(err) != http.StatusNotFound {
			return t, err
		}
	}
	newest, err := ask(ctx, c, "project "+project, func(o api.RequestOptionFunc) ([]*api.Tag, *api.Response, error) {
		return c.api.Tags.ListTags(project, &api.ListTagsOptions{OrderBy: api.Ptr("updated"), Sort: api.Ptr("desc"), ListOptions: api.ListOptions{PerPage: pageSize}}, o)
	})
	switch {
	case err != nil:
		return nil, err
	case len(newest) == 0:
		return nil, ops.Errorf(ops.NotFound, "%s has no tags yet; a version is a tag there", "%s 中还没有标签;版本即其标签", project).At("version")
	case name == activities.LatestVersion:
		return newest[0], nil
	}
	names := make([]string, len(newest))
	for i, t := range newest {
		names[i] = t.Name
	}
	near := ops.DidYouMean(name, names)
	if near.IsZero() {
		near = ops.Textf("; the newest is %s", ";最新的是 %s", names[0])
	}
	return nil, ops.Errorf(ops.NotFound, "%s has no tag %s%s", "%s 中没有标签 %s%s", project, name, near).At("version")
}

// builtBy is the tag that a pipeline was run for.
func (c *Client) builtBy(ctx context.Context, in activities.BuildIn, number string) (string, *api.PipelineInfo, error) {
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return "", nil, ops.Errorf(ops.Invalid, "%q is no number of a pipeline; write pipeline:12345", "%q 不是流水线编号;请写成 pipeline:12345", number).At("version")
	}
	p, err := ask(ctx, c, "pipeline "+number+" of "+in.Project, func(o api.RequestOptionFunc) (*api.Pipeline, *api.Response, error) {
		return c.api.Pipelines.GetPipeline(in.Project, id, o)
	})
	if err != nil {
		return "", nil, err
	}
	of := &api.PipelineInfo{ID: p.ID, Status: p.Status, Ref: p.Ref, SHA: p.SHA, WebURL: p.WebURL}
	if p.Tag {
		return p.Ref, of, nil
	}
	refs, err := ask(ctx, c, "commit "+p.SHA+" of "+in.Project, func(o api.RequestOptionFunc) ([]*api.CommitRef, *api.Response, error) {
		return c.api.Commits.GetCommitRefs(in.Project, p.SHA, &api.GetCommitRefsOptions{Type: api.Ptr("tag"), ListOptions: api.ListOptions{PerPage: pageSize}}, o)
	})
	if err != nil {
		return "", nil, err
	}
	var holding []string
	for _, r := range refs {
		t, err := c.tag(ctx, in.Project, r.Name)
		switch {
		case err != nil:
			return "", nil, err
		case t.Commit != nil && t.Commit.ID == p.SHA: // other tags only hold the commit among others
			holding = append(holding, r.Name)
		}
		if len(holding) > 1 {
			break
		}
	}
	if len(holding) != 1 {
		return "", nil, ops.Errorf(ops.NotFound, "pipeline %s of %s ran for %s, and %d tags are at its commit; a version is a tag: name one", "%[2]s 的流水线 %[1]s 针对 %[3]s 运行,其提交上有 %[4]d 个标签;版本即标签,请直接指定",
			number, in.Project, p.Ref, len(holding)).At("version")
	}
	return holding[0], of, nil
}

// pipelineOf is the newest pipeline of a tag, or of its commit where the tag has none of its own.
func (c *Client) pipelineOf(ctx context.Context, project string, b activities.Build) (*api.PipelineInfo, error) {
	for _, ref := range []*string{&b.Version, nil} {
		all, err := ask(ctx, c, "pipelines of "+project, func(o api.RequestOptionFunc) ([]*api.PipelineInfo, *api.Response, error) {
			return c.api.Pipelines.ListProjectPipelines(project, &api.ListProjectPipelinesOptions{
				Ref: ref, SHA: &b.Commit, OrderBy: api.Ptr("id"), Sort: api.Ptr("desc"), ListOptions: api.ListOptions{PerPage: 1},
			}, o)
		})
		if err != nil {
			return nil, err
		}
		if len(all) > 0 {
			return all[0], nil
		}
	}
	return nil, activities.NotBuilt(b.Version, ops.Textf("%s has no pipeline for it; run one, and ask again when it has succeeded", "%s 中没有对应的流水线;请先运行并在成功后重新申请", project))
}

// succeeded refuses a version whose pipeline did not succeed.
func (c *Client) succeeded(ctx context.Context, project, version string, p *api.PipelineInfo) error {
	switch stateOf(p.Status) {
	case activities.PipelinePassed:
		return nil
	case activities.PipelineRuns, activities.PipelineWaits:
		return activities.NotBuilt(version, ops.Textf("pipeline %d is %s; ask again when it has succeeded: %s", "流水线 %d 状态为 %s;请在其成功后重新申请:%s", p.ID, p.Status, p.WebURL))
	}
	job, err := c.firstFailed(ctx, project, p.ID)
	if err != nil {
		return err
	}
	if job == nil {
		return activities.NotBuilt(version, ops.Textf("pipeline %d is %s: %s", "流水线 %d 状态为 %s:%s", p.ID, p.Status, p.WebURL))
	}
	return activities.NotBuilt(version, ops.Textf("pipeline %d is %s, at job %s; repair it and run it again: %s", "流水线 %d 状态为 %s,失败任务 %s;请修复后重新运行:%s", p.ID, p.Status, job.Name, job.WebURL))
}
