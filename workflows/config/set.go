package config

import (
	"slices"
	"strings"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type setParams struct {
	Target    ops.Targets `en:"service and environment, such as shop.cart.api:prod" zh:"服务及环境,如 shop.cart.api:prod"`
	Set       string      `en:"keys and their values, such as timeout=30 greeting=\"good day\"" zh:"配置项及其值,如 timeout=30 greeting=\"你好\"" optional:"true" pairs:"true"`
	Remove    string      `en:"keys to remove, separated by commas" zh:"要删除的配置项,以逗号分隔" optional:"true"`
	Namespace string      `en:"namespace; the service's first when left out" zh:"命名空间;不填则为该服务的第一个" optional:"true" pattern:"[A-Za-z0-9_.-]{1,64}"`
}

// Set changes keys and publishes them.
var Set = change.Define(ops.Operation{
	Name: "config.set", Aliases: []string{"改配置", "修改配置"}, Group: "config", Risk: ops.Medium, Example: "config.set shop.cart.api:prod timeout=30",
	Help: ops.Text{En: "change keys of a service's configuration and publish them, until every instance has received it", Zh: "修改服务的配置项并发布,直到每个实例生效"},
}, change.Steps[setParams, work]{Plan: planSet, Run: run, Verify: verify, Undo: undo})

func planSet(ctx workflow.Context, p setParams) (ops.Plan, work, error) {
	wanted, err := p.changes()
	if err != nil {
		return ops.Plan{}, work{}, err
	}
	f, err := find(ctx, p.Target, p.Namespace)
	if err != nil {
		return ops.Plan{}, work{}, err
	}
	now, err := activities.ReadConfig.Do(ctx, f.at.Provider, activities.ConfigIn{At: f.at, Schema: f.schema, Changes: wanted})
	if err != nil {
		return ops.Plan{}, work{}, err
	}
	if err := closed(f.at, now); err != nil {
		return ops.Plan{}, work{}, err
	}
	w := on(f.at, now, f.targets())
	if w.Changes, err = against(now.Values, wanted); err != nil {
		return ops.Plan{}, work{}, err
	}
	return describe(w, w.Changes), w, nil
}

// changes are what is asked for, without what was there before.
func (p setParams) changes() ([]activities.ConfigChange, error) {
	pairs, err := ops.ParsePairs(p.Set)
	if err != nil {
		return nil, err
	}
	var out []activities.ConfigChange
	for _, x := range pairs {
		out = append(out, activities.ConfigChange{Key: x.Key, To: x.Value})
	}
	for _, key := range strings.FieldsFunc(p.Remove, func(r rune) bool { return r == ',' || r == '\uff0c' || r == ' ' }) {
		if ops.SecretKey(key) {
			return nil, ops.Errorf(ops.Invalid, "%s is a secret, and its value cannot be kept here for the way back; remove it where secrets are kept", "%s 是密钥,其原值无法在此保留以便撤销;请在密钥管理处删除", key).At("remove")
		}
		if slices.ContainsFunc(out, func(c activities.ConfigChange) bool { return c.Key == key }) {
			return nil, ops.Errorf(ops.Invalid, "%s is named twice; name it once", "%s 重复,请只写一次", key).At("remove")
		}
		out = append(out, activities.ConfigChange{Key: key, Remove: true})
	}
	if len(out) == 0 {
		return nil, ops.Errorf(ops.Invalid, "say what to change, such as timeout=30", "请写明要修改的内容,如 timeout=30").At("set")
	}
	slices.SortFunc(out, func(a, b activities.ConfigChange) int { return strings.Compare(a.Key, b.Key) })
	return out, nil
}

// against are the changes that change something, with what was there before.
func against(values map[string]string, wanted []activities.ConfigChange) ([]activities.ConfigChange, error) {
	var out []activities.ConfigChange
	for _, c := range wanted {
		v, there := values[c.Key]
		switch {
		case c.Remove && !there:
			return nil, ops.Errorf(ops.NotFound, "there is no key %q to remove%s", "没有可删除的配置项 %q%s", c.Key, ops.DidYouMean(c.Key, keysOf(values))).At("remove")
		case there && !c.Remove && v == c.To:
			continue
		}
		c.From, c.Add = v, !there
		out = append(out, c)
	}
	return out, nil
}
