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

type removeParams struct {
	Node      string        `en:"node" zh:"节点" pattern:"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?"`
	Cluster   string        `en:"cluster, such as idc1/c1" zh:"集群,如 idc1/c1" from:"inventory.clusters" pattern:"[A-Za-z0-9@:._/-]{1,100}"`
	Unmanaged bool          `en:"also delete instances that nobody makes anew" zh:"同时删除不会重建的独立实例" optional:"true"`
	Patience  time.Duration `en:"how long to wait while nothing can leave" zh:"没有实例可迁出时最多等待多久" min:"1s" max:"6h" default:"10m"`
}

// removeWork empties a node and gives its machine back.
type removeWork struct {
	nodeWork
	At     poolAt            `json:"at"`
	Member activities.Member `json:"member"`
}

// RemoveNode takes a node out of its cluster for good.
var RemoveNode = change.Define(ops.Operation{
	Name: "node.remove", Aliases: []string{"移除节点"}, Group: "provision", Risk: ops.High, Timeout: drainTimeout + poolTimeout, Example: "node.remove node-7 idc1/c1",
	Help: ops.Text{En: "move everything off a node and give its machine back to the cloud", Zh: "迁走节点上的实例,并将机器归还云平台"},
}, change.Steps[removeParams, removeWork]{Plan: planRemove, Run: runRemove})

func planRemove(ctx workflow.Context, p removeParams) (ops.Plan, removeWork, error) {
	plan, drain, err := planDrain(ctx, drainParams{Node: p.Node, Cluster: p.Cluster, Unmanaged: p.Unmanaged, Patience: p.Patience})
	if err != nil {
		return ops.Plan{}, removeWork{}, err
	}
	w := removeWork{nodeWork: drain}
	g, err := w.find(ctx, p.Cluster)
	if err != nil {
		return ops.Plan{}, w, err
	}
	if g.Wanted <= g.Min {
		return ops.Plan{}, w, ops.Errorf(ops.Denied, "%s has %d machines, and may not have fewer; have the group's bound lowered in the cloud, or use node.drain", "%s 现有 %d 台机器,已是下限;请在云平台降低下限,或使用 node.drain", w.At.Pool.Object(), g.Wanted).At("node")
	}
	if _, err := activities.TryLeave.Do(ctx, w.At.Pool.Provider, w.leave(ctx)); err != nil {
		return ops.Plan{}, w, err
	}
	plan.Summary = ops.Textf("give node %s back to the cloud: machine %s of %s", "将节点 %s 归还云平台:%[3]s 的机器 %[2]s", w.Spot.Room.Object(), w.Member.ID, w.At.Pool.Object())
	plan.Targets = []ops.Target{w.Spot.Target, w.At.Spot.Target}
	plan.Diffs = append(plan.Diffs, w.At.Spot.diff("machines", strconv.Itoa(g.Wanted), strconv.Itoa(g.Wanted-1)))
	if plan.Blast.Text.IsZero() {
		plan.Blast = w.Spot.blast(ops.Textf("one machine", "一台机器"))
	}
	plan.Undo = ops.Textf("until the machine is given back: uncordon the node; afterwards node.add brings another", "归还之前可恢复调度;归还之后请用 node.add 增加新机器")
	return plan, w, nil
}

// find finds the machine of the node in the pools of its cluster.
func (w *removeWork) find(ctx workflow.Context, cluster string) (activities.Group, error) {
	all, err := pools(ctx, cluster, "")
	if err != nil {
		return activities.Group{}, err
	}
	hosts, err := all[0].hosts(ctx)
	if err != nil {
		return activities.Group{}, err
	}
	n := slices.IndexFunc(hosts, func(h activities.Host) bool { return h.Name == w.Spot.Room.Name })
	for _, at := range all {
		g, err := at.group(ctx)
		if err != nil {
			return g, err
		}
		if i := slices.IndexFunc(g.Members, func(m activities.Member) bool { return n >= 0 && hosts[n].Is(m) }); i >= 0 {
			w.At, w.Member = at, g.Members[i]
			return g, nil
		}
	}
	return activities.Group{}, ops.Errorf(ops.NotFound, "%s is a machine of none of the cluster's pools; use node.drain, and have it removed by hand", "%s 不属于该集群的任何机器池;请使用 node.drain 并手工移除", w.Spot.Room.Object()).At("node")
}

func (w removeWork) leave(ctx workflow.Context) activities.LeaveIn {
	return activities.LeaveIn{Pool: w.At.Pool, ID: w.Member.ID, Change: change.ID(ctx)}
}

func runRemove(ctx workflow.Context, w removeWork) error {
	if err := runNode(ctx, w.nodeWork); err != nil {
		return err
	}
	return w.At.giveBack(ctx, w.Member, w.machine())
}
