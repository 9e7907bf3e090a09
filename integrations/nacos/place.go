package nacos

import (
	"cmp"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"orderly.example/activities"
	"orderly.example/integrations/nacos/document"
	"orderly.example/ops"
)

// place is where a dataId is.
type place struct{ tenant, group, dataID, name string }

// named is what Nacos allows in the names of groups and dataIds.
var named = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,256}$`)

func placeOf(at ops.ConfigAt) (place, error) {
	if at.Cluster != "" {
		return place{}, ops.Errorf(ops.Invalid, "%s names a cluster, and Nacos has none; write its namespace into envs of the inventory", "%s 指定了 cluster,而 Nacos 没有该概念;请在资产清单的 envs 中写命名空间", at).At("target")
	}
	for _, s := range []string{at.App, at.Namespace} {
		if !named.MatchString(s) {
			return place{}, ops.Errorf(ops.Invalid, "%q is no name of a group or dataId; use letters, digits and . : _ - in the inventory", "%q 不是有效的 group 或 dataId;请在资产清单中使用字母、数字和 . : _ -", s).At("namespace")
		}
	}
	return place{tenant: at.Env, group: at.App, dataID: at.Namespace, name: at.String()}, nil
}

// md5Of is the MD5 by which Nacos tells one content from another; it guards nothing.
func md5Of(text string) string {
	sum := md5.Sum([]byte(text)) //nolint:gosec // the server's own choice
	return hex.EncodeToString(sum[:])
}

// find reads a dataId.
func (c *Client) find(ctx context.Context, p place) (record, error) {
	var out *record
	k := call{method: http.MethodGet, path: c.api.config, values: c.with(p, c.api.show), wrapped: c.api.wrapped, what: p.name}
	if err := c.do(ctx, k, &out); err != nil {
		return record{}, err
	}
	if out == nil { // v1 answers with nothing
		return record{}, c.refusal(http.StatusNotFound, []byte(`{"code":20004}`), k)
	}
	return *out, nil
}

// gray reads the gray release of a dataId; nil when there is none.
func (c *Client) gray(ctx context.Context, p place) (*record, error) {
	var out *record
	err := c.do(ctx, call{method: http.MethodGet, path: c.api.beta, values: c.with(p, c.api.gray), wrapped: true, what: p.name}, &out)
	if ops.CodeOf(err) == ops.NotFound {
		return nil, nil
	}
	return out, err
}

// document is the text of a record, read.
func (r record) values(p place) (kind string, values map[string]string, err error) {
	kind = document.KindOf(r.Type, p.dataID)
	if kind == "" {
		return "", nil, ops.Errorf(ops.Invalid, "%s is of type %q, in which no keys can be worked with; give it the type properties, yaml or json in Nacos", "%s 的类型为 %q,无法按配置项处理;请在 Nacos 中将其类型改为 properties、yaml 或 json", p.name, cmp.Or(r.Type, "text"))
	}
	if values, err = document.Values(kind, r.Content); err != nil {
		return "", nil, ops.Errorf(ops.Invalid, "what Nacos holds for %s cannot be worked with as %s; correct it there", "Nacos 中 %s 的内容无法按 %s 处理;请先在 Nacos 中更正", p.name, kind).Because(err)
	}
	return kind, values, nil
}

// edited is the text of a record with changes.
func (r record) edited(p place, kind string, changes []activities.ConfigChange) (string, error) {
	text, err := document.Edit(kind, r.Content, changes)
	if err == nil && strings.TrimSpace(text) == "" {
		return "", ops.Errorf(ops.Invalid, "%s would be empty, which Nacos does not take; leave a key in it", "%s 将为空,Nacos 不接受;请至少保留一个配置项", p.name).At("remove")
	}
	if err != nil {
		return "", ops.Errorf(ops.Invalid, "the keys of %s cannot be changed without touching the rest of its text; change it in Nacos", "无法在不改动其余内容的情况下修改 %s 的这些配置项;请在 Nacos 中修改", p.name).Because(err).At("set")
	}
	return text, nil
}

// absent is the condition of a write that there is nothing yet; it is the MD5 of no text.
const absent = "absent"

// publish writes a text over the one with that MD5, for the addresses only or (none) for all. False: there is another text
// now, and nothing was written.
func (c *Client) publish(ctx context.Context, p place, text string, over, was record, by string, ips []string) (bool, error) {
	if err := c.heeds(ctx); err != nil {
		return false, err
	}
	form := url.Values{"content": {text}, "type": {cmp.Or(over.Type, document.KindOf("", p.dataID))}}
	for name, v := range map[string]string{"appName": over.App, "desc": over.Desc, "use": over.Use, "effect": over.Effect, "schema": over.Schema, c.api.tags: over.Tags, c.api.author: by} {
		if v != "" { // what is left out is forgotten by the server, or kept when it is null
			form.Set(name, v)
		}
	}
	k := call{method: http.MethodPost, path: c.api.config, values: c.with(p, form), headers: map[string]string{"casMd5": cmp.Or(was.MD5, absent)}, wrapped: c.api.wrapped, what: p.name}
	if len(ips) > 0 {
		k.headers["betaIps"] = strings.Join(ips, ",")
	}
	var done bool
	err := c.do(ctx, k, &done)
	if errors.Is(err, errMoved) {
		return false, nil
	}
	if err == nil && !done {
		return false, c.strange(nil)
	}
	return err == nil, err
}

// heeds makes sure that the server heeds the condition of a write.
func (c *Client) heeds(ctx context.Context) error {
	c.mu.Lock()
	safe := c.safe || c.api.version == ""
	c.mu.Unlock()
	if safe {
		return nil
	}
	var state struct {
		Version string `json:"version"`
	}
	if err := c.do(ctx, call{method: http.MethodGet, path: c.api.version, what: "version"}, &state); err != nil {
		return err
	}
	if part := strings.SplitN(state.Version, ".", 3); len(part) < 2 || number(part[0])*1000+number(part[1]) < 2003 {
		return ops.Errorf(ops.Invalid, "Nacos at %s is version %q, which writes over what others have changed meanwhile; with 2.3.0 or later it can be written to", "Nacos(%s)版本为 %q,会覆盖他人同时所做的修改;升级到 2.3.0 或更高版本后方可写入", c, state.Version)
	}
	c.mu.Lock()
	c.safe = true
	c.mu.Unlock()
	return nil
}

// Check signs in, and looks whether the server can be written to.
func (c *Client) Check(ctx context.Context) error {
	if _, err := c.signIn(ctx, ""); err != nil {
		return err
	}
	return c.heeds(ctx)
}

func number(s string) int {
	n, _ := strconv.Atoi(s) // what is no number is older than any
	return n
}
