package config

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type grayParams struct {
	Target    ops.Targets   `en:"service and environment, such as shop.cart.api:prod" zh:"服务及环境,如 shop.cart.api:prod"`
	Set       string        `en:"keys and their values, such as timeout=30" zh:"配置项及其值,如 timeout=30" pairs:"true"`
	Steps     string        `en:"how many instances get it, step by step, such as 1,20%,50%" zh:"逐步灰度的实例数或百分比,如 1,20%,50%" default:"1" pattern:"[0-9]{1,4}%?(,[0-9]{1,4}%?){0,9}"`
	Label     string        `en:"only instances with this label, such as track=canary" zh:"仅限带有该标签的实例,如 track=canary" optional:"true"`
	Bake      time.Duration `en:"how long each step lasts; a person promotes each when left out" zh:"每一步的观察时长;不填则由人工推进" optional:"true" min:"10s" max:"24h"`
	Namespace string        `en:"namespace; the service's first when left out" zh:"命名空间;不填则为该服务的第一个" optional:"true" pattern:"[A-Za-z0-9_.-]{1,64}"`
}

// grayWork is a change of keys that some instances get first.
type grayWork struct {
	work
	Then   string        `json:"then"` // the content after it
	Places []ops.Place   `json:"places"`
	Steps  []string      `json:"steps"`
	Label  string        `json:"label,omitempty"`
	Bake   time.Duration `json:"bake,omitempty"`
}

// grayTimeout is how long a gray release may last, without the time in which it waits for people.
const grayTimeout = 24 * time.Hour

// Gray changes keys for some instances first.
var Gray = change.Define(ops.Operation{
	Name: "config.gray", Aliases: []string{"灰度配置", "配置灰度"}, Group: "config", Risk: ops.Medium, Timeout: grayTimeout, Example: "config.gray shop.cart.api:prod timeout=30 --steps 1,50%",
	Help: ops.Text{En: "change keys for some instances first, widen step by step with promote, then for all; cancel abandons it", Zh: "先对部分实例生效,用推进逐步扩大直至全部;取消则放弃"},
}, change.Steps[grayParams, grayWork]{Plan: planGray, Run: runGray, Verify: verifyGray, Undo: undoGray})

func planGray(ctx workflow.Context, p grayParams) (ops.Plan, grayWork, error) {
	plan, w, err := planSet(ctx, setParams{Target: p.Target, Set: p.Set, Namespace: p.Namespace})
	if err != nil || plan.Empty() {
		return plan, grayWork{work: w}, err
	}
	f, err := find(ctx, p.Target, p.Namespace)
	if err != nil {
		return plan, grayWork{}, err
	}
	if !w.Tracks {
		return plan, grayWork{}, ops.Errorf(ops.Invalid, "%s gives every instance the same; a gray release needs a centre that knows its instances, such as Apollo or Nacos; change it for all with config.set", "%s 对所有实例下发相同配置;灰度需要 Apollo、Nacos 等可识别实例的配置中心,请用 config.set 全量修改", w.At.Provider).At("target")
	}
	there, err := activities.GrayConfig.Do(ctx, w.At.Provider, activities.ConfigIn{At: w.At})
	if err != nil {
		return plan, grayWork{}, err
	}
	if there.Title != "" || len(there.IPs) > 0 {
		return plan, grayWork{}, ops.Errorf(ops.Conflict, "%s has a gray release already (%s); have it merged or abandoned first", "%s 已有灰度发布(%s);请先合并或放弃", w.At, there.Title)
	}
	g := grayWork{work: w, Places: f.places, Steps: strings.Split(p.Steps, ","), Label: p.Label, Bake: p.Bake}
	now, err := activities.ReadConfig.Do(ctx, w.At.Provider, activities.ConfigIn{At: w.At, Changes: w.Changes})
	if err != nil {
		return plan, g, err
	}
	if now.Content != w.Content {
		return plan, g, ops.Errorf(ops.Conflict, "%s is being changed by somebody else; ask again", "%s 正被他人修改;请重新申请", w.At)
	}
	g.Then = now.Then
	live, err := g.live(ctx)
	if err != nil {
		return plan, g, err
	}
	return g.describe(plan, len(live)), g, nil
}

