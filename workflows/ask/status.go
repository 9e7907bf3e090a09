package ask

import (
	"strconv"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type targets struct {
	Target ops.Targets `en:"service or pattern" zh:"服务或通配符"`
}

// Status says how services are.
var Status = change.Read(ops.Operation{
	Name: "status", Aliases: []string{"状态"}, Group: "ask", Example: "status shop.cart.api:prod",
	Help: ops.Text{En: "how a service is: instances, version, what blocks it", Zh: "查看服务状态:实例数、版本、异常原因"},
}, func(ctx workflow.Context, p targets) (ops.Answer, error) {
	places, err := find(ctx, p.Target)
	if err != nil {
		return ops.Answer{}, err
	}
	a := ops.Answer{Columns: []ops.Text{
		{En: "target", Zh: "目标"}, {En: "ready", Zh: "就绪"}, {En: "version", Zh: "版本"}, {En: "autoscaler", Zh: "自动伸缩"}, {En: "problem", Zh: "问题"},
	}}
	lang, well := language(ctx), 0
	for _, at := range places {
		w, err := activities.Status.Do(ctx, at.Provider, activities.StatusIn{Place: at})
		if err != nil && ops.CodeOf(err) != ops.NotFound {
			return ops.Answer{}, err
		}
		row := []string{at.Target.String(), strconv.Itoa(w.Ready) + "/" + strconv.Itoa(w.Wanted), w.Version, autoscaler(w.Autoscaler), w.Stuck.In(lang)}
		if err != nil {
			row[4] = ops.TextOf(err).In(lang)
		} else if w.Done() {
			well++
		}
		a.Rows = append(a.Rows, row)
	}
	a.Text = ops.Textf("%d of %d places are as they should be", "%[2]d 处中有 %[1]d 处正常", well, len(places))
	return a, nil
})

func autoscaler(a *activities.Autoscaler) string {
	if a == nil {
		return ""
	}
	return strconv.Itoa(a.Min) + ".." + strconv.Itoa(a.Max)
}

// maxPlaces bounds how many places one question looks at.
const maxPlaces = 50

func find(ctx workflow.Context, targets []ops.Target) ([]ops.Place, error) {
	found, err := activities.Find.Do(ctx, activities.Inventory, activities.FindIn{Targets: targets, Many: true})
	if err != nil {
		return nil, err
	}
	if len(found.Places) > maxPlaces {
		return nil, ops.Errorf(ops.Invalid, "that selects %d places and one question takes %d; name an environment or a data centre",
			"选中 %d 处,一次最多查询 %d 处;请指定环境或机房", len(found.Places), maxPlaces).At("target")
	}
	return found.Places, nil
}

// language is the asker's, for words that providers put into tables.
func language(ctx workflow.Context) string { return change.Asker(ctx).Lang }
