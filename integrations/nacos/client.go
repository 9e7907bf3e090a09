package nacos

import (
	"context"
	"net/http"

	"orderly.example/activities"
	"orderly.example/integrations/nacos/document"
	"orderly.example/ops"
)

// The capabilities that a Client answers.
var (
	_ activities.ConfigReader    = (*Client)(nil)
	_ activities.ConfigEditor    = (*Client)(nil)
	_ activities.ConfigHistorian = (*Client)(nil)
	_ activities.ConfigTracker   = (*Client)(nil)
	_ activities.ConfigGrayer    = (*Client)(nil)
)

// ReadConfig reads the keys of a dataId.
func (c *Client) ReadConfig(ctx context.Context, at ops.ConfigAt) (activities.Config, error) {
	p, err := placeOf(at)
	if err != nil {
		return activities.Config{}, err
	}
	has, err := c.find(ctx, p)
	if err != nil {
		return activities.Config{}, err
	}
	_, now, err := has.config(p)
	return now, err
}

// config is a record as the keys that it holds.
func (r record) config(p place) (kind string, _ activities.Config, _ error) {
	kind, values, err := r.values(p)
	return kind, activities.Config{Values: values, Content: activities.ConfigContent(values), Release: r.MD5, Instant: true, Tracks: true}, err
}

// looks is how often a write looks again when another hand was faster.
const looks = 5

// EditConfig writes the whole text at once, over the one that was read; see activities.ConfigEditor.
func (c *Client) EditConfig(ctx context.Context, in activities.EditIn) (activities.EditOut, error) {
	p, err := placeOf(in.At)
	if err != nil {
		return activities.EditOut{}, err
	}
	for range looks {
		has, err := c.find(ctx, p)
		if err != nil {
			return activities.EditOut{}, err
		}
		text, out, err := c.wanted(ctx, p, in, has)
		if err != nil || !out.Changed {
			return out, err
		}
		done, err := c.publish(ctx, p, text, has, has, in.By, nil)
		if err != nil {
			return activities.EditOut{}, err
		}
		if done {
			return out, nil
		}
	}
	return activities.EditOut{}, busy(p)
}

func busy(p place) error {
	return ops.Errorf(ops.Unavailable, "%s is being changed by others all the time; it is tried again", "%s 正被频繁修改;将会重试", p.name)
}

// wanted is the text that an edit makes of what is there. Nothing changes when it is so already.
func (c *Client) wanted(ctx context.Context, p place, in activities.EditIn, has record) (string, activities.EditOut, error) {
	if in.Restore != "" {
		return c.restored(ctx, p, in, has)
	}
	kind, now, err := has.config(p)
	if err != nil {
		return "", activities.EditOut{}, err
	}
	left, then, err := activities.PlanEdit(in, now)
	if err != nil || len(left) == 0 {
		return "", activities.EditOut{Content: now.Content}, err
	}
	text, err := has.edited(p, kind, left)
	return text, activities.EditOut{Changed: true, Content: activities.ConfigContent(then)}, err
}

// restored is the text of a former release. It replaces only the one that it shall replace.
func (c *Client) restored(ctx context.Context, p place, in activities.EditIn, has record) (string, activities.EditOut, error) {
	_, now, err := has.config(p)
	switch {
	case err != nil || has.MD5 == in.Restore:
		return "", activities.EditOut{Content: now.Content}, err
	case has.MD5 != in.Was:
		return "", activities.EditOut{}, ops.Errorf(ops.Conflict, "%s was changed by somebody else since the plan was made; look at it with config.get and ask again", "预案生成后 %s 已被他人修改;请用 config.get 查看后重新申请", in.At)
	}
	var text string
	err = c.walk(ctx, p, has, func(r release) bool {
		if md5Of(r.text) == in.Restore {
			text = r.text
		}
		return text == ""
	})
	if err == nil && text == "" {
		err = ops.Errorf(ops.NotFound, "Nacos has forgotten release %s of %s; list those that are left with config.history", "Nacos 已不再保留 %[2]s 的版本 %[1]s;请用 config.history 查看", in.Restore, in.At)
	}
	if err != nil {
		return "", activities.EditOut{}, err
	}
	values, err := document.Values(document.KindOf(has.Type, p.dataID), text)
	if err != nil {
		return "", activities.EditOut{}, ops.Errorf(ops.Invalid, "release %s of %s cannot be read; choose another one", "无法读取 %[2]s 的版本 %[1]s;请选择其他版本", in.Restore, in.At).Because(err)
	}
	return text, activities.EditOut{Changed: true, Content: activities.ConfigContent(values)}, nil
}

// ConfigReceived says which of the instances that listen have a release; see activities.ConfigTracker. Those that have the
// gray release do not count for the one of all.
func (c *Client) ConfigReceived(ctx context.Context, at ops.ConfigAt, id string) (activities.Received, error) {
	out := activities.Received{Release: id}
	p, err := placeOf(at)
	if err != nil {
		return out, err
	}
	has, err := c.find(ctx, p)
	if err != nil {
		return out, err
	}
	g, err := c.gray(ctx, p)
	if err != nil {
		return out, err
	}
	some := ""
	if g != nil {
		some = g.MD5
	}
	out.Latest = has.MD5 == id || some == id
	var got struct {
		V3 map[string]string `json:"listenersStatus"`
		V1 map[string]string `json:"lisentersGroupkeyStatus"`
	}
	if err := c.do(ctx, call{method: http.MethodGet, path: c.api.listener, values: c.with(p), wrapped: c.api.wrapped, what: p.name}, &got); err != nil {
		return out, err
	}
	for _, all := range []map[string]string{got.V3, got.V1} {
		for ip, md5 := range all {
			switch md5 {
			case id:
				out.Have = append(out.Have, ip)
			case some:
			default:
				out.Lack = append(out.Lack, ip)
			}
		}
	}
	return out, nil
}