// describe adds the steps to the plan of a change for all. How many instances there are is not in it: that moves.
func (g grayWork) describe(plan ops.Plan, live int) ops.Plan {
	plan.Summary = ops.Textf("change %d keys of %s for some instances first", "先对部分实例修改 %[2]s 的 %[1]d 个配置项", len(g.Changes), g.At)
	whom := ops.Text{En: "instances", Zh: "实例"}
	if g.Label != "" {
		whom = ops.Textf("instances with %s", "带 %s 标签的实例", g.Label)
	}
	for i, s := range g.Steps {
		until := ops.Textf("until a person promotes", "直到人工推进")
		if g.Bake > 0 {
			until = ops.Textf("for %s", "持续 %s", g.Bake)
		}
		plan.Notes = append(plan.Notes, ops.Textf("step %d: %s %s, %s", "第 %d 步:%s %s,%s", i+1, s, whom, until))
	}
	plan.Notes = append(plan.Notes, ops.Textf("then all; cancel abandons it", "然后全部生效;取消则放弃"))
	plan.Undo = ops.Textf("abandon it, or bring the former values back", "放弃灰度,或恢复原有值")
	return plan
}

// live are the addresses of the instances that may be chosen, in a steady order.
func (g grayWork) live(ctx workflow.Context) ([]string, error) {
	var out []string
	for _, at := range g.Places {
		w, err := activities.Status.Do(ctx, at.Provider, activities.StatusIn{Place: at, Pods: true, Label: g.Label})
		if err != nil {
			return nil, err
		}
		pods := slices.Clone(w.Pods)
		slices.SortFunc(pods, func(a, b activities.Pod) int { return strings.Compare(a.Name, b.Name) })
		for _, p := range pods {
			if p.Ready && p.IP != "" {
				out = append(out, p.IP)
			}
		}
	}
	if len(out) == 0 {
		return nil, ops.Errorf(ops.Unsafe, "no instance runs that could get it first; look at the service with status, or choose another label", "没有可先行生效的运行中实例;请用 status 查看,或更换标签").At("label")
	}
	return out, nil
}

// few says how many of the instances a step is for: at least one.
func few(step string, of int) int {
	number, percent := strings.CutSuffix(step, "%")
	n, _ := strconv.Atoi(number) // the pattern of the parameter allows nothing else
	if percent {
		n = (of*n + 99) / 100
	}
	return min(max(n, 1), of)
}

// choose keeps those who have it and run still, and adds others until there are enough.
func choose(had, live []string, n int) []string {
	var out []string
	for _, ip := range had {
		if slices.Contains(live, ip) && len(out) < n {
			out = append(out, ip)
		}
	}
	for _, ip := range live {
		if len(out) < n && !slices.Contains(out, ip) {
			out = append(out, ip)
		}
	}
	return out
}

// keepEvery is how often it is looked whether the chosen instances run still.
const keepEvery = time.Minute

// keeper keeps the gray release on instances that run.
type keeper struct {
	grayWork
	has  activities.Gray
	busy bool // a step is on its way
}

