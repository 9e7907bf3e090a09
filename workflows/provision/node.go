package provision

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type nodeParams struct {
	Node    string `en:"node" zh:"节点" pattern:"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?"`
	Cluster string `en:"cluster, such as idc1/c1" zh:"集群,如 idc1/c1" from:"inventory.clusters" pattern:"[A-Za-z0-9@:._/-]{1,100}"`
}

type drainParams struct {
	Node      string        `en:"node" zh:"节点" pattern:"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?"`
	Cluster   string        `en:"cluster, such as idc1/c1" zh:"集群,如 idc1/c1" from:"inventory.clusters" pattern:"[A-Za-z0-9@:._/-]{1,100}"`
	Unmanaged bool          `en:"also delete instances that nobody makes anew" zh:"同时删除不会重建的独立实例" optional:"true"`
	Patience  time.Duration `en:"how long to wait while nothing can leave" zh:"没有实例可迁出时最多等待多久" min:"1s" max:"6h" default:"10m"`
}

// nodeWork is a cordon, its end, or a drain.
type nodeWork struct {
	Spot      spot          `json:"spot"`
	Cordon    bool          `json:"cordon"`           // the node takes nothing new afterwards
	Change    string        `json:"change,omitempty"` // who cordons it
	Former    string        `json:"former,omitempty"` // who had cordoned it before
	Own       bool          `json:"own,omitempty"`    // uncordon it only if Change has cordoned it
	Drain     bool          `json:"drain,omitempty"`  // and everything leaves
	Unmanaged bool          `json:"unmanaged,omitempty"`
	Patience  time.Duration `json:"patience,omitempty"`
}

func (w nodeWork) machine() activities.Machine {
	return activities.Machine{Context: w.Spot.Room.Context, Name: w.Spot.Room.Name}
}

func (w nodeWork) in() activities.CordonIn {
	return activities.CordonIn{Machine: w.machine(), Cordoned: w.Cordon, Change: w.Change, Own: w.Own}
}

// inverse is the work that takes this one back: it ends the cordon that this one made, or makes the former again.
func (w nodeWork) inverse() nodeWork {
	if w.Cordon {
		return nodeWork{Spot: w.Spot, Change: w.Change, Own: true}
	}
	return nodeWork{Spot: w.Spot, Cordon: true, Change: w.Former}
}

func (w nodeWork) text() ops.Text {
	if w.Cordon {
		return ops.Textf("cordon node %s", "停止调度到节点 %s", w.Spot.Room.Object())
	}
	return ops.Textf("uncordon node %s", "恢复调度到节点 %s", w.Spot.Room.Object())
}

// CordonNode keeps new instances from a node.
var CordonNode = change.Define(ops.Operation{
	Name: "node.cordon", Aliases: []string{"停止调度"}, Group: "provision", Risk: ops.Low, Example: "node.cordon node-7 idc1/c1",
	Help: ops.Text{En: "keep new instances from a node", Zh: "停止向节点调度新实例"},
}, change.Steps[nodeParams, nodeWork]{Plan: func(ctx workflow.Context, p nodeParams) (ops.Plan, nodeWork, error) {
	return planNode(ctx, p, true)
}, Run: runNode, Undo: undoNode})

// UncordonNode lets new instances on a node again.
var UncordonNode = change.Define(ops.Operation{
	Name: "node.uncordon", Aliases: []string{"恢复调度"}, Group: "provision", Risk: ops.Low, Example: "node.uncordon node-7 idc1/c1",
	Help: ops.Text{En: "let new instances on a node again", Zh: "恢复向节点调度新实例"},
}, change.Steps[nodeParams, nodeWork]{Plan: func(ctx workflow.Context, p nodeParams) (ops.Plan, nodeWork, error) {
	return planNode(ctx, p, false)
}, Run: runNode, Undo: undoNode})

// drainTimeout is how long a drain may run; how long it may stand still is a parameter.
const drainTimeout = 24 * time.Hour

// DrainNode moves everything off a node. A cancel uncordons it; what has moved stays where it is.
var DrainNode = change.Define(ops.Operation{
	Name: "node.drain", Aliases: []string{"排空节点"}, Group: "provision", Risk: ops.High, Timeout: drainTimeout, Example: "node.drain node-7 idc1/c1",
	Help: ops.Text{En: "move everything off a node, as disruption budgets allow", Zh: "在中断预算允许范围内迁走节点上的实例"},
}, change.Steps[drainParams, nodeWork]{Plan: planDrain, Run: runNode, Undo: undoNode})

func planNode(ctx workflow.Context, p nodeParams, cordon bool) (ops.Plan, nodeWork, error) {
	s, err := find(ctx, asNode, p.Node, p.Cluster)
	if err != nil {
		return ops.Plan{}, nodeWork{}, err
	}
	w := nodeWork{Spot: s, Cordon: cordon}
	n, err := activities.LookAtNode.Do(ctx, s.Provider, w.machine())
	if err != nil {
		return ops.Plan{}, w, err
	}
	if w.Former = n.Change; cordon {
		w.Change, w.Former = change.ID(ctx), ""
	}
	return cordonPlan(ctx, w, n)
}

