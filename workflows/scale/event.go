package scale

import (
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type eventParams struct {
	Services string        `en:"services and what they are scaled to: \"shop.cart.api=x3 shop.order.*=x2 pay.gate.api=40\"; a name goes before a pattern" zh:"服务及目标:\"shop.cart.api=x3 shop.order.*=x2 pay.gate.api=40\";具体名称优先于通配"`
	For      time.Duration `en:"how long the top is held" zh:"峰值保持时长" min:"1s" max:"720h"`
	Where    ops.Targets   `en:"only there, such as *:prod or *@idc1:prod" zh:"限定范围,如 *:prod 或 *@idc1:prod" default:"*:prod"`
	Steps    int           `en:"steps in which it goes down afterwards" zh:"之后分几步降回" min:"1" max:"20" default:"3"`
	Pause    time.Duration `en:"pause between two steps down" zh:"每步之间的间隔" min:"0s" max:"24h" default:"10m"`
	Parallel int           `en:"targets at the same time" zh:"同时执行的目标数" min:"1" max:"100" default:"25"`
}

// eventWork is what an event does. The numbers are those that the plan was first made with; see doc.go.
type eventWork struct {
	Items    []item        `json:"items"`
	Hold     time.Duration `json:"hold"`
	Steps    int           `json:"steps"`
	Pause    time.Duration `json:"pause"`
	Parallel int           `json:"parallel"`
}

// Event brings many services to a top for a festival, holds and freezes them there, and steps down after.
var Event = change.Define(ops.Operation{
	Name: "scale.event", Aliases: []string{"大促扩容", "活动扩容"}, Group: "scale", Risk: ops.High, Timeout: 40 * 24 * time.Hour,
	Example: `scale.event "shop.cart.api=x3 shop.order.*=x2" 6h *:prod --at 2026-11-11T00:00:00+08:00`,
	Help:    ops.Text{En: "scale many services up for an event, hold and freeze them, step down after", Zh: "大促期间批量扩容,保持并封锁,结束后分步降回"},
}, change.Steps[eventParams, eventWork]{Plan: planEvent, Run: runEvent, Undo: undoEvent})

// maxEvent bounds one event, so that its plan stays far below the engine's payload limit.
const maxEvent = 500

func planEvent(ctx workflow.Context, p eventParams) (ops.Plan, eventWork, error) {
	w := eventWork{Hold: p.For, Steps: p.Steps, Pause: p.Pause, Parallel: p.Parallel}
	wishes, err := parseWishes(p.Services)
	if err != nil {
		return ops.Plan{}, w, err
	}
	found, err := activities.Find.Do(ctx, activities.Inventory, activities.FindIn{Targets: p.Where, Many: true})
	if err != nil {
		return ops.Plan{}, w, err
	}
	places, asked, err := matched(wishes, found.Places)
	if err != nil {
		return ops.Plan{}, w, err
	}
	if len(places) > maxEvent {
		return ops.Plan{}, w, ops.Errorf(ops.Invalid, "these are %d targets and one event takes at most %d; split it, by product or data centre for example",
			"共 %d 个目标,一次最多 %d 个;请按产品或机房拆分", len(places), maxEvent).At("services")
	}
	worlds, err := survey(ctx, places)
	if err != nil {
		return ops.Plan{}, w, err
	}
	agreed, _ := change.Planned[eventWork](ctx)
	for i, at := range places {
		it := item{Place: at, From: worlds[i].Wanted}
		if n := slices.IndexFunc(agreed.Items, func(o item) bool { return o.Place.Equal(at) }); n >= 0 {
			it = agreed.Items[n]
		} else if it.To, err = amount(asked[i], it.From); err != nil {
			return ops.Plan{}, w, err
		} else if it.To < it.From {
			return ops.Plan{}, w, ops.Errorf(ops.Invalid, "%s is at %d, and %s would be %d: an event goes up; use scale to go down", "%s 当前为 %d,%s 将为 %d:活动只能扩容,缩容请用 scale",
				at.Target, it.From, asked[i], it.To).At("services")
		}
		w.Items = append(w.Items, it)
	}
	if err := w.room(ctx, worlds); err != nil {
		return ops.Plan{}, w, err
	}
	return w.describe(), w, nil
}

// wish is what is asked for some services.
type wish struct {
	Service string // or a pattern
	Amount  string
}

// parseWishes reads service=amount, service=amount ... Names come before patterns.
func parseWishes(written string) ([]wish, error) {
	var out []wish
	for _, word := range strings.FieldsFunc(written, func(r rune) bool { return strings.ContainsRune(" ,;,;、\t\r\n", r) }) {
		service, much, ok := strings.Cut(word, "=")
		if _, err := amount(much, 1); !ok || err != nil {
			return nil, ops.Errorf(ops.Invalid, "%q is no service with an amount; write shop.cart.api=x3, shop.cart.api=+4 or shop.cart.api=40", "%q 不是 服务=数量,请写成 shop.cart.api=x3、shop.cart.api=+4 或 shop.cart.api=40", word).At("services")
		}
		t, err := ops.ParseTarget(service)
		if err != nil || t != (ops.Target{Service: t.Service}) {
			return nil, ops.Errorf(ops.Invalid, "%q is no name or pattern of services; where they are stands in \"where\"", "%q 不是服务名或通配;范围请写在 where", service).At("services")
		}
		if slices.ContainsFunc(out, func(o wish) bool { return o.Service == service }) {
			return nil, ops.Errorf(ops.Invalid, "%s is there twice; say once what it is scaled to", "%s 出现了两次;请只写一次", service).At("services")
		}
		out = append(out, wish{service, much})
	}
	if len(out) == 0 {
		return nil, ops.Errorf(ops.Invalid, "no services are named; write shop.cart.api=x3 shop.order.*=x2", "未指定服务;请写成 shop.cart.api=x3 shop.order.*=x2").At("services")
	}
	slices.SortStableFunc(out, func(a, b wish) int { return strings.Count(a.Service, "*") - strings.Count(b.Service, "*") })
	return out, nil
}

// matched are the places of the wishes, and what is asked for each. A wish that means nothing is an error.
func matched(wishes []wish, all []ops.Place) ([]ops.Place, []string, error) {
	var places []ops.Place
	var asked []string
	met := make([]bool, len(wishes))
	for _, at := range all {
		taken := false
		for n, w := range wishes {
			if !(ops.Target{Service: w.Service}).Matches(at.Target) {
				continue
			}
			met[n] = true
			if !taken {
				places, asked, taken = append(places, at), append(asked, w.Amount), true
			}
		}
	}
	if n := slices.Index(met, false); n >= 0 {
		var names []string
		for _, at := range all {
			names = add(names, at.Target.Service)
		}
		return nil, nil, ops.Errorf(ops.NotFound, "%s runs nowhere in what was asked for%s", "所选范围内没有运行 %s%s", wishes[n].Service, ops.DidYouMean(wishes[n].Service, names)).At("services")
	}
	return places, asked, nil
}

// maxShort is how many shortages an error names.
const maxShort = 5

// room asks whether there is room for the whole top, from the world as it is now.
func (w eventWork) room(ctx workflow.Context, worlds []activities.Workload) error {
	var short []ops.Text
	for _, part := range byProvider(w.Items) {
		var in activities.RoomIn
		for _, i := range part {
			now := worlds[slices.IndexFunc(w.Items, func(o item) bool { return o.Place.Equal(i.Place) })]
			if now.Wanted < i.To {
				in.Items = append(in.Items, activities.ScaleIn{Place: i.Place, From: now.Wanted, Replicas: i.To, Was: now.Autoscaler, Bounds: bounds(now.Autoscaler, i.To)})
			}
		}
		if len(in.Items) == 0 {
			continue
		}
		out, err := activities.CheckRoom.Do(ctx, part[0].Place.Provider, in)
		if err != nil {
			return err
		}
		short = append(short, out.Short...)
	}
	if len(short) == 0 {
		return nil
	}
	all := short[0]
	for _, s := range short[1:min(len(short), maxShort)] {
		all = ops.Textf("%s; %s", "%s;%s", all, s)
	}
	if more := len(short) - maxShort; more > 0 {
		all = ops.Textf("%s; and %d more", "%s;另有 %d 项", all, more)
	}
	return ops.Errorf(ops.Denied, "there is no room for the top: %s; free or add capacity, or ask for less", "容量不足:%s;请释放或增加容量,或降低目标", all).At("services")
}

func (w eventWork) describe() ops.Plan {
	p := describe(w.Items)
	p.Diffs = slices.DeleteFunc(p.Diffs, func(d ops.Diff) bool { return d.From == d.To })
	if len(p.Diffs) == 0 {
		p.Summary = ops.Textf("nothing to do: every target has that many already", "无需变更:各目标已达到该数量")
		return p
	}
	p.Summary = ops.Textf("an event: %d targets up by %d instances, held for %s, then down in %d steps", "大促:%d 个目标共增加 %d 个实例,保持 %s,之后分 %d 步降回", len(w.Items), p.Blast.Delta, w.Hold, w.Steps)
	p.Undo = ops.Textf("it steps down by itself; cancel sets the former numbers at once", "结束后自动降回;取消则立即恢复原实例数")
	p.Notes = append(p.Notes,
		ops.Textf("there is room for all of it in quotas and on nodes, as far as the clusters tell; it is asked again just before it begins", "集群报告的配额与节点容量足够;开始前将再次检查"),
		ops.Textf("while it lasts no other change of these targets begins: it holds their locks", "期间持有这些目标的锁,其他变更不能开始"),
		ops.Textf("promote at the top steps down early", "峰值期间可用 promote 提前降回"),
		ops.Textf("the numbers are fixed now, also when it begins later; more instances than that are left alone", "数量现在即固定,推迟开始也不变;已超过的目标保持不变"),
	)
	return p
}

// undoEvent has nothing to do: an event that has ended has stepped down.
func undoEvent(_ workflow.Context, done eventWork) (ops.Plan, eventWork, error) {
	return ops.Plan{Summary: ops.Textf("nothing to do: the event itself stepped down again", "无需变更:活动结束时已降回")}, done, nil
}
