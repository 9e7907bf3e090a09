package gitlab

import (
	"context"
	"net/http"
	"strconv"

	api "gitlab.com/gitlab-org/api/client-go/v2"

	"orderly.example/activities"
	"orderly.example/ops"
)

// The states of a merge request.
const (
	opened = "opened"
	closed = "closed"
	merged = "merged"
)

func number(m *api.BasicMergeRequest) string { return strconv.FormatInt(m.IID, 10) }

// mergeRequest is the newest one from a branch; nil when there is none.
func (c *Client) mergeRequest(ctx context.Context, f *file, branch string) (*api.BasicMergeRequest, error) {
	all, err := ask(ctx, c, "merge requests of "+f.git.Project, func(o api.RequestOptionFunc) ([]*api.BasicMergeRequest, *api.Response, error) {
		return c.api.MergeRequests.ListProjectMergeRequests(f.git.Project, &api.ListProjectMergeRequestsOptions{
			SourceBranch: &branch, TargetBranch: &f.git.Branch, State: api.Ptr("all"), OrderBy: api.Ptr("created_at"), Sort: api.Ptr("desc"), ListOptions: api.ListOptions{PerPage: 1},
		}, o)
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

// open refuses a merge request that a person has closed.
func (f *file) open(m *api.BasicMergeRequest) error {
	switch m.State {
	case closed:
		return ops.Errorf(ops.Conflict, "merge request !%d of %s was closed, which is a no: %s; open it again to go on, or ask again", "%[2]s 的合并请求 !%[1]d 已被关闭,视为拒绝:%[3]s;如需继续请重新打开,或重新申请", m.IID, f.git.Project, m.WebURL)
	case merged:
		return ops.Errorf(ops.Conflict, "merge request !%d of %s is merged, and the file says %s again: somebody has changed it back; look at %s", "%[2]s 的合并请求 !%[1]d 已合并,但文件又变回 %[3]s:已被他人改回;请查看 %[4]s", m.IID, f.git.Project, f.says(), f.link())
	}
	return nil
}

// Land merges what Deploy has proposed, as soon as that is allowed; see activities.Lander.
func (c *Client) Land(ctx context.Context, in activities.DeployIn) (activities.Landing, error) {
	f, err := c.open(ctx, in.Place)
	switch {
	case err != nil:
		return activities.Landing{}, err
	case f.image == in.Image:
		return activities.Landing{Holds: true, Link: f.link()}, nil
	case f.image != in.From:
		return activities.Landing{}, f.changed(in)
	}
	return c.land(ctx, f, c.image(f, in))
}

// land brings the merge request of a wish further.
func (c *Client) land(ctx context.Context, f *file, w wish) (activities.Landing, error) {
	found, err := c.mergeRequest(ctx, f, w.branch)
	if err != nil {
		return activities.Landing{}, err
	}
	if found == nil {
		return activities.Landing{}, ops.Errorf(ops.Conflict, "the merge request of this change in %s is gone; ask again", "%s 中本变更的合并请求已不存在;请重新申请", f.git.Project)
	}
	if err := f.open(found); err != nil {
		return activities.Landing{}, err
	}
	m, err := ask(ctx, c, "merge request !"+number(found)+" of "+f.git.Project, func(o api.RequestOptionFunc) (*api.MergeRequest, *api.Response, error) {
		return c.api.MergeRequests.GetMergeRequest(f.git.Project, found.IID, nil, o)
	})
	if err != nil {
		return activities.Landing{}, err
	}
	return c.advance(ctx, f, w, m)
}

// advance brings an open merge request further, or says what it waits for.
func (c *Client) advance(ctx context.Context, f *file, w wish, m *api.MergeRequest) (activities.Landing, error) {
	out := activities.Landing{Link: m.WebURL}
	switch m.DetailedMergeStatus {
	case "mergeable":
		return c.merge(ctx, f, w, m)
	case "checking", "unchecked", "preparing", "approvals_syncing", "ci_still_running":
		out.Waits = ops.Textf("merge request !%d is being checked (%s): %s", "合并请求 !%d 检查中(%s):%s", m.IID, m.DetailedMergeStatus, m.WebURL)
		return out, nil
	case "conflict", "need_rebase", "commits_status":
		err := c.commit(ctx, f, w, true)
		out.Waits = ops.Textf("merge request !%d is made anew, because its branch has fallen behind: %s", "合并请求 !%d 的分支已落后,正在重新生成:%s", m.IID, m.WebURL)
		return out, err
	}
	out.People = true
	out.Waits = ops.Textf("merge request !%d waits for people (%s): %s", "合并请求 !%d 等待人工处理(%s):%s", m.IID, m.DetailedMergeStatus, m.WebURL)
	return out, nil
}

// merge merges exactly what was looked at.
func (c *Client) merge(ctx context.Context, f *file, w wish, m *api.MergeRequest) (activities.Landing, error) {
	out := activities.Landing{Link: m.WebURL}
	there, _, err := c.read(ctx, f.git.Project, f.git.File, m.SHA)
	if err == nil {
		err = w.holds(there)
	}
	if err != nil {
		return out, err
	}
	switch m.ChangesCount {
	case "1":
	case "":
		out.Waits = ops.Textf("merge request !%d is being checked (%s): %s", "合并请求 !%d 检查中(%s):%s", m.IID, m.DetailedMergeStatus, m.WebURL)
		return out, nil
	default:
		return out, ops.Errorf(ops.Conflict, "merge request !%d of %s changes %s files and this change only one: somebody has added to its branch; look at it: %s", "%[2]s 的合并请求 !%[1]d 修改了 %[3]s 个文件,而本变更只改一个:有人向其分支追加了内容;请查看 %[4]s", m.IID, f.git.Project, m.ChangesCount, m.WebURL)
	}
	_, err = ask(ctx, c, "merge request !"+strconv.FormatInt(m.IID, 10)+" of "+f.git.Project, func(o api.RequestOptionFunc) (*api.MergeRequest, *api.Response, error) {
		return c.api.MergeRequests.AcceptMergeRequest(f.git.Project, m.IID, &api.AcceptMergeRequestOptions{SHA: &m.SHA, ShouldRemoveSourceBranch: api.Ptr(true)}, o)
	})
	switch status(err) {
	case http.StatusUnauthorized, http.StatusForbidden:
		out.People = true
		out.Waits = ops.Textf("merge request !%d waits for a person who may merge it: %s", "合并请求 !%d 等待有权限的人合并:%s", m.IID, m.WebURL)
		return out, nil
	case http.StatusMethodNotAllowed, http.StatusConflict, http.StatusUnprocessableEntity:
		out.Waits = ops.Textf("merge request !%d cannot be merged at this moment (%s): %s", "合并请求 !%d 暂时无法合并(%s):%s", m.IID, words(err), m.WebURL)
		return out, nil
	}
	if err != nil {
		return out, err
	}
	link, err := w.granted(ctx)
	if err == nil && link != "" {
		return activities.Landing{Holds: true, Link: link}, nil
	}
	out.Waits = ops.Textf("merge request !%d is merged, and the branch does not show it yet: %s", "合并请求 !%d 已合并,分支尚未更新:%s", m.IID, m.WebURL)
	return out, err
}
