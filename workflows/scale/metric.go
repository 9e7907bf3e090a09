package scale

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// meter measures.
const meter = "prometheus"

type metricParams struct {
	Target    ops.Target    `en:"service that the rule scales" zh:"规则所伸缩的服务"`
	Query     string        `en:"what is measured, one value per instance such as its load; ${service}, ${env}, ${idc}, ${cluster}, ${namespace} and ${name} are filled in" zh:"度量查询,返回单个值,如单实例负载;可用 ${service}、${env}、${idc}、${cluster}、${namespace}、${name}"`
	Goal      string        `en:"value that it is kept at: more instances when it is above, fewer when it is below" zh:"目标值:高于则扩容,低于则缩容" pattern:"[0-9]{1,12}(\\.[0-9]{1,6})?"`
	Min       int           `en:"never fewer instances" zh:"最少实例数" min:"1" max:"1000"`
	Max       int           `en:"never more instances" zh:"最多实例数" min:"1" max:"1000"`
	For       time.Duration `en:"how long the rule lives" zh:"规则有效期" min:"1s" max:"720h"`
	Tolerance int           `en:"percent off the goal that are left alone" zh:"允许偏离目标的百分比" min:"1" max:"90" default:"10"`
	Step      int           `en:"instances in one act, at most" zh:"单次最多调整的实例数" min:"1" max:"100" default:"1"`
	CoolDown  time.Duration `en:"pause after an act, until its effect shows" zh:"每次调整后的冷却时间" min:"1s" max:"24h" default:"5m"`
	Budget    int           `en:"instances that it may add or take away in an hour" zh:"每小时最多增减的实例数" min:"1" max:"1000" default:"10"`
	Brake     int           `en:"acts in one direction without effect after which it stops itself" zh:"同方向连续多少次无效后自行停止" min:"1" max:"20" default:"3"`
	Every     time.Duration `en:"how often it is measured" zh:"度量间隔" min:"1s" max:"1h" default:"30s"`
	Looks     int           `en:"measurements in a row that have to be off before it acts" zh:"连续多少次偏离后才调整" min:"1" max:"20" default:"2"`
	After     string        `en:"when it ends, is cancelled or stops itself: restore the former number, or keep what it is then" zh:"到期、取消或自停后:restore 恢复原实例数,keep 保持当时的数量" options:"restore,keep" default:"restore"`
}

// rule is what is kept. It does not say what the number is now, because its plan may be approved long before it begins;
// only one that leaves its number behind does, so that an undo knows the former one.
type rule struct {
	Place    ops.Place     `json:"place"`
	Query    string        `json:"query"`
	Goal     float64       `json:"goal"`
	Low      float64       `json:"low"`
	High     float64       `json:"high"`
	Min      int           `json:"min"`
	Max      int           `json:"max"`
	Step     int           `json:"step"`
	CoolDown time.Duration `json:"cool_down"`
	Budget   int           `json:"budget"`
	Brake    int           `json:"brake"`
	Every    time.Duration `json:"every"`
	Looks    int           `json:"looks"`
	For      time.Duration `json:"for"`
	Keep     bool          `json:"keep,omitempty"`   // the number stays when it ends
	Former   int           `json:"former,omitempty"` // of a rule that keeps
	Back     []item        `json:"back,omitempty"`   // of the undo of a rule: there is none to keep, only a number to set
}

// Metric keeps a metric near a goal by scaling, within bounds, for a time.
var Metric = change.Define(ops.Operation{
	Name: "scale.metric", Aliases: []string{"按指标扩缩容", "指标伸缩"}, Group: "scale", Risk: ops.Medium, Timeout: 31 * 24 * time.Hour,
	Example: "scale.metric shop.cart.api@idc1/c1:prod \"avg(queue_depth{service='${service}'})\" 20 3 12 8h",
	Help:    ops.Text{En: "keep a metric near a goal by scaling, within bounds, until a time; cancel ends it", Zh: "在限定范围和时间内按指标伸缩,取消即结束"},
}, change.Steps[metricParams, rule]{Plan: planMetric, Run: runMetric, Undo: undoMetric, OwnLocks: true, Parts: []change.PartDefinition{ruleKept}})

func planMetric(ctx workflow.Context, p metricParams) (ops.Plan, rule, error) {
	goal, err := strconv.ParseFloat(p.Goal, 64)
	if err != nil || goal <= 0 {
		return ops.Plan{}, rule{}, ops.Errorf(ops.Invalid, "the goal must be a number above 0, such as 20 or 0.7", "目标值应为大于 0 的数,如 20 或 0.7").At("goal")
	}
	if p.Min > p.Max {
		return ops.Plan{}, rule{}, ops.Errorf(ops.Invalid, "min %d is more than max %d", "最少实例数 %d 大于最多实例数 %d", p.Min, p.Max).At("min")
	}
	places, err := findPlaces(ctx, []ops.Target{p.Target})
	if err != nil {
		return ops.Plan{}, rule{}, err
	}
	off := goal * float64(p.Tolerance) / 100
	r := rule{
		Place: places[0], Query: fill(p.Query, places[0]), Goal: goal, Low: goal - off, High: goal + off, Min: p.Min, Max: p.Max, Step: p.Step,
		CoolDown: p.CoolDown, Budget: p.Budget, Brake: p.Brake, Every: p.Every, Looks: p.Looks, For: p.For,
	}
	now, err := r.look(ctx)
	if err != nil {
		return ops.Plan{}, r, err
	}
	if p.After == "keep" {
		r.Keep, r.Former = true, now.Wanted
	}
	if _, _, err := r.measure(ctx); err != nil {
		return ops.Plan{}, r, err
	}
	return r.describe(), r, nil
}

