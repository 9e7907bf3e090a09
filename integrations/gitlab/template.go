package gitlab

import (
	"context"
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	api "gitlab.com/gitlab-org/api/client-go/v2"

	"orderly.example/activities"
	"orderly.example/ops"
)

// maxFiles is how many files a template may have: they go into one commit.
const maxFiles = 100

// The kinds of files in a tree.
const (
	modeProgram = "100755"
	modeLink    = "120000"
)

// template is a project that others begin from.
type template struct {
	branch string
	files  []*api.TreeNode
}

// template reads which files a template has.
func (c *Client) template(ctx context.Context, in activities.RepositoryIn) (*template, error) {
	p, err := c.project(ctx, in.Template)
	if err != nil {
		return nil, err
	}
	out := &template{branch: p.DefaultBranch}
	options := &api.ListTreeOptions{Ref: &p.DefaultBranch, Recursive: api.Ptr(true)}
	options.PerPage = pageSize
	for options.Page = 1; ; options.Page++ {
		nodes, err := ask(ctx, c, "the files of "+in.Template, func(o api.RequestOptionFunc) ([]*api.TreeNode, *api.Response, error) {
			return c.api.Repositories.ListTree(in.Template, options, o)
		})
		if err != nil {
			return nil, err
		}
		for _, n := range nodes {
			if n.Mode == modeLink || n.Type == "commit" {
				return nil, ops.Errorf(ops.Invalid, "%s of the template %s is a link or another repository, which is not copied; put a file there", "模板 %[2]s 中的 %[1]s 是链接或子仓库,无法复制;请改为普通文件", n.Path, in.Template)
			}
			if n.Type == "blob" {
				out.files = append(out.files, n)
			}
		}
		if len(out.files) > maxFiles {
			return nil, ops.Errorf(ops.Invalid, "the template %s has more than %d files; make it smaller", "模板 %s 的文件超过 %d 个;请精简", in.Template, maxFiles)
		}
		if len(nodes) < pageSize {
			break
		}
	}
	if len(out.files) == 0 {
		return nil, ops.Errorf(ops.Invalid, "the template %s has no files; put some there", "模板 %s 中没有文件;请先添加", in.Template)
	}
	return out, nil
}

// rendered are the files of a template with the values in them and in their names. What is no text stays as it is.
func (c *Client) rendered(ctx context.Context, in activities.RepositoryIn, from *template) ([]*api.CommitActionOptions, error) {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(in.Values)) {
		pairs = append(pairs, "${"+name+"}", in.Values[name])
	}
	fill := strings.NewReplacer(pairs...)
	out := make([]*api.CommitActionOptions, len(from.files))
	for i, f := range from.files {
		raw, _, err := c.read(ctx, in.Template, f.Path, from.branch)
		if err != nil {
			return nil, err
		}
		a := &api.CommitActionOptions{Action: api.Ptr(api.FileCreate), FilePath: api.Ptr(fill.Replace(f.Path)), Content: api.Ptr(fill.Replace(raw))}
		if !utf8.ValidString(raw) {
			a.Content, a.Encoding = api.Ptr(base64.StdEncoding.EncodeToString([]byte(raw))), api.Ptr("base64")
		}
		if f.Mode == modeProgram {
			a.ExecuteFilemode = api.Ptr(true)
		}
		out[i] = a
	}
	return out, nil
}
