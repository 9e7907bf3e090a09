package gitlab

import (
	"context"
	"net/http"
	"strings"

	api "gitlab.com/gitlab-org/api/client-go/v2"

	"orderly.example/ops"
)

// wish is what a file shall become, through a branch and a merge request of its own.
type wish struct {
	branch, title, why string
	content            func() (string, error)                    // the file with it
	holds              func(raw string) error                    // whether a file has it
	granted            func(ctx context.Context) (string, error) // where people see that the target branch has it; empty: it has not
}

// propose makes the branch and the merge request, as far as they are not there.
func (c *Client) propose(ctx context.Context, f *file, w wish) error {
	there, _, err := c.read(ctx, f.git.Project, f.git.File, w.branch)
	switch {
	case status(err) == http.StatusNotFound:
		err = c.commit(ctx, f, w, false)
	case err == nil:
		err = w.holds(there)
	}
	if err != nil {
		return err
	}
	m, err := c.mergeRequest(ctx, f, w.branch)
	if err != nil {
		return err
	}
	if m != nil {
		return f.open(m)
	}
	_, err = ask(ctx, c, "a merge request of "+f.git.Project, func(o api.RequestOptionFunc) (*api.MergeRequest, *api.Response, error) {
		return c.api.MergeRequests.CreateMergeRequest(f.git.Project, &api.CreateMergeRequestOptions{
			SourceBranch: &w.branch, TargetBranch: &f.git.Branch, Title: &w.title, Description: &w.why, RemoveSourceBranch: api.Ptr(true),
		}, o)
	})
	if status(err) == http.StatusConflict {
		return ops.Errorf(ops.Unavailable, "%s says that there is a merge request already; it is looked for again", "%s 提示合并请求已存在;将再次查找", f.git.Project).Because(err)
	}
	return err
}

// strange refuses an own branch that has not what is wanted.
func (f *file) strange(branch string) *ops.Error {
	return ops.Errorf(ops.Conflict, "the branch %s of %s holds something else than this change has put there; delete it, and try again", "%[2]s 的分支 %[1]s 的内容与本变更不符;请删除后重试", branch, f.git.Project)
}

// commit writes the file on the own branch, from the target branch as it is now. GitLab refuses when the file is not as
// it was read.
func (c *Client) commit(ctx context.Context, f *file, w wish, again bool) error {
	content, err := w.content()
	if err != nil {
		return err
	}
	options := &api.CreateCommitOptions{
		Branch: &w.branch, StartBranch: &f.git.Branch, CommitMessage: api.Ptr(w.title + "\n\n" + w.why),
		Actions: []*api.CommitActionOptions{{Action: api.Ptr(api.FileUpdate), FilePath: &f.git.File, Content: &content, LastCommitID: &f.commit}},
	}
	if again {
		options.Force = api.Ptr(true)
	}
	_, err = ask(ctx, c, "a commit to "+f.git.Project, func(o api.RequestOptionFunc) (*api.Commit, *api.Response, error) {
		return c.api.Commits.CreateCommit(f.git.Project, options, o)
	})
	if s := words(err); status(err) == http.StatusBadRequest && (strings.Contains(s, "has changed since") || strings.Contains(s, "already exists")) {
		return ops.Errorf(ops.Unavailable, "%s of %s was changed while it was written; it is looked at again", "写入期间 %[2]s 的 %[1]s 被修改;将重新查看", f.git.File, f.git.Project).Because(err)
	}
	return err
}
