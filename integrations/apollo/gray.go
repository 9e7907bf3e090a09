package apollo

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"orderly.example/activities"
	"orderly.example/integrations/rest"
	"orderly.example/ops"
)

var _ activities.ConfigGrayer = (*Client)(nil)

// branch is a namespace of its own below another one, as the open API has it: its cluster is its name.
type branch struct {
	Cluster string `json:"clusterName"`
}

// rules say who gets a branch.
type rules struct {
	App       string `json:"appId,omitempty"`
	Cluster   string `json:"clusterName,omitempty"`
	Namespace string `json:"namespaceName,omitempty"`
	Branch    string `json:"branchName,omitempty"`
	Items     []rule `json:"ruleItems"`
}

type rule struct {
	App    string   `json:"clientAppId"`
	IPs    []string `json:"clientIpList"`
	Labels []string `json:"clientLabelList,omitempty"`
}

// in is where the values of a branch are kept.
func (b branch) in(at ops.ConfigAt) ops.ConfigAt { at.Cluster = b.Cluster; return at }

// branch is the branch of a namespace; the zero branch when there is none.
func (c *Client) branch(ctx context.Context, at ops.ConfigAt) (branch, error) {
	var b branch
	err := c.do(ctx, rest.Call{Method: http.MethodGet, Path: space(at, "branches"), What: at.String()}, &b)
	if ops.CodeOf(err) == ops.NotFound {
		return branch{}, nil
	}
	return b, err
}

// GrayConfig says which gray release there is; see activities.ConfigGrayer.
func (c *Client) GrayConfig(ctx context.Context, at ops.ConfigAt) (activities.Gray, error) {
	b, err := c.branch(ctx, at)
	if err != nil || b.Cluster == "" {
		return activities.Gray{}, err
	}
	last, err := c.latest(ctx, b.in(at))
	if err != nil {
		return activities.Gray{}, err
	}
	var r rules
	if err := c.do(ctx, rest.Call{Method: http.MethodGet, Path: space(at, "branches", b.Cluster, "rules"), What: at.String()}, &r); err != nil {
		return activities.Gray{}, err
	}
	out := activities.Gray{At: b.in(at), Title: last.Name, Release: last.id()}
	for _, i := range r.Items {
		out.IPs = append(out.IPs, i.IPs...)
	}
	slices.Sort(out.IPs)
	return out, nil
}

// mine says whether a branch is that of the gray release, or one that it began and did not release.
func (c *Client) mine(ctx context.Context, g activities.Gray, title string, changes []activities.ConfigChange) error {
	if g.Title == title {
		return nil
	}
	foreign := ops.Errorf(ops.Conflict, "%s has another gray release already (%s); have it merged or abandoned first", "%s 已有其他灰度发布(%s);请先合并或放弃", g.At, g.Title)
	if g.Title != "" {
		return foreign
	}
	items, err := c.items(ctx, g.At)
	for _, i := range items {
		if !slices.ContainsFunc(changes, func(ch activities.ConfigChange) bool { return ch.Key == i.Key && ch.To == i.Value }) {
			return foreign
		}
	}
	return err
}

// SetGray makes the branch, its values, its rules and its release what they shall be; see activities.ConfigGrayer.
func (c *Client) SetGray(ctx context.Context, in activities.GrayIn) (activities.Gray, error) {
	if err := fits(in.At, in.Changes); err != nil {
		return activities.Gray{}, err
	}
	g, err := c.GrayConfig(ctx, in.At)
	if err != nil {
		return g, err
	}
	if g.At.Cluster == "" {
		var b branch
		if err := c.do(ctx, rest.Call{Method: http.MethodPost, Path: space(in.At, "branches"), Query: url.Values{"operator": {c.operator}}, What: in.At.String()}, &b); err != nil {
			return g, err
		}
		g.At = b.in(in.At)
	} else if err := c.mine(ctx, g, in.Title, in.Changes); err != nil {
		return g, err
	}
	changed := false
	if g.Title != in.Title {
		for _, ch := range in.Changes {
			if err := c.write(ctx, g.At, activities.ConfigChange{Key: ch.Key, To: ch.To, Add: true}, ""); err != nil {
				return g, err
			}
		}
	}
	ips := slices.Sorted(slices.Values(in.IPs))
	if !slices.Equal(g.IPs, ips) {
		if err := c.rule(ctx, in.At, g.At.Cluster, ips); err != nil {
			return g, err
		}
		g.IPs, changed = ips, true
	}
	if g.Title != in.Title {
		made, err := c.publish(ctx, in.At, space(in.At, "branches", g.At.Cluster, "releases"), in.Title, in.Comment)
		if err != nil {
			return g, err
		}
		g.Title, g.Release, changed = made.Name, made.id(), true
	}
	g.Changed = changed
	return g, nil
}

