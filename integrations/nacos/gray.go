package nacos

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"orderly.example/activities"
	"orderly.example/ops"
)

// GrayConfig says which gray release there is; see activities.ConfigGrayer.
func (c *Client) GrayConfig(ctx context.Context, at ops.ConfigAt) (activities.Gray, error) {
	p, err := placeOf(at)
	if err != nil {
		return activities.Gray{}, err
	}
	g, err := c.gray(ctx, p)
	if err != nil || g == nil {
		return activities.Gray{}, err
	}
	return activities.Gray{Title: g.App, Release: g.MD5, At: at, IPs: g.addresses()}, nil
}

// addresses are those that a gray release is for.
func (r record) addresses() []string {
	list := r.IPs
	var rule struct {
		Expr string `json:"expr"`
	}
	if r.Rule != "" && json.Unmarshal([]byte(r.Rule), &rule) == nil {
		list = rule.Expr
	}
	var out []string
	for ip := range strings.SplitSeq(list, ",") {
		if ip = strings.TrimSpace(ip); ip != "" {
			out = append(out, ip)
		}
	}
	slices.Sort(out)
	return out
}

// SetGray makes the gray release what it shall be; see activities.ConfigGrayer. Its text is made once: what is published
// for all meanwhile is found when it is merged.
func (c *Client) SetGray(ctx context.Context, in activities.GrayIn) (activities.Gray, error) {
	p, err := placeOf(in.At)
	if err != nil {
		return activities.Gray{}, err
	}
	ips := slices.Sorted(slices.Values(in.IPs))
	for range looks {
		has, err := c.find(ctx, p)
		if err != nil {
			return activities.Gray{}, err
		}
		g, err := c.gray(ctx, p)
		if err != nil {
			return activities.Gray{}, err
		}
		text, was := "", record{}
		switch {
		case g == nil:
			if text, err = grayText(p, in, has); err != nil {
				return activities.Gray{}, err
			}
		case g.App != in.Title:
			return activities.Gray{}, ops.Errorf(ops.Conflict, "%s has another gray release already (%s); have it merged or abandoned first", "%s 已有其他灰度发布(%s);请先合并或放弃", in.At, g.App)
		case slices.Equal(g.addresses(), ips):
			return activities.Gray{Title: g.App, Release: g.MD5, At: in.At, IPs: ips}, nil
		default:
			text, was = g.Content, *g
		}
		has.App = in.Title
		done, err := c.publish(ctx, p, text, has, was, in.By, ips)
		if err != nil {
			return activities.Gray{}, err
		}
		if done {
			return activities.Gray{Title: in.Title, Release: md5Of(text), At: in.At, IPs: ips, Changed: true}, nil
		}
	}
	return activities.Gray{}, busy(p)
}

func grayText(p place, in activities.GrayIn, has record) (string, error) {
	kind, now, err := has.config(p)
	if err != nil {
		return "", err
	}
	left, _, err := activities.PlanEdit(activities.EditIn{At: in.At, Changes: in.Changes}, now)
	if err != nil {
		return "", err
	}
	return has.edited(p, kind, left)
}

// EndGray merges or abandons the gray release; see activities.ConfigGrayer. A merge publishes first and takes the gray
// release away then: when it dies in between, everybody has the same, and the repeat finishes it.
func (c *Client) EndGray(ctx context.Context, in activities.EndGrayIn) (activities.PublishOut, error) {
	p, err := placeOf(in.At)
	if err != nil {
		return activities.PublishOut{}, err
	}
	g, err := c.gray(ctx, p)
	if err != nil {
		return activities.PublishOut{}, err
	}
	own := g != nil && g.App == in.Title
	var out activities.PublishOut
	if in.Merge != "" {
		if out, err = c.merge(ctx, p, in, own); err != nil {
			return out, err
		}
	}
	if !own {
		return out, nil
	}
	return out, c.do(ctx, call{method: http.MethodDelete, path: c.api.beta, values: c.with(p, c.api.gray), wrapped: true, what: p.name}, nil)
}

// merge publishes the changes of the gray release for all.
func (c *Client) merge(ctx context.Context, p place, in activities.EndGrayIn, own bool) (activities.PublishOut, error) {
	for range looks {
		has, err := c.find(ctx, p)
		if err != nil {
			return activities.PublishOut{}, err
		}
		kind, now, err := has.config(p)
		switch {
		case err != nil:
			return activities.PublishOut{}, err
		case now.Content == in.Then:
			return activities.PublishOut{Release: has.MD5}, nil
		case !own:
			return activities.PublishOut{}, ops.Errorf(ops.Conflict, "the gray release of %s is not there any more; look at it with config.history", "%s 的灰度发布已不存在;请用 config.history 查看", in.At)
		case now.Content != in.Content:
			return activities.PublishOut{}, ops.Errorf(ops.Conflict, "%s was changed by somebody else during the gray release; look at it with config.get and ask again", "灰度期间 %s 被他人修改;请用 config.get 查看后重新申请", in.At)
		}
		text, err := has.edited(p, kind, in.Changes)
		if err != nil {
			return activities.PublishOut{}, err
		}
		done, err := c.publish(ctx, p, text, has, has, in.By, nil)
		if err != nil {
			return activities.PublishOut{}, err
		}
		if done {
			return activities.PublishOut{Changed: true, Release: md5Of(text)}, nil
		}
	}
	return activities.PublishOut{}, busy(p)
}