// fill puts what a place is into a query.
func fill(query string, at ops.Place) string {
	t := at.Target
	return strings.NewReplacer("${service}", t.Service, "${env}", t.Env, "${idc}", t.IDC, "${cluster}", t.Cluster, "${namespace}", at.Namespace, "${name}", at.Name).Replace(query)
}

// look reads the place. One that an autoscaler owns is not for a rule: two hands at one wheel.
func (r rule) look(ctx workflow.Context) (activities.Workload, error) {
	now, err := activities.Status.Do(ctx, r.Place.Provider, activities.StatusIn{Place: r.Place})
	if err == nil && now.Autoscaler != nil {
		err = ops.Errorf(ops.Conflict, "autoscaler %s sets the number of %s already, and the two would fight; take it away first, or move its bounds with scale", "%[2]s 已由自动伸缩 %[1]s 管理,二者会互相干扰;请先移除它,或用 scale 调整其范围",
			now.Autoscaler.Name, r.Place.Target)
	}
	return now, err
}

// measure is the value now; the text says why there is none.
func (r rule) measure(ctx workflow.Context) (float64, ops.Text, error) {
	got, err := activities.Measure.Do(ctx, meter, activities.MeasureIn{Query: r.Query})
	if err != nil {
		return 0, ops.Text{}, err
	}
	return activities.OneValue(r.Query, got.Samples)
}

func (r rule) describe() ops.Plan {
	t := r.Place.Target
	span := fmt.Sprintf("%d..%d", r.Min, r.Max)
	p := ops.Plan{
		Summary: ops.Textf("keep %s near %v for %s by scaling %s between %d and %d instances", "在 %[3]s 内将 %[4]s 的实例数控制在 %[5]d 至 %[6]d,使 %[1]s 接近 %[2]v", r.Query, r.Goal, r.For, t, r.Min, r.Max),
		Diffs:   []ops.Diff{{Object: t.String(), Field: "replicas", From: "-", To: span}, {Object: t.String(), Field: "rule", From: "-", To: r.Query}},
		Targets: []ops.Target{t},
		Undo:    ops.Textf("cancel it, or let it end: the former number is set again", "取消或到期后恢复原实例数"),
		Notes: []ops.Text{
			ops.Textf("it acts when the value is above %v or below %v in %d measurements %s apart, at most %d instances at a time, and waits %s after each act",
				"连续 %[3]d 次(间隔 %[4]s)高于 %[1]v 或低于 %[2]v 时调整,单次最多 %[5]d 个实例,之后冷却 %[6]s", r.High, r.Low, r.Looks, r.Every, r.Step, r.CoolDown),
			ops.Textf("at most %d instances in an hour; it stops itself after %d acts in one direction without effect", "每小时最多增减 %d 个实例;同方向连续 %d 次无效后自行停止", r.Budget, r.Brake),
			ops.Textf("without a value it does nothing", "没有度量值时不做任何调整"),
		},
		Blast: ops.Blast{
			Targets: 1, Instances: r.Max, Delta: r.Max - r.Min, Percent: 100, Envs: []string{t.Env}, Clusters: []string{r.Place.Context},
			Text: ops.Textf("1 target, %d to %d instances, at most %d changed in an hour", "1 个目标,%d 至 %d 个实例,每小时最多变动 %d 个", r.Min, r.Max, r.Budget),
		},
	}
	if r.Keep {
		p.Diffs[0].From = strconv.Itoa(r.Former)
		p.Undo = ops.Textf("the number stays when it ends or is cancelled; undo sets %d again", "到期或取消后保持当时数量;撤销可恢复为 %d", r.Former)
	}
	return p
}

// undoMetric plans the way back of a rule that left its number behind.
func undoMetric(ctx workflow.Context, done rule) (ops.Plan, rule, error) {
	if !done.Keep {
		return ops.Plan{Summary: ops.Textf("nothing to do: the rule itself set the former number again", "无需变更:规则结束时已恢复原实例数")}, done, nil
	}
	p, back, err := undo(ctx, work{[]item{{Place: done.Place, From: done.Former, To: done.Former}}})
	done.Back = back.Items
	p.Notes = nil // that the number is another now is what the rule was for
	return p, done, err
}
