package harbor

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"orderly.example/activities"
	"orderly.example/integrations/rest"
	"orderly.example/ops"
)

// mark is the name of the label that says which change has made a project.
const mark = "orderly"

// clockSkew is how far the clocks may differ.
const clockSkew = time.Minute

// project is a project, as the API has it.
type project struct {
	ID    int64     `json:"project_id"`
	Name  string    `json:"name"`
	Made  time.Time `json:"creation_time"`
	Repos int       `json:"repo_count"`
	owner string    // the change that has made it; empty: nobody says
}

func (c *Client) project(ctx context.Context, name string) (project, error) {
	var out project
	if err := c.do(ctx, rest.Call{Method: http.MethodGet, Path: []string{"projects", name}, What: "project " + name}, &out); err != nil {
		return out, err
	}
	var labels []struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	}
	q := url.Values{"scope": {"p"}, "project_id": {strconv.FormatInt(out.ID, 10)}, "name": {mark}}
	err := c.do(ctx, rest.Call{Method: http.MethodGet, Path: []string{"labels"}, Query: q, What: "labels of project " + name}, &labels)
	for _, l := range labels {
		if l.Name == mark {
			out.owner = l.Description
		}
	}
	return out, err
}

// isOf says whether a change has made the project; see doc.go.
func (p project) isOf(in activities.ProjectIn) bool {
	return p.owner == in.Change || p.owner == "" && p.Repos == 0 && !p.Made.Before(in.Since.Add(-clockSkew))
}

// LookProject reads a project; see activities.ProjectKeeper.
func (c *Client) LookProject(ctx context.Context, in activities.ProjectIn) (activities.Project, error) {
	p, err := c.project(ctx, in.Name)
	if err != nil {
		return activities.Project{}, err
	}
	return activities.Project{Mine: p.isOf(in), Repositories: p.Repos, Link: fmt.Sprintf("%s/harbor/projects/%d", c, p.ID)}, nil
}

// MakeProject makes a private project whose images are scanned when they are pushed; see activities.ProjectKeeper.
func (c *Client) MakeProject(ctx context.Context, in activities.ProjectIn) (activities.Done, error) {
	p, err := c.project(ctx, in.Name)
	missing := status(err) == http.StatusNotFound
	switch {
	case err != nil && !missing:
		return activities.Done{}, err
	case !missing && (in.DryRun || !p.isOf(in)):
		return activities.Done{}, ops.Errorf(ops.Conflict, "there is a project %s in Harbor already; choose another name, or delete it if it is not needed", "Harbor 中已有项目 %s;请更换名称,或在不需要时将其删除", in.Name)
	case in.DryRun:
		return activities.Done{Changed: true}, nil
	}
	if missing {
		if err := c.found(ctx, in); err != nil {
			return activities.Done{}, err
		}
		if p, err = c.project(ctx, in.Name); err != nil {
			return activities.Done{}, err
		}
	}
	if p.owner == in.Change {
		return activities.Done{Changed: missing}, nil
	}
	label := map[string]any{"name": mark, "description": in.Change, "scope": "p", "project_id": p.ID, "color": "#0072A3"}
	err = c.do(ctx, rest.Call{Method: http.MethodPost, Path: []string{"labels"}, Body: label, What: "the label of project " + in.Name}, nil)
	return activities.Done{Changed: true}, again(err, in.Name)
}

// found makes the project itself.
func (c *Client) found(ctx context.Context, in activities.ProjectIn) error {
	body := map[string]any{"project_name": in.Name, "metadata": map[string]string{"public": "false", "auto_scan": "true"}}
	if in.Quota > 0 {
		body["storage_limit"] = in.Quota
	}
	err := c.do(ctx, rest.Call{Method: http.MethodPost, Path: []string{"projects"}, Body: body, What: "a project " + in.Name}, nil)
	return again(err, in.Name)
}

// again has a step looked at again whose effect is there already: another attempt of it may have come through late.
func again(err error, name string) error {
	if status(err) == http.StatusConflict {
		return ops.Errorf(ops.Unavailable, "Harbor says that %s is there already; it is looked at again", "Harbor 提示 %s 已存在;将再次查看", name).Because(err)
	}
	return err
}

// DropProject deletes a project that is empty; see activities.ProjectKeeper.
func (c *Client) DropProject(ctx context.Context, in activities.ProjectIn) (activities.Done, error) {
	p, err := c.project(ctx, in.Name)
	switch {
	case status(err) == http.StatusNotFound || err == nil && !p.isOf(in):
		return activities.Done{}, nil
	case err != nil:
		return activities.Done{}, err
	case p.Repos > 0:
		return activities.Done{}, ops.Errorf(ops.Unsafe, "project %s in Harbor holds images in %d repositories, which are not deleted; delete them first if they are not needed", "Harbor 项目 %s 中有 %d 个仓库的镜像,不会删除;如不需要请先清理", in.Name, p.Repos)
	}
	err = c.do(ctx, rest.Call{Method: http.MethodDelete, Path: []string{"projects", in.Name}, What: "project " + in.Name}, nil)
	if status(err) == http.StatusNotFound {
		return activities.Done{}, nil
	}
	return activities.Done{Changed: err == nil}, err
}

// Check asks whether the account is taken.
func (c *Client) Check(ctx context.Context) error {
	var one []project
	return c.do(ctx, rest.Call{Method: http.MethodGet, Path: []string{"projects"}, Query: url.Values{"page_size": {"1"}}, What: "the list of projects"}, &one)
}
