package gitlab

import (
	"cmp"
	"context"
	"net/http"
	"path"
	"strings"

	api "gitlab.com/gitlab-org/api/client-go/v2"

	"orderly.example/activities"
	"orderly.example/ops"
)

// trailer says in a commit which change has made it.
const trailer = "Orderly-Change: "

// markOf says in the description of a project which change has made it.
func markOf(in activities.RepositoryIn) string { return "Made by orderly in " + in.Change }

func isOf(p *api.Project, in activities.RepositoryIn) bool {
	return strings.HasSuffix(p.Description, markOf(in))
}

// LookRepository reads a repository; see activities.RepositoryKeeper. One that GitLab only keeps for the time in which it
// could be brought back is not there.
func (c *Client) LookRepository(ctx context.Context, in activities.RepositoryIn) (activities.Repository, error) {
	p, err := c.project(ctx, in.Project)
	if err != nil {
		return activities.Repository{}, err
	}
	out := activities.Repository{Mine: isOf(p, in), Link: p.WebURL}
	switch {
	case p.MarkedForDeletionOn != nil:
		return out, ops.Errorf(ops.NotFound, "the project %s is being deleted", "项目 %s 正在删除", in.Project)
	case p.EmptyRepo:
		return out, nil
	}
	commits, err := ask(ctx, c, "commits of "+in.Project, func(o api.RequestOptionFunc) ([]*api.Commit, *api.Response, error) {
		return c.api.Commits.ListCommits(in.Project, &api.ListCommitsOptions{All: api.Ptr(true), ListOptions: api.ListOptions{PerPage: pageSize}}, o)
	})
	for _, k := range commits {
		if !strings.Contains(k.Message, trailer+in.Change) {
			out.Others++
		}
	}
	return out, err
}

// MakeRepository makes a project and puts the files of its template into it; see activities.RepositoryKeeper.
func (c *Client) MakeRepository(ctx context.Context, in activities.RepositoryIn) (activities.Repository, error) {
	p, err := c.project(ctx, in.Project)
	missing := status(err) == http.StatusNotFound
	switch {
	case err != nil && !missing:
		return activities.Repository{}, err
	case !missing && p.MarkedForDeletionOn != nil:
		return activities.Repository{}, ops.Errorf(ops.Conflict, "the project %s is being deleted, and GitLab keeps its name until then; choose another name, or restore it there", "项目 %s 正在删除,其名称仍被 GitLab 占用;请更换名称,或在 GitLab 中恢复", in.Project)
	case !missing && (in.DryRun || !isOf(p, in)):
		return activities.Repository{}, ops.Errorf(ops.Conflict, "there is a project %s in GitLab already; choose another name, or delete it if it is not needed", "GitLab 中已有项目 %s;请更换名称,或在不需要时将其删除", in.Project)
	}
	from, err := c.template(ctx, in)
	if err != nil {
		return activities.Repository{}, err
	}
	if in.DryRun {
		_, err := c.group(ctx, in)
		return activities.Repository{Files: len(from.files)}, err
	}
	if missing {
		if p, err = c.found(ctx, in); err != nil {
			return activities.Repository{}, err
		}
	}
	out := activities.Repository{Mine: true, Link: p.WebURL}
	if !p.EmptyRepo {
		return out, nil
	}
	return out, c.begin(ctx, in, from)
}

// group is the group that the project belongs into.
func (c *Client) group(ctx context.Context, in activities.RepositoryIn) (*api.Group, error) {
	name := path.Dir(in.Project)
	return ask(ctx, c, "group "+name, func(o api.RequestOptionFunc) (*api.Group, *api.Response, error) {
		return c.api.Groups.GetGroup(name, nil, o)
	})
}

// found makes the project itself, empty.
func (c *Client) found(ctx context.Context, in activities.RepositoryIn) (*api.Project, error) {
	g, err := c.group(ctx, in)
	if err != nil {
		return nil, err
	}
	name := path.Base(in.Project)
	p, err := ask(ctx, c, "a project in group "+path.Dir(in.Project), func(o api.RequestOptionFunc) (*api.Project, *api.Response, error) {
		return c.api.Projects.CreateProject(&api.CreateProjectOptions{
			Name: &name, Path: &name, NamespaceID: &g.ID, Description: api.Ptr(strings.TrimSpace(in.Why + " " + markOf(in))), Visibility: api.Ptr(api.VisibilityValue(cmp.Or(in.Visibility, "private"))),
		}, o)
	})
	if status(err) == http.StatusBadRequest && strings.Contains(words(err), "has already been taken") {
		return nil, ops.Errorf(ops.Unavailable, "GitLab says that there is a project %s already; it is looked at again", "GitLab 提示项目 %s 已存在;将再次查看", in.Project).Because(err)
	}
	return p, err
}

// begin puts the files of the template into the empty project, in one commit.
func (c *Client) begin(ctx context.Context, in activities.RepositoryIn, from *template) error {
	actions, err := c.rendered(ctx, in, from)
	if err != nil {
		return err
	}
	_, err = ask(ctx, c, "a commit to "+in.Project, func(o api.RequestOptionFunc) (*api.Commit, *api.Response, error) {
		return c.api.Commits.CreateCommit(in.Project, &api.CreateCommitOptions{
			Branch: &from.branch, CommitMessage: api.Ptr("Begin from " + in.Template + "\n\n" + in.Why + "\n\n" + trailer + in.Change), Actions: actions,
		}, o)
	})
	if status(err) == http.StatusBadRequest && strings.Contains(words(err), "already exists") {
		return ops.Errorf(ops.Unavailable, "%s says that its files are there already; it is looked at again", "%s 提示文件已存在;将再次查看", in.Project).Because(err)
	}
	return err
}

// DropRepository deletes a project that nobody else has worked in; see activities.RepositoryKeeper.
func (c *Client) DropRepository(ctx context.Context, in activities.RepositoryIn) (activities.Done, error) {
	now, err := c.LookRepository(ctx, in)
	switch {
	case ops.CodeOf(err) == ops.NotFound || err == nil && !now.Mine:
		return activities.Done{}, nil
	case err != nil:
		return activities.Done{}, err
	case now.Others > 0:
		return activities.Done{}, ops.Errorf(ops.Unsafe, "%s holds %d commits of others, and is not deleted: %s; delete it by hand if they are not needed", "%s 中有 %d 个他人的提交,不会删除:%s;如不需要请手工删除", in.Project, now.Others, now.Link)
	}
	_, err = ask(ctx, c, "project "+in.Project, func(o api.RequestOptionFunc) (struct{}, *api.Response, error) {
		resp, err := c.api.Projects.DeleteProject(in.Project, nil, o)
		return struct{}{}, resp, err
	})
	switch status(err) {
	case http.StatusNotFound:
		return activities.Done{}, nil
	case http.StatusForbidden:
		return activities.Done{}, ops.Errorf(ops.Denied, "GitLab lets the token not delete %s; give its user the role Owner in the group, or delete it by hand", "GitLab 不允许当前 token 删除 %s;请在其组中授予 Owner 角色,或手工删除", in.Project).Because(err)
	}
	return activities.Done{Changed: err == nil}, err
}