// rule says which addresses get a branch.
func (c *Client) rule(ctx context.Context, at ops.ConfigAt, name string, ips []string) error {
	p := space(at)
	body := rules{App: p[3], Cluster: p[5], Namespace: p[7], Branch: name, Items: []rule{{App: at.App, IPs: ips}}}
	return c.do(ctx, rest.Call{Method: http.MethodPut, Path: space(at, "branches", name, "rules"), Query: url.Values{"operator": {c.operator}}, Body: body, What: at.String()}, nil)
}

// EndGray merges or abandons the branch; see activities.ConfigGrayer.
func (c *Client) EndGray(ctx context.Context, in activities.EndGrayIn) (activities.PublishOut, error) {
	if in.Merge != "" {
		recent, err := c.ConfigReleases(ctx, in.At, lookFor)
		if err != nil {
			return activities.PublishOut{}, err
		}
		if i := slices.IndexFunc(recent, func(r activities.ConfigRelease) bool { return r.Title == in.Merge }); i >= 0 {
			return activities.PublishOut{Release: recent[i].ID}, nil
		}
	}
	g, err := c.GrayConfig(ctx, in.At)
	if err != nil {
		return activities.PublishOut{}, err
	}
	if in.Merge == "" {
		return activities.PublishOut{}, c.abandon(ctx, in, g)
	}
	if g.Title != in.Title {
		return activities.PublishOut{}, ops.Errorf(ops.Conflict, "the gray release of %s is not there any more; look at it with config.history", "%s 的灰度发布已不存在;请用 config.history 查看", in.At)
	}
	now, err := c.ReadConfig(ctx, in.At)
	if err != nil {
		return activities.PublishOut{}, err
	}
	if now.Content != in.Content || len(now.Open) > 0 {
		return activities.PublishOut{}, ops.Errorf(ops.Conflict, "%s was changed by somebody else during the gray release; look at it with config.get and ask again", "灰度期间 %s 被他人修改;请用 config.get 查看后重新申请", in.At)
	}
	var made release
	body := map[string]any{"releaseTitle": in.Merge, "releaseComment": in.Comment, "releasedBy": c.publisher, "isEmergencyPublish": false}
	q := url.Values{"deleteBranch": {"true"}}
	err = c.do(ctx, rest.Call{Method: http.MethodPost, Path: space(in.At, "branches", g.At.Cluster, "merge"), Query: q, Body: body, What: in.At.String()}, &made)
	if err == nil && activities.ConfigContent(made.Values) != in.Then {
		err = ops.Errorf(ops.Conflict, "release %d of %s holds an edit that somebody else made in the same moment; look at it with config.history", "%[2]s 的版本 %[1]d 含有他人同时所做的修改;请用 config.history 查看", made.ID, in.At)
	}
	return activities.PublishOut{Changed: err == nil, Release: made.id()}, err
}

// abandon takes the branch away; none, or one of somebody else, is left alone.
func (c *Client) abandon(ctx context.Context, in activities.EndGrayIn, g activities.Gray) error {
	if g.At.Cluster == "" {
		return nil
	}
	if err := c.mine(ctx, g, in.Title, in.Changes); err != nil {
		if ops.CodeOf(err) == ops.Conflict {
			return nil
		}
		return err
	}
	err := c.do(ctx, rest.Call{Method: http.MethodDelete, Path: space(in.At, "branches", g.At.Cluster), Query: url.Values{"operator": {c.operator}}, What: in.At.String()}, nil)
	if ops.CodeOf(err) == ops.NotFound {
		return nil
	}
	return err
}