// cordonPlan plans to cordon or uncordon a node, from what it is now.
func cordonPlan(ctx workflow.Context, w nodeWork, now activities.Node) (ops.Plan, nodeWork, error) {
	out, err := activities.TryCordon.Do(ctx, w.Spot.Provider, w.in())
	if err != nil || !out.Changed {
		return nothing(w.Spot), w, err
	}
	return ops.Plan{
		Summary: w.text(), Diffs: []ops.Diff{w.Spot.diff("cordoned", strconv.FormatBool(now.Cordoned), strconv.FormatBool(w.Cordon))},
		Targets: []ops.Target{w.Spot.Target}, Undo: w.inverse().text(), Blast: w.Spot.blast(ops.Textf("one node; what runs on it is not touched", "一个节点,不影响其上运行的实例")),
	}, w, nil
}

func planDrain(ctx workflow.Context, p drainParams) (ops.Plan, nodeWork, error) {
	places, err := inventory(ctx)
	if err != nil {
		return ops.Plan{}, nodeWork{}, err
	}
	s, err := spotOf(places, asNode, p.Node, p.Cluster)
	if err != nil {
		return ops.Plan{}, nodeWork{}, err
	}
	w := nodeWork{Spot: s, Cordon: true, Change: change.ID(ctx), Drain: true, Unmanaged: p.Unmanaged, Patience: p.Patience}
	n, err := activities.LookAtNode.Do(ctx, s.Provider, w.machine())
	if err != nil {
		return ops.Plan{}, w, err
	}
	if _, err := activities.TryCordon.Do(ctx, s.Provider, w.in()); err != nil {
		return ops.Plan{}, w, err
	}
	if lost := names(n.Tenants, activities.FateLost); len(lost) > 0 && !p.Unmanaged {
		return ops.Plan{}, w, ops.Errorf(ops.Unsafe, "on %s nobody would make these anew: %s; ask with --unmanaged yes, or remove them by hand", "%s 上的以下实例下线后不会重建:%s;请加 --unmanaged yes,或手工处理",
			s.Room.Object(), strings.Join(lost, ", ")).At("unmanaged")
	}
	return describeDrain(w, n, places), w, nil
}

// names are the instances of a fate, as namespace/name.
func names(all []activities.Tenant, f activities.Fate) []string {
	var out []string
	for _, t := range all {
		if t.Fate == f {
			out = append(out, t.Namespace+"/"+t.Name)
		}
	}
	return out
}

// maxDiffs bounds how many lines a plan shows; the rest is counted in its summary.
const maxDiffs = 50

// describeDrain says which workloads lose instances on the node, and how many.
func describeDrain(w nodeWork, n activities.Node, places []ops.Place) ops.Plan {
	count := map[string]int{}
	b := w.Spot.blast(ops.Text{})
	data := 0
	for _, t := range n.Tenants {
		if t.Fate == activities.FateStays {
			continue
		}
		count[t.Namespace+"/"+cmp.Or(t.Of, t.Name)]++
		b.Instances++
		if t.Data {
			data++
		}
		for _, at := range places {
			if at.Context == w.Spot.Room.Context && at.Namespace == t.Namespace && !slices.Contains(b.Envs, at.Target.Env) {
				b.Envs = append(b.Envs, at.Target.Env)
			}
		}
	}
	if n.Cordoned && b.Instances == 0 {
		return nothing(w.Spot)
	}
	p := ops.Plan{Targets: []ops.Target{w.Spot.Target}, Undo: ops.Textf("uncordon the node; what has moved stays where it is", "恢复节点调度;已迁走的实例不会迁回")}
	if !n.Cordoned {
		p.Diffs = append(p.Diffs, w.Spot.diff("cordoned", "false", "true"))
	}
	for _, workload := range inOrder(count) {
		if len(p.Diffs) < maxDiffs {
			p.Diffs = append(p.Diffs, w.Spot.diff(workload, fmt.Sprint(count[workload]), "0"))
		}
	}
	if data > 0 {
		p.Notes = append(p.Notes, ops.Textf("%d of them keep data on the node, which goes with them", "其中 %d 个实例在节点上保存了临时数据,将一并删除", data))
	}
	if stays := len(names(n.Tenants, activities.FateStays)); stays > 0 {
		p.Notes = append(p.Notes, ops.Textf("%d instances belong to the node and stay", "%d 个实例属于节点本身,将保留", stays))
	}
	p.Summary = ops.Textf("drain node %s: %d instances of %d workloads move", "排空节点 %s:迁移 %[3]d 个工作负载的 %[2]d 个实例", w.Spot.Room.Object(), b.Instances, len(count))
	b.Text = ops.Textf("%d instances of %d workloads are replaced elsewhere, one by one as their budgets allow", "%[2]d 个工作负载的 %[1]d 个实例将按预算逐个在其他节点重建", b.Instances, len(count))
	p.Blast = b
	return p
}

func runNode(ctx workflow.Context, w nodeWork) error {
	back := w.inverse()
	change.Undoing(ctx, back.text(), func(ctx workflow.Context) error {
		_, err := activities.Cordon.Do(ctx, back.Spot.Provider, back.in())
		return err
	})
	if _, err := activities.Cordon.Do(ctx, w.Spot.Provider, w.in()); err != nil || !w.Drain {
		return err
	}
	_, err := activities.Drain.Do(ctx, w.Spot.Provider, activities.DrainIn{Machine: w.machine(), Unmanaged: w.Unmanaged, Stall: w.Patience})
	return err
}

// undoNode plans the way back, from the node as it is now.
func undoNode(ctx workflow.Context, done nodeWork) (ops.Plan, nodeWork, error) {
	back := done.inverse()
	n, err := activities.LookAtNode.Do(ctx, back.Spot.Provider, back.machine())
	if err != nil {
		return ops.Plan{}, back, err
	}
	return cordonPlan(ctx, back, n)
}
