package gitlab

import (
	"cmp"
	"context"
	"encoding/base64"
	"net/http"
	"time"

	api "gitlab.com/gitlab-org/api/client-go/v2"

	"orderly.example/activities"
	"orderly.example/ops"
)

// file is where a place's version is written, as it is now.
type file struct {
	*field
	git     ops.GitPlace // its branch filled in
	project *api.Project
	commit  string // the last one that touched the file
}

// link is where people see it.
func (f *file) link() string { return f.project.WebURL + "/-/commit/" + f.commit }

// says is what stands in the file, for people.
func (f *file) says() ops.Text {
	if f.field == nil {
		return ops.Textf("what it said before", "之前的内容")
	}
	return ops.Plain(f.image)
}

// open reads the file of a place.
func (c *Client) open(ctx context.Context, at ops.Place) (*file, error) {
	if !at.InGit() {
		return nil, ops.Errorf(ops.Invalid, "%s has no git in the inventory; say there in which project, file and field its version is written", "资产清单中 %s 缺少 git;请写明其版本所在的 project、file 与 field", at.Target)
	}
	project, err := c.project(ctx, at.Git.Project)
	if err != nil {
		return nil, err
	}
	out := &file{git: at.Git, project: project}
	out.git.Branch = cmp.Or(at.Git.Branch, project.DefaultBranch)
	raw, commit, err := c.read(ctx, at.Git.Project, at.Git.File, out.git.Branch)
	if err != nil {
		return nil, err
	}
	out.commit = commit
	out.field, err = findField(raw, out.git)
	return out, err
}

func (c *Client) project(ctx context.Context, name string) (*api.Project, error) {
	return ask(ctx, c, "project "+name, func(o api.RequestOptionFunc) (*api.Project, *api.Response, error) {
		return c.api.Projects.GetProject(name, nil, o)
	})
}

// read is the content of a file at a branch or commit, and the last commit that touched it.
func (c *Client) read(ctx context.Context, project, path, ref string) (content, commit string, err error) {
	f, err := ask(ctx, c, "file "+path+" at "+ref+" of "+project, func(o api.RequestOptionFunc) (*api.File, *api.Response, error) {
		return c.api.RepositoryFiles.GetFile(project, path, &api.GetFileOptions{Ref: &ref}, o)
	})
	if err != nil {
		return "", "", err
	}
	raw, err := base64.StdEncoding.DecodeString(f.Content)
	if err != nil {
		return "", "", ops.Errorf(ops.Unavailable, "what %s answers is not what a GitLab says; check that the address is that of the GitLab", "%s 的答复不是 GitLab 的格式;请检查该地址是否为 GitLab", c).Because(err)
	}
	return string(raw), f.LastCommitID, nil
}

// lookBack is how many commits of a file are looked through for former versions.
const lookBack = 10

// Runs says which image is written for a place, and which were; see activities.Versioner.
func (c *Client) Runs(ctx context.Context, in activities.RunsIn) (activities.Runs, error) {
	f, err := c.open(ctx, in.Place)
	if err != nil {
		return activities.Runs{}, err
	}
	out := activities.Runs{Container: in.Container, Image: f.image}
	commits, err := ask(ctx, c, "commits of "+f.git.Project, func(o api.RequestOptionFunc) ([]*api.Commit, *api.Response, error) {
		return c.api.Commits.ListCommits(f.git.Project, &api.ListCommitsOptions{RefName: &f.git.Branch, Path: &f.git.File, FirstParent: api.Ptr(true), ListOptions: api.ListOptions{PerPage: lookBack}}, o)
	})
	if err != nil {
		return out, err
	}
	seen := map[string]bool{f.image: true}
	for _, k := range commits {
		raw, _, err := c.read(ctx, f.git.Project, f.git.File, k.ID)
		if status(err) == http.StatusNotFound {
			break // it was removed there, or had another name before
		}
		if err != nil {
			return out, err
		}
		then, err := findField(raw, f.git)
		if err != nil || seen[then.image] {
			continue // in another form, or known
		}
		seen[then.image] = true
		at := time.Time{}
		if k.CommittedDate != nil {
			at = *k.CommittedDate
		}
		out.Former = append(out.Former, activities.Revision{Image: then.image, At: at})
	}
	return out, nil
}