// keep makes the gray release what it shall be at a step.
func (k *keeper) keep(ctx workflow.Context, step string) error {
	live, err := k.live(ctx)
	if err != nil {
		return err
	}
	ips := choose(k.has.IPs, live, few(step, len(live)))
	if k.has.Title != "" && slices.Equal(slices.Sorted(slices.Values(ips)), slices.Sorted(slices.Values(k.has.IPs))) {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	k.busy = true
	defer func() { k.busy = false }()
	now, err := activities.SetGray.Do(ctx, k.At.Provider, activities.GrayIn{
		At: k.At, Title: title(ctx, some), Comment: comment(ctx), Changes: k.Changes, IPs: ips, By: change.Asker(ctx).ID,
	})
	if err == nil {
		k.has = now
	}
	return err
}

// rest waits until no step is on its way: one that arrives after the gray release was ended would begin another.
func (k *keeper) rest(ctx workflow.Context) {
	late, stop := workflow.NewDisconnectedContext(ctx)
	defer stop()
	_ = workflow.Await(late, func() bool { return !k.busy }) // only a cancel could fail it, and none reaches it
}

// hold keeps a step for its time, or until a person promotes.
func (k *keeper) hold(ctx workflow.Context, step string) error {
	defer k.rest(ctx)
	name := ops.Textf("gray release of %s on %d instances", "%s 的灰度发布(%d 个实例)", k.At, len(k.has.IPs))
	if k.Bake > 0 {
		return change.Bake(ctx, name, k.Bake, func(ctx workflow.Context, until time.Time) error { return k.keepUntil(ctx, step, until) })
	}
	keeping, stop := workflow.WithCancel(ctx)
	defer stop()
	var trouble error
	workflow.Go(keeping, func(ctx workflow.Context) {
		for workflow.Sleep(ctx, keepEvery) == nil {
			if err := k.keep(ctx, step); ctx.Err() == nil {
				trouble = err
			}
		}
	})
	if err := change.Confirm(ctx, name); err != nil {
		return err
	}
	return trouble
}

func (k *keeper) keepUntil(ctx workflow.Context, step string, until time.Time) error {
	for {
		if err := k.keep(ctx, step); err != nil {
			return err
		}
		left := until.Sub(workflow.Now(ctx))
		if left <= 0 {
			return nil
		}
		if err := workflow.Sleep(ctx, min(keepEvery, left)); err != nil {
			return err
		}
	}
}

func runGray(ctx workflow.Context, g grayWork) error {
	if len(g.Steps) == 0 { // the way back
		return run(ctx, g.work)
	}
	end := activities.EndGrayIn{At: g.At, Title: title(ctx, some), Changes: g.Changes, Comment: comment(ctx), By: change.Asker(ctx).ID}
	change.Undoing(ctx, ops.Textf("the gray release of %s", "%s 的灰度发布", g.At), func(ctx workflow.Context) error {
		_, err := activities.EndGray.Do(ctx, g.At.Provider, end)
		return err
	})
	k := &keeper{grayWork: g}
	for i, step := range g.Steps {
		if err := change.Between(ctx, len(g.Steps)-i); err != nil {
			return err
		}
		if err := k.keep(ctx, step); err != nil {
			return err
		}
		if _, err := activities.AwaitConfig.Do(ctx, g.At.Provider, activities.ReceivedIn{At: k.has.At, Release: k.has.Release, Want: k.has.IPs, Stall: stall}); err != nil {
			return err
		}
		if err := k.hold(ctx, step); err != nil {
			return err
		}
	}
	change.Undoing(ctx, ops.Textf("the former values of %s", "%s 的原有值", g.At), func(ctx workflow.Context) error { return g.backFromMerge(ctx) })
	end.Merge, end.Content, end.Then = title(ctx, ""), g.Content, g.Then
	_, err := activities.EndGray.Do(ctx, g.At.Provider, end)
	return err
}

// backFromMerge takes the values back only if they became those of all.
func (g grayWork) backFromMerge(ctx workflow.Context) error {
	now, err := activities.ReadConfig.Do(ctx, g.At.Provider, activities.ConfigIn{At: g.At})
	if err != nil || g.Instant && now.Content != g.Then || !g.Instant && now.Title != title(ctx, "") {
		return err
	}
	return g.back(ctx)
}

// verifyGray looks at the change for all; the undo of one has no steps and is verified in the same way.
func verifyGray(ctx workflow.Context, g grayWork) error { return verify(ctx, g.work) }

// undoGray is the way back for all at once.
func undoGray(ctx workflow.Context, done grayWork) (ops.Plan, grayWork, error) {
	plan, w, err := undo(ctx, done.work)
	return plan, grayWork{work: w}, err
}
