package provision

import (
	"slices"
	"strconv"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type addParams struct {
	Cluster string `en:"cluster, such as idc1/c1" zh:"集群,如 idc1/c1" from:"inventory.clusters" pattern:"[A-Za-z0-9@:._/-]{1,100}"`
	Count   int    `en:"how many machines more" zh:"增加的机器数" min:"1" max:"100" default:"1"`
	Pool    string `en:"pool of machines; the cluster's only one when left out" zh:"机器池;集群只有一个时可不填" optional:"true" pattern:"[A-Za-z0-9._-]{1,64}"`
}

// addWork makes a pool larger.
type addWork struct {
	poolAt
	From int      `json:"from"`
	Size int      `json:"size"`
	Had  []string `json:"had,omitempty"`  // the machines that are there already
	Back bool     `json:"back,omitempty"` // instead: give the others back
}

func (w addWork) resize(from, size int) activities.ResizeIn {
	return activities.ResizeIn{Pool: w.Pool, From: from, Size: size}
}

// poolTimeout is how long machines may come or leave.
const poolTimeout = 6 * time.Hour

// AddNode brings more machines into a cluster.
var AddNode = change.Define(ops.Operation{
	Name: "node.add", Aliases: []string{"增加节点"}, Group: "provision", Risk: ops.Medium, Timeout: poolTimeout, Example: "node.add idc1/c1 2 workers",
	Help: ops.Text{En: "have the cloud make machines for a cluster, until they are ready nodes", Zh: "由云平台为集群增加机器,直到成为就绪节点"},
}, change.Steps[addParams, addWork]{Plan: planAdd, Run: runAdd, Undo: undoAdd})

func planAdd(ctx workflow.Context, p addParams) (ops.Plan, addWork, error) {
	at, err := onePool(ctx, p.Cluster, p.Pool)
	if err != nil {
		return ops.Plan{}, addWork{}, err
	}
	g, err := at.group(ctx)
	if err != nil {
		return ops.Plan{}, addWork{}, err
	}
	w := addWork{poolAt: at, From: g.Wanted, Size: g.Wanted + p.Count}
	for _, m := range g.Members {
		w.Had = append(w.Had, m.ID)
	}
	if g.Max > 0 && w.Size > g.Max {
		return ops.Plan{}, w, ops.Errorf(ops.Denied, "%s has %d machines and may have %d at most; have the group's bound raised in the cloud, or ask for fewer", "%s 现有 %d 台机器,上限 %d;请在云平台提高上限或减少数量", at.Pool.Object(), g.Wanted, g.Max).At("count")
	}
	if _, err := activities.TryResize.Do(ctx, at.Pool.Provider, w.resize(w.From, w.Size)); err != nil {
		return ops.Plan{}, w, err
	}
	return ops.Plan{
		Summary: ops.Textf("add %d machines to %s, which has %d", "为 %[2]s 增加 %[1]d 台机器(现有 %[3]d 台)", p.Count, at.Pool.Object(), w.From),
		Diffs:   []ops.Diff{at.Spot.diff("machines", strconv.Itoa(w.From), strconv.Itoa(w.Size))}, Targets: []ops.Target{at.Spot.Target},
		Blast: at.Spot.blast(ops.Textf("new machines, which cost money; what runs is not touched", "新增机器将产生费用,不影响运行中的实例")),
		Undo:  ops.Textf("drain the new machines and give them back", "排空新机器并归还"),
	}, w, nil
}

func runAdd(ctx workflow.Context, w addWork) error {
	if w.Back {
		return w.takeBack(ctx)
	}
	change.Undoing(ctx, ops.Textf("the new machines of %s are given back", "归还 %s 的新机器", w.Pool.Object()), w.takeBack)
	if _, err := activities.Resize.Do(ctx, w.Pool.Provider, w.resize(w.From, w.Size)); err != nil {
		return err
	}
	g, err := activities.AwaitGroup.Do(ctx, w.Pool.Provider, activities.SettleIn{Pool: w.Pool, Size: w.Size})
	if err != nil {
		return err
	}
	_, err = activities.AwaitHosts.Do(ctx, w.Spot.Provider, activities.HostsIn{Context: w.Spot.Room.Context, Members: w.fresh(g)})
	return err
}

// fresh are the machines that were not there before.
func (w addWork) fresh(g activities.Group) []activities.Member {
	return slices.DeleteFunc(slices.Clone(g.Members), func(m activities.Member) bool {
		return slices.Contains(w.Had, m.ID) || m.State == activities.MemberLeaving
	})
}

// takeBack gives every new machine back, and has the cloud make no more.
func (w addWork) takeBack(ctx workflow.Context) error {
	g, err := w.group(ctx)
	if err != nil {
		return err
	}
	for _, m := range w.fresh(g) {
		node, err := w.drained(ctx, m, false)
		if err != nil {
			return err
		}
		if err := w.giveBack(ctx, m, node); err != nil {
			return err
		}
	}
	if g, err = w.group(ctx); err != nil || g.Wanted <= w.From || g.Wanted > w.Size {
		return err
	}
	_, err = activities.Resize.Do(ctx, w.Pool.Provider, w.resize(g.Wanted, w.From))
	return err
}

// undoAdd plans to give the new machines back.
func undoAdd(ctx workflow.Context, done addWork) (ops.Plan, addWork, error) {
	g, err := done.group(ctx)
	if err != nil {
		return ops.Plan{}, done, err
	}
	back := done
	back.Back = true
	p := ops.Plan{
		Summary: ops.Textf("drain the new machines of %s and give them back", "排空并归还 %s 的新机器", done.Pool.Object()), Targets: []ops.Target{done.Spot.Target},
		Blast: done.Spot.blast(ops.Textf("what runs on them moves", "其上的实例将迁走")),
	}
	for _, m := range done.fresh(g) {
		p.Diffs = append(p.Diffs, done.Spot.diff("machine "+m.ID, m.Name, ""))
	}
	if len(p.Diffs) == 0 {
		return nothing(done.Spot), back, nil
	}
	return p, back, nil
}
