package apollo

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"orderly.example/activities"
	"orderly.example/integrations/rest"
	"orderly.example/ops"
)

// The capabilities that a Client answers.
var (
	_ activities.ConfigReader    = (*Client)(nil)
	_ activities.ConfigEditor    = (*Client)(nil)
	_ activities.ConfigPublisher = (*Client)(nil)
	_ activities.ConfigHistorian = (*Client)(nil)
	_ activities.ConfigTracker   = (*Client)(nil)
)

// ReadConfig reads what is edited and what is published.
func (c *Client) ReadConfig(ctx context.Context, at ops.ConfigAt) (activities.Config, error) {
	items, err := c.items(ctx, at)
	if err != nil {
		return activities.Config{}, err
	}
	last, err := c.latest(ctx, at)
	if err != nil {
		return activities.Config{}, err
	}
	values, writer, touched := map[string]string{}, map[string]string{}, map[string]string{}
	for _, i := range items {
		if i.Key == "" {
			continue // a line of comment or an empty one
		}
		values[i.Key], writer[i.Key], touched[i.Key] = i.Value, i.ChangedBy, i.ChangedAt
	}
	out := activities.Config{
		Values: values, Content: activities.ConfigContent(values), Release: last.id(), Title: last.Name, Tracks: true, Open: activities.ConfigDiff(last.Values, values),
	}
	newest := ""
	for _, ch := range out.Open {
		if touched[ch.Key] > newest || out.OpenBy == "" {
			newest, out.OpenBy = touched[ch.Key], writer[ch.Key]
		}
	}
	return out, nil
}

// EditConfig writes key by key; see activities.ConfigEditor.
func (c *Client) EditConfig(ctx context.Context, in activities.EditIn) (activities.EditOut, error) {
	if in.Restore != "" {
		changes, err := c.between(ctx, in)
		if err != nil {
			return activities.EditOut{}, err
		}
		in.Changes = changes
	}
	if err := fits(in.At, in.Changes); err != nil {
		return activities.EditOut{}, err
	}
	now, err := c.ReadConfig(ctx, in.At)
	if err != nil {
		return activities.EditOut{}, err
	}
	left, then, err := activities.PlanEdit(in, now)
	if err != nil || len(left) == 0 {
		return activities.EditOut{Content: now.Content}, err
	}
	for _, ch := range left {
		if err := c.write(ctx, in.At, ch, ""); err != nil {
			return activities.EditOut{}, err
		}
	}
	if now, err = c.ReadConfig(ctx, in.At); err != nil {
		return activities.EditOut{}, err
	}
	wanted := activities.ConfigContent(then)
	if now.Content != wanted {
		return activities.EditOut{}, ops.Errorf(ops.Conflict, "somebody else changed %s while it was written; look at it with config.get and ask again", "写入期间 %s 被他人修改;请用 config.get 查看后重新申请", in.At)
	}
	return activities.EditOut{Changed: true, Content: wanted}, nil
}

// maxBack is how many releases are looked through for one.
const maxBack = 200

// between is how the content of one release becomes that of another.
func (c *Client) between(ctx context.Context, in activities.EditIn) ([]activities.ConfigChange, error) {
	all, err := c.ConfigReleases(ctx, in.At, maxBack)
	if err != nil {
		return nil, err
	}
	find := func(id string) (map[string]string, error) {
		for _, r := range all {
			if r.ID == id {
				return r.Values, nil
			}
		}
		if id == none {
			return nil, nil
		}
		return nil, ops.Errorf(ops.NotFound, "release %s of %s is not among its last %d", "%[2]s 最近 %[3]d 次发布中没有版本 %[1]s", id, in.At, maxBack)
	}
	from, err := find(in.Was)
	if err != nil {
		return nil, err
	}
	to, err := find(in.Restore)
	return activities.ConfigDiff(from, to), err
}

// PublishConfig publishes what is edited, once per title; see activities.ConfigPublisher.
func (c *Client) PublishConfig(ctx context.Context, in activities.PublishIn) (activities.PublishOut, error) {
	recent, err := c.ConfigReleases(ctx, in.At, lookFor)
	if err != nil {
		return activities.PublishOut{}, err
	}
	now, err := c.ReadConfig(ctx, in.At)
	if err != nil {
		return activities.PublishOut{}, err
	}
	done, err := activities.PlanPublish(in, now, recent)
	if err != nil {
		return activities.PublishOut{}, err
	}
	if done != nil {
		return *done, nil
	}
	made, err := c.publish(ctx, in.At, space(in.At, "releases"), in.Title, in.Comment)
	if err != nil {
		return activities.PublishOut{}, err
	}
	if activities.ConfigContent(made.Values) != in.Content {
		return activities.PublishOut{}, ops.Errorf(ops.Conflict, "release %d of %s holds an edit that somebody else made in the same moment; look at it with config.history", "%[2]s 的版本 %[1]d 含有他人同时所做的修改;请用 config.history 查看", made.ID, in.At)
	}
	return activities.PublishOut{Changed: true, Release: made.id()}, nil
}

// lookFor is how many releases are looked through for the own one.
const lookFor = 20

// instance is one client, as the open API has it.
type instance struct {
	IP string `json:"ip"`
}

// ConfigReceived says which instances have a release; see activities.ConfigTracker.
func (c *Client) ConfigReceived(ctx context.Context, at ops.ConfigAt, id string) (activities.Received, error) {
	out := activities.Received{Release: id}
	last, err := c.latest(ctx, at)
	if err != nil {
		return out, err
	}
	out.Latest = last.id() == id
	for page := 0; ; page++ {
		var got struct {
			Total     int        `json:"total"`
			Instances []instance `json:"instances"`
		}
		q := url.Values{"releaseId": {id}, "page": {strconv.Itoa(page)}, "size": {strconv.Itoa(pageSize)}}
		if err := c.do(ctx, rest.Call{Method: http.MethodGet, Path: []string{"envs", at.Env, "instances", "by-release"}, Query: q, What: at.String()}, &got); err != nil {
			return out, err
		}
		for _, i := range got.Instances {
			out.Have = append(out.Have, i.IP)
		}
		if len(got.Instances) == 0 || len(out.Have) >= got.Total {
			break
		}
	}
	var others []instance
	p := space(at)
	q := url.Values{"appId": {p[3]}, "clusterName": {p[5]}, "namespaceName": {p[7]}, "releaseIds": {id}}
	if err := c.do(ctx, rest.Call{Method: http.MethodGet, Path: []string{"envs", at.Env, "instances", "by-namespace-and-releases-not-in"}, Query: q, What: at.String()}, &others); err != nil {
		return out, err
	}
	for _, i := range others {
		out.Lack = append(out.Lack, i.IP)
	}
	return out, nil
}
