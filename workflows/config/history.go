package config

import (
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type historyParams struct {
	Target    ops.Targets `en:"service and environment, such as shop.cart.api:prod" zh:"服务及环境,如 shop.cart.api:prod"`
	Limit     int         `en:"how many releases" zh:"版本数量" default:"10" min:"1" max:"49"`
	Namespace string      `en:"namespace; the service's first when left out" zh:"命名空间;不填则为该服务的第一个" optional:"true" pattern:"[A-Za-z0-9_.-]{1,64}"`
}

// History lists what was published, the newest first.
var History = change.Read(ops.Operation{
	Name: "config.history", Aliases: []string{"配置历史"}, Group: "config", Example: "config.history shop.cart.api:prod",
	Help: ops.Text{En: "which releases a service's configuration had, who published them, and which keys they changed", Zh: "服务配置的发布历史、发布人及改动的配置项"},
}, func(ctx workflow.Context, p historyParams) (ops.Answer, error) {
	f, err := find(ctx, p.Target, p.Namespace)
	if err != nil {
		return ops.Answer{}, err
	}
	all, err := activities.ConfigReleases.Do(ctx, f.at.Provider, activities.ReleasesIn{At: f.at, Limit: p.Limit})
	if err != nil {
		return ops.Answer{}, err
	}
	a := ops.Answer{
		Text:    ops.Textf("%s: %d releases", "%s:%d 个版本", f.at, len(all)),
		Columns: []ops.Text{{En: "release", Zh: "版本"}, {En: "time", Zh: "时间"}, {En: "by", Zh: "发布人"}, {En: "title", Zh: "标题"}, {En: "changes", Zh: "改动"}},
	}
	for _, r := range all {
		by := r.By
		if r.Comment != "" {
			by += " (" + r.Comment + ")"
		}
		a.Rows = append(a.Rows, []string{r.ID, r.At.UTC().Format(time.DateTime), by, r.Title, strings.Join(described(r.Changes), "; ")})
	}
	return a, nil
})

// described are changes in short, such as timeout: 30 -> 60.
func described(changes []activities.ConfigChange) []string {
	const most = 5
	var out []string
	for i, c := range changes {
		if i == most {
			return append(out, "…")
		}
		switch {
		case c.Add:
			out = append(out, "+"+c.Key+": "+shown(c.Key, c.To))
		case c.Remove:
			out = append(out, "-"+c.Key)
		default:
			out = append(out, c.Key+": "+shown(c.Key, c.From)+" -> "+shown(c.Key, c.To))
		}
	}
	return out
}
