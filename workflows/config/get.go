package config

import (
	"maps"
	"slices"
	"strings"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type getParams struct {
	Target    ops.Targets `en:"service and environment, such as shop.cart.api:prod" zh:"服务及环境,如 shop.cart.api:prod"`
	Find      string      `en:"key, or a part of keys; all when left out" zh:"配置项或其一部分;不填则为全部" optional:"true"`
	Namespace string      `en:"namespace; the service's first when left out" zh:"命名空间;不填则为该服务的第一个" optional:"true" pattern:"[A-Za-z0-9_.-]{1,64}"`
}

// Get shows the configuration of a service.
var Get = change.Read(ops.Operation{
	Name: "config.get", Aliases: []string{"查配置", "查看配置"}, Group: "config", Example: "config.get shop.cart.api:prod",
	Help: ops.Text{En: "show the configuration of a service, secrets masked, and what is edited and not published", Zh: "查看服务的配置(密钥已隐藏)及尚未发布的修改"},
}, func(ctx workflow.Context, p getParams) (ops.Answer, error) {
	f, err := find(ctx, p.Target, p.Namespace)
	if err != nil {
		return ops.Answer{}, err
	}
	now, err := activities.ReadConfig.Do(ctx, f.at.Provider, activities.ConfigIn{At: f.at})
	if err != nil {
		return ops.Answer{}, err
	}
	return answer(f.at, now, p.Find)
})

func answer(at ops.ConfigAt, now activities.Config, key string) (ops.Answer, error) {
	open := map[string]activities.ConfigChange{}
	all := maps.Clone(now.Values)
	if all == nil {
		all = map[string]string{}
	}
	for _, c := range now.Open {
		open[c.Key] = c
		all[c.Key] = c.To
	}
	a := ops.Answer{Columns: []ops.Text{{En: "key", Zh: "配置项"}, {En: "value", Zh: "值"}, {En: "not published", Zh: "未发布"}}}
	for _, k := range keysOf(all) {
		if !strings.Contains(strings.ToLower(k), strings.ToLower(key)) {
			continue
		}
		c, edited := open[k]
		switch {
		case !edited:
			a.Rows = append(a.Rows, []string{k, shown(k, now.Values[k]), ""})
		case c.Remove:
			a.Rows = append(a.Rows, []string{k, shown(k, c.From), "-"})
		default:
			a.Rows = append(a.Rows, []string{k, shown(k, c.From), shown(k, c.To)})
		}
	}
	if len(a.Rows) == 0 && key != "" {
		return a, ops.Errorf(ops.NotFound, "%s has no key %q%s", "%s 没有配置项 %q%s", at, key, ops.DidYouMean(key, keysOf(all))).At("find")
	}
	a.Text = ops.Textf("%s: %d keys", "%s:%d 个配置项", at, len(a.Rows))
	if now.Release != "" {
		a.Text = ops.Textf("%s, release %s", "%s,版本 %s", a.Text, now.Release)
	}
	if now.Title != "" {
		a.Text = ops.Textf("%s (%s)", "%s(%s)", a.Text, now.Title)
	}
	if len(now.Open) > 0 {
		a.Text = ops.Textf("%s; %d edits are not published", "%s;%d 处修改尚未发布", a.Text, len(now.Open))
	}
	return a, nil
}

func keysOf(values map[string]string) []string { return slices.Sorted(maps.Keys(values)) }
