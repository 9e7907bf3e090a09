package gitlab

import (
	"context"
	"net/http"
	"strings"

	api "gitlab.com/gitlab-org/api/client-go/v2"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Deploy proposes the image in a merge request; Land brings it to where it holds. See activities.Deployer.
func (c *Client) Deploy(ctx context.Context, in activities.DeployIn) (activities.DeployOut, error) {
	f, err := c.open(ctx, in.Place)
	if err != nil {
		return activities.DeployOut{}, err
	}
	if !in.DryRun {
		withdrawn, err := c.withdraw(ctx, f, branchOf(in, in.From))
		if err != nil {
			return activities.DeployOut{}, err
		}
		if withdrawn { // in the same moment a person may have merged it
			if f, err = c.open(ctx, in.Place); err != nil {
				return activities.DeployOut{}, err
			}
		}
	}
	switch {
	case f.image == in.Image:
		return activities.DeployOut{}, nil
	case f.image != in.From:
		return activities.DeployOut{}, f.changed(in)
	}
	w := c.image(f, in)
	if in.DryRun {
		if _, err := w.content(); err != nil {
			return activities.DeployOut{}, err
		}
		return activities.DeployOut{Changed: true}, writable(f.project, f.git.Project)
	}
	return activities.DeployOut{Changed: true}, c.propose(ctx, f, w)
}

// image is the wish that a place has an image.
func (c *Client) image(f *file, in activities.DeployIn) wish {
	return wish{
		branch: branchOf(in, in.Image), title: title(in), why: in.Why,
		content: func() (string, error) { return f.with(in.Image, f.git) },
		holds: func(raw string) error {
			now, err := findField(raw, f.git)
			if err == nil && now.image == in.Image {
				return nil
			}
			return f.strange(branchOf(in, in.Image)).Because(err)
		},
		granted: func(ctx context.Context) (string, error) {
			now, err := c.open(ctx, in.Place)
			if err != nil || now.image != in.Image {
				return "", err
			}
			return now.link(), nil
		},
	}
}

func (f *file) changed(in activities.DeployIn) error {
	return ops.Errorf(ops.Conflict, "%s in %s says %s and not %s: somebody else has changed it (%s); look at it and ask again", "%[2]s 中 %[1]s 为 %[3]s 而非 %[4]s:已被他人修改(%[5]s);请查看后重新申请",
		f.where, f.git.Project, f.image, in.From, f.link())
}

// writable says why the token may not commit to a project, nor run a pipeline there.
func writable(p *api.Project, name string) error {
	var level api.AccessLevelValue
	if p.Permissions != nil {
		if a := p.Permissions.ProjectAccess; a != nil {
			level = a.AccessLevel
		}
		if a := p.Permissions.GroupAccess; a != nil {
			level = max(level, a.AccessLevel)
		}
	}
	switch {
	case p.Archived:
		return ops.Errorf(ops.Denied, "the project %s is archived and takes neither commits nor pipelines", "项目 %s 已归档,不接受提交和流水线", name)
	case level < api.DeveloperPermissions:
		return ops.Errorf(ops.Denied, "the token's user may not commit to %s, nor run pipelines there; give it at least the role Developer", "当前 token 的用户无权向 %s 提交或运行流水线;请授予至少 Developer 角色", name)
	}
	return nil
}

// branchOf is the branch of a change on which a place has an image.
func branchOf(in activities.DeployIn, image string) string {
	return "orderly/" + in.Change + "/" + ops.ShortHash(in.Place.Target.String(), image)
}

// withdraw closes what the same change has proposed the other way, unless it is merged.
func (c *Client) withdraw(ctx context.Context, f *file, branch string) (bool, error) {
	_, _, err := c.read(ctx, f.git.Project, f.git.File, branch)
	if status(err) == http.StatusNotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	m, err := c.mergeRequest(ctx, f, branch)
	if err != nil {
		return false, err
	}
	if m != nil && m.State == opened {
		_, err = ask(ctx, c, "merge request !"+number(m)+" of "+f.git.Project, func(o api.RequestOptionFunc) (*api.MergeRequest, *api.Response, error) {
			return c.api.MergeRequests.UpdateMergeRequest(f.git.Project, m.IID, &api.UpdateMergeRequestOptions{StateEvent: api.Ptr("close")}, o)
		})
		if err != nil {
			return false, err
		}
	}
	_, err = ask(ctx, c, "branch "+branch+" of "+f.git.Project, func(o api.RequestOptionFunc) (struct{}, *api.Response, error) {
		resp, err := c.api.Branches.DeleteBranch(f.git.Project, branch, o)
		return struct{}{}, resp, err
	})
	if status(err) == http.StatusNotFound {
		err = nil
	}
	return true, err
}

// title says what is done in a line.
func title(in activities.DeployIn) string {
	return in.Place.Target.String() + ": " + tagOf(in.From) + " -> " + tagOf(in.Image)
}

// tagOf is the tag of an image.
func tagOf(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if _, tag, ok := strings.Cut(image[strings.LastIndex(image, "/")+1:], ":"); ok {
		return tag
	}
	return image
}
