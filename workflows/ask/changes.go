package ask

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type changesParams struct {
	Target ops.Target `en:"service" zh:"服务"`
	Limit  int        `en:"how many lines" zh:"最多行数" min:"1" max:"100" default:"20"`
}

// Changes says what was changed at a service lately and by whom, inside and outside of Orderly.
var Changes = change.Read(ops.Operation{
	Name: "changes", Aliases: []string{"变更记录"}, Group: "ask", Example: "changes shop.cart.api@idc1:prod",
	Help: ops.Text{En: "what was changed here lately, by whom, also outside Orderly", Zh: "最近的变更及变更人,包括 Orderly 之外的"},
}, func(ctx workflow.Context, p changesParams) (ops.Answer, error) {
	places, err := find(ctx, []ops.Target{p.Target})
	if err != nil {
		return ops.Answer{}, err
	}
	own, err := activities.Recent.Do(ctx, activities.Engine, activities.RecentIn{Target: p.Target, Limit: p.Limit})
	if err != nil {
		return ops.Answer{}, err
	}
	lang := language(ctx)
	var lines []line
	for _, c := range own {
		lines = append(lines, line{c.CreatedAt, c.Requester, "orderly " + c.ID, c.Text.In(lang) + " (" + c.State.Text().In(lang) + ")"})
	}
	for _, at := range places {
		touches, err := activities.History.Do(ctx, at.Provider, activities.HistoryIn{Place: at})
		if err != nil {
			return ops.Answer{}, err
		}
		for _, t := range touches {
			lines = append(lines, line{t.At, t.By, at.Target.String(), t.What})
		}
	}
	return table(lines, p.Limit), nil
})

// line is one change, wherever it was found.
type line struct {
	at              time.Time
	by, where, what string
}

func table(lines []line, limit int) ops.Answer {
	slices.SortStableFunc(lines, func(a, b line) int { return b.at.Compare(a.at) })
	lines = lines[:min(limit, len(lines))]
	a := ops.Answer{
		Text:    ops.Textf("the last %d changes, the newest first", "最近 %d 次变更,从新到旧", len(lines)),
		Columns: []ops.Text{{En: "time", Zh: "时间"}, {En: "by", Zh: "变更人"}, {En: "where", Zh: "位置"}, {En: "what", Zh: "内容"}},
	}
	for _, l := range lines {
		a.Rows = append(a.Rows, []string{l.at.UTC().Format(time.RFC3339), l.by, l.where, l.what})
	}
	return a
}
