package provision

import (
	"strconv"
	"strings"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type namespaceParams struct {
	Namespace string `en:"name of the new namespace" zh:"新命名空间名称" pattern:"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"`
	Cluster   string `en:"cluster, such as idc1/c1" zh:"集群,如 idc1/c1" from:"inventory.clusters" pattern:"[A-Za-z0-9@:._/-]{1,100}"`
	Owner     string `en:"group that owns it" zh:"负责组" pattern:"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"`
	CPU       string `name:"cpu" en:"cores that it may ask for, such as 4 or 500m" zh:"CPU 配额,如 4 或 500m" default:"4" pattern:"[0-9]{1,5}m?"`
	Memory    string `en:"memory that it may ask for, such as 8Gi" zh:"内存配额,如 8Gi" default:"8Gi" pattern:"[0-9]{1,5}(Mi|Gi|Ti)"`
	Pods      int    `en:"instances that it may have" zh:"实例数配额" default:"20" min:"1" max:"5000"`
	Traffic   string `en:"whom its instances may speak with: only each other, nobody or everybody" zh:"网络:仅内部互通、完全隔离或不限制" options:"inside,none,open" default:"inside"`
	Labels    string `en:"labels, as name=value,name=value" zh:"标签,写成 名称=取值,名称=取值" optional:"true" pattern:"[A-Za-z0-9._/=,-]{0,500}"`
}

// namespaceWork makes a namespace, or takes one back.
type namespaceWork struct {
	Spot spot                       `json:"spot"`
	In   activities.MakeNamespaceIn `json:"in"`
	Gone bool                       `json:"gone,omitempty"` // take it back
}

// CreateNamespace makes a namespace with owner, quota, limits and a network policy.
var CreateNamespace = change.Define(ops.Operation{
	Name: "namespace.create", Aliases: []string{"创建命名空间"}, Group: "provision", Risk: ops.Medium, Example: "namespace.create shop-dev idc1/c1 shop --cpu 8 --memory 16Gi",
	Help: ops.Text{En: "make a namespace with owner, quota, limits and a network policy", Zh: "创建命名空间,含负责组、配额、默认限制与网络策略"},
}, change.Steps[namespaceParams, namespaceWork]{Plan: planNamespace, Run: runNamespace, Undo: undoNamespace})

func planNamespace(ctx workflow.Context, p namespaceParams) (ops.Plan, namespaceWork, error) {
	s, err := find(ctx, asNamespace, p.Namespace, p.Cluster)
	if err != nil {
		return ops.Plan{}, namespaceWork{}, err
	}
	if err := reserved(p.Namespace); err != nil {
		return ops.Plan{}, namespaceWork{}, err
	}
	labels, err := labelsOf(p.Labels)
	if err != nil {
		return ops.Plan{}, namespaceWork{}, err
	}
	w := namespaceWork{Spot: s, In: activities.MakeNamespaceIn{
		Room: s.Room, Change: change.ID(ctx), Owner: p.Owner, Labels: labels, Traffic: activities.Traffic(p.Traffic),
		Quota:   map[string]string{"requests.cpu": p.CPU, "requests.memory": p.Memory, "pods": strconv.Itoa(p.Pods)},
		Default: map[string]string{"cpu": defaultCPU, "memory": defaultMemory},
	}}
	made, err := activities.TryMakeNamespace.Do(ctx, s.Provider, w.In)
	if err != nil || !made.Changed {
		return nothing(s), w, err
	}
	return w.describe(), w, nil
}

// What a container asks for that does not say: a quota refuses those that ask for nothing.
const (
	defaultCPU    = "100m"
	defaultMemory = "128Mi"
)

// reserved refuses the names that belong to the cluster itself.
func reserved(name string) error {
	if name == "default" || strings.HasPrefix(name, "kube-") {
		return ops.Errorf(ops.Invalid, "the name %q belongs to the cluster itself; choose another", "名称 %q 为集群保留;请更换名称", name).At("namespace")
	}
	return nil
}

// labelsOf reads labels, and refuses those by which clusters and Orderly themselves are steered.
func labelsOf(written string) (map[string]string, error) {
	out, err := pairs(written, "labels")
	for _, name := range inOrder(out) {
		domain, _, has := strings.Cut(name, "/")
		for _, own := range []string{"kubernetes.io", "k8s.io", "orderly.example"} {
			if has && (domain == own || strings.HasSuffix(domain, "."+own)) {
				return nil, ops.Errorf(ops.Invalid, "the label %q steers the cluster or Orderly itself; leave it out", "标签 %q 用于控制集群或 Orderly 本身;请去掉", name).At("labels")
			}
		}
	}
	return out, err
}

func (w namespaceWork) describe() ops.Plan {
	in := w.In
	p := ops.Plan{
		Summary: ops.Textf("make namespace %s for %s", "为 %[2]s 创建命名空间 %[1]s", in.Object(), in.Owner),
		Diffs:   []ops.Diff{w.Spot.diff("namespace", "", "owner "+in.Owner)}, Targets: []ops.Target{w.Spot.Target},
		Blast: w.Spot.blast(ops.Textf("a new namespace; nothing that runs is touched", "新建命名空间,不影响运行中的服务")),
		Undo:  ops.Textf("delete the namespace, if nothing stands in it", "删除该命名空间(须为空)"),
	}
	for _, name := range inOrder(in.Labels) {
		p.Diffs = append(p.Diffs, w.Spot.diff("label "+name, "", in.Labels[name]))
	}
	for _, name := range inOrder(in.Quota) {
		p.Diffs = append(p.Diffs, w.Spot.diff("quota "+name, "", in.Quota[name]))
	}
	for _, name := range inOrder(in.Default) {
		p.Diffs = append(p.Diffs, w.Spot.diff("default "+name, "", in.Default[name]))
	}
	p.Diffs = append(p.Diffs, w.Spot.diff("traffic", "", string(in.Traffic)))
	return p
}

func runNamespace(ctx workflow.Context, w namespaceWork) error {
	back := activities.DropNamespaceIn{Room: w.In.Room, Change: w.In.Change, Empty: true}
	if w.Gone {
		_, err := dropped(ctx, w.Spot, back)
		return err
	}
	change.Undoing(ctx, ops.Textf("delete namespace %s", "删除命名空间 %s", w.In.Object()), func(ctx workflow.Context) error {
		_, err := dropped(ctx, w.Spot, back)
		return err
	})
	_, err := activities.MakeNamespace.Do(ctx, w.Spot.Provider, w.In)
	return err
}

// dropped deletes a namespace, waits until it is gone, and says whether there was anything to delete.
func dropped(ctx workflow.Context, s spot, in activities.DropNamespaceIn) (bool, error) {
	out, err := activities.DropNamespace.Do(ctx, s.Provider, in)
	if err != nil || !out.Changed {
		return false, err
	}
	_, err = activities.NamespaceGone.Do(ctx, s.Provider, activities.GoneIn{Room: in.Room})
	return true, err
}

// undoNamespace plans to take a namespace back that was made. What stands in it now is in the way.
func undoNamespace(ctx workflow.Context, done namespaceWork) (ops.Plan, namespaceWork, error) {
	done.Gone = true
	n, err := activities.LookAtNamespace.Do(ctx, done.Spot.Provider, activities.LookIn{Room: done.In.Room, Inside: true})
	if ops.CodeOf(err) == ops.NotFound || err == nil && (n.Change != done.In.Change || n.Ending) {
		return nothing(done.Spot), done, nil
	}
	if err != nil {
		return ops.Plan{}, done, err
	}
	if len(n.Workloads) > 0 {
		return ops.Plan{}, done, ops.Errorf(ops.Unsafe, "namespace %s is not empty: %s; take that out first", "命名空间 %s 非空:%s;请先清理", done.In.Object(), strings.Join(n.Workloads, ", "))
	}
	return ops.Plan{
		Summary: ops.Textf("delete namespace %s", "删除命名空间 %s", done.In.Object()), Diffs: []ops.Diff{done.Spot.diff("namespace", "owner "+done.In.Owner, "")},
		Targets: []ops.Target{done.Spot.Target}, Blast: done.Spot.blast(ops.Textf("an empty namespace", "空命名空间")),
	}, done, nil
}
