package grafana

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"orderly.example/activities"
	"orderly.example/integrations/rest"
	"orderly.example/ops"
)

// first is the version of a dashboard that was saved once.
const first = "1"

// dashboard is a dashboard as its JSON, of which only a few fields matter here.
type dashboard map[string]any

func (d dashboard) title() string { s, _ := d["title"].(string); return s }

func (d dashboard) tags() []any { tags, _ := d["tags"].([]any); return tags }

// isOf says whether a change has made it.
func (d dashboard) isOf(change string) bool { return slices.Contains(d.tags(), any(change)) }

// edited says whether it was saved again.
func (d dashboard) edited() bool { n, _ := d["version"].(json.Number); return n != first }

func (c *Client) dashboard(ctx context.Context, uid string) (dashboard, error) {
	var out struct {
		Dashboard dashboard `json:"dashboard"`
	}
	err := c.do(ctx, rest.Call{Method: http.MethodGet, Path: []string{"dashboards", "uid", uid}, What: "dashboard " + uid}, &out)
	if err == nil && out.Dashboard == nil {
		err = ops.Errorf(ops.Unavailable, "what %s answers is not what a Grafana says; check that the address is that of the Grafana", "%s 的答复不是 Grafana 的格式;请检查该地址是否为 Grafana", c)
	}
	return out.Dashboard, err
}

// told is what others are told of a dashboard.
func (c *Client) told(d dashboard, in activities.DashboardIn) activities.Dashboard {
	return activities.Dashboard{Mine: d.isOf(in.Change), Edited: d.edited(), Title: d.title(), Link: c.String() + "/d/" + url.PathEscape(in.UID)}
}

// LookDashboard reads a dashboard; see activities.DashboardKeeper.
func (c *Client) LookDashboard(ctx context.Context, in activities.DashboardIn) (activities.Dashboard, error) {
	d, err := c.dashboard(ctx, in.UID)
	if err != nil {
		return activities.Dashboard{}, err
	}
	return c.told(d, in), nil
}

// MakeDashboard makes a dashboard from another; see activities.DashboardKeeper.
func (c *Client) MakeDashboard(ctx context.Context, in activities.DashboardIn) (activities.Dashboard, error) {
	now, err := c.dashboard(ctx, in.UID)
	missing := status(err) == http.StatusNotFound
	switch {
	case err != nil && !missing:
		return activities.Dashboard{}, err
	case !missing && (in.DryRun || !now.isOf(in.Change)):
		return activities.Dashboard{}, ops.Errorf(ops.Conflict, "there is a dashboard %s in Grafana already; choose another name, or delete it if it is not needed", "Grafana 中已有看板 %s;请更换名称,或在不需要时将其删除", in.UID)
	case !missing:
		return c.told(now, in), nil
	}
	d, err := c.filled(ctx, in)
	if err != nil || in.DryRun {
		return activities.Dashboard{Title: d.title()}, err
	}
	if err := c.save(ctx, in, d); err != nil {
		return activities.Dashboard{}, err
	}
	return c.LookDashboard(ctx, in)
}

// save saves a dashboard that is not there yet.
func (c *Client) save(ctx context.Context, in activities.DashboardIn, d dashboard) error {
	body := map[string]any{"dashboard": d, "overwrite": false, "message": in.Why}
	if in.Folder != "" {
		body["folderUid"] = in.Folder
	}
	err := c.do(ctx, rest.Call{Method: http.MethodPost, Path: []string{"dashboards", "db"}, Body: body, What: "dashboard " + in.UID}, nil)
	if s := status(err); !nameTaken(err) && (s == http.StatusPreconditionFailed || s == http.StatusConflict) { // another attempt may have come through late
		err = ops.Errorf(ops.Unavailable, "Grafana says that dashboard %s is there already; it is looked at again", "Grafana 提示看板 %s 已存在;将再次查看", in.UID).Because(err)
	}
	return err
}

// filled is the dashboard that is to be made. The folder is looked for, so that a plan finds a mistake.
func (c *Client) filled(ctx context.Context, in activities.DashboardIn) (dashboard, error) {
	if in.Folder != "" {
		if err := c.do(ctx, rest.Call{Method: http.MethodGet, Path: []string{"folders", in.Folder}, What: "folder " + in.Folder}, nil); err != nil {
			return nil, err
		}
	}
	from, err := c.dashboard(ctx, in.From)
	if err != nil {
		return nil, err
	}
	pairs := make([]string, 0, 2*len(in.Values))
	for name, value := range in.Values { // no name is the beginning of another one with its brace, so their order does not matter
		pairs = append(pairs, "${"+name+"}", value)
	}
	filled, _ := fill(map[string]any(from), strings.NewReplacer(pairs...)).(map[string]any)
	out := dashboard(filled)
	if out.title() == from.title() {
		return nil, ops.Errorf(ops.Invalid, "the title of dashboard %s in Grafana is the same for every service (%s); write ${service} into it", "Grafana 看板 %s 的标题对每个服务都相同(%s);请在标题中写入 ${service}", in.From, from.title())
	}
	delete(out, "version")
	out["id"], out["uid"], out["tags"] = nil, in.UID, append(slices.Clone(out.tags()), in.Change)
	return out, nil
}

// fill fills every text in a JSON value.
func fill(v any, with *strings.Replacer) any {
	switch v := v.(type) {
	case string:
		return with.Replace(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = fill(v[i], with)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = fill(v[k], with)
		}
		return out
	}
	return v
}

// DropDashboard deletes a dashboard that nobody has edited; see activities.DashboardKeeper.
func (c *Client) DropDashboard(ctx context.Context, in activities.DashboardIn) (activities.Done, error) {
	d, err := c.dashboard(ctx, in.UID)
	switch {
	case status(err) == http.StatusNotFound || err == nil && !d.isOf(in.Change):
		return activities.Done{}, nil
	case err != nil:
		return activities.Done{}, err
	case d.edited():
		return activities.Done{}, ops.Errorf(ops.Unsafe, "dashboard %s in Grafana was edited since it was made, and is not deleted; delete it by hand if it is not needed", "Grafana 看板 %s 创建后被修改过,不会删除;如不需要请手工删除", in.UID)
	}
	err = c.do(ctx, rest.Call{Method: http.MethodDelete, Path: []string{"dashboards", "uid", in.UID}, What: "dashboard " + in.UID}, nil)
	if status(err) == http.StatusNotFound {
		return activities.Done{}, nil
	}
	return activities.Done{Changed: err == nil}, err
}

// Check asks whether the token is taken.
func (c *Client) Check(ctx context.Context) error {
	var found []any
	return c.do(ctx, rest.Call{Method: http.MethodGet, Path: []string{"search"}, Query: url.Values{"type": {"dash-db"}, "limit": {"1"}}, What: "the list of dashboards"}, &found)
}
