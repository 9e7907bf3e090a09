package provision

import (
	"slices"
	"strings"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type quotaParams struct {
	Namespace string `en:"namespace" zh:"命名空间" pattern:"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"`
	Cluster   string `en:"cluster, such as idc1/c1" zh:"集群,如 idc1/c1" from:"inventory.clusters" pattern:"[A-Za-z0-9@:._/-]{1,100}"`
	Limits    string `en:"limits, such as pods=40,requests.cpu=8" zh:"配额,如 pods=40,requests.cpu=8" pattern:"[A-Za-z0-9./_-]+=[0-9.]+[A-Za-z]{0,2}(,[A-Za-z0-9./_-]+=[0-9.]+[A-Za-z]{0,2}){0,20}"`
	Quota     string `en:"name of the quota, when the namespace has several" zh:"配额对象名称(有多个时)" optional:"true" pattern:"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?"`
}

// quotaWork is a quota and what it limits before and after.
type quotaWork struct {
	Spot spot               `json:"spot"`
	In   activities.QuotaIn `json:"in"`
}

// inverse sets the former limits again.
func (w quotaWork) inverse() quotaWork {
	w.In.Hard, w.In.From = w.In.From, w.In.Hard
	return w
}

// ChangeQuota changes what a namespace may use, and refuses less than is used.
var ChangeQuota = change.Define(ops.Operation{
	Name: "quota.change", Aliases: []string{"调整配额"}, Group: "provision", Risk: ops.Medium, Example: `quota.change shop idc1/c1 "pods=40,requests.cpu=8"`,
	Help: ops.Text{En: "change what a namespace may use", Zh: "调整命名空间的资源配额"},
}, change.Steps[quotaParams, quotaWork]{Plan: planQuota, Run: runQuota, Undo: undoQuota})

func planQuota(ctx workflow.Context, p quotaParams) (ops.Plan, quotaWork, error) {
	s, err := find(ctx, asNamespace, p.Namespace, p.Cluster)
	if err != nil {
		return ops.Plan{}, quotaWork{}, err
	}
	hard, err := pairs(p.Limits, "limits")
	if err != nil {
		return ops.Plan{}, quotaWork{}, err
	}
	q, err := quotaOf(ctx, s, p.Quota)
	if err != nil {
		return ops.Plan{}, quotaWork{}, err
	}
	return quotaPlan(ctx, quotaWork{Spot: s, In: activities.QuotaIn{Room: s.Room, Quota: q.Name, Hard: hard, Change: change.ID(ctx)}}, q)
}

// quotaOf is the quota of that name, or the only one of the namespace.
func quotaOf(ctx workflow.Context, s spot, name string) (activities.Quota, error) {
	all, err := activities.Quotas.Do(ctx, s.Provider, s.Room)
	if err != nil {
		return activities.Quota{}, err
	}
	var names []string
	for _, q := range all {
		if q.Name == name || name == "" && len(all) == 1 {
			return q, nil
		}
		names = append(names, q.Name)
	}
	switch {
	case len(all) == 0:
		return activities.Quota{}, ops.Errorf(ops.NotFound, "namespace %s has no quota, so it is not limited; nothing to change", "命名空间 %s 没有配额,不受限制;无需调整", s.Room.Object())
	case name == "":
		return activities.Quota{}, ops.Errorf(ops.Invalid, "namespace %s has the quotas %s; say which: --quota NAME", "命名空间 %s 有多个配额 %s;请指定:--quota 名称", s.Room.Object(), strings.Join(names, ", ")).At("quota")
	}
	return activities.Quota{}, ops.Errorf(ops.NotFound, "namespace %s has no quota %q%s", "命名空间 %s 没有配额 %q%s", s.Room.Object(), name, ops.DidYouMean(name, names)).At("quota")
}

// quotaPlan plans to bring a quota from what it is now to what is wanted.
func quotaPlan(ctx workflow.Context, w quotaWork, now activities.Quota) (ops.Plan, quotaWork, error) {
	w.In.From = map[string]string{}
	for _, name := range inOrder(w.In.Hard) {
		w.In.From[name] = now.Hard[name]
	}
	out, err := activities.TrySetQuota.Do(ctx, w.Spot.Provider, w.In)
	if err != nil || !out.Changed {
		return nothing(w.Spot), w, err
	}
	p := ops.Plan{
		Summary: ops.Textf("change quota %s", "调整配额 %s", w.In.Object()), Targets: []ops.Target{w.Spot.Target},
		Blast: w.Spot.blast(ops.Textf("one namespace; nothing that runs is touched", "一个命名空间,不影响运行中的实例")), Undo: ops.Textf("set the former limits again", "恢复原配额"),
	}
	for _, name := range inOrder(w.In.Hard) {
		if from, to := w.In.From[name], w.In.Hard[name]; from != to {
			p.Diffs = append(p.Diffs, w.Spot.diff("quota "+name, from, to))
		}
	}
	return p, w, nil
}

func runQuota(ctx workflow.Context, w quotaWork) error {
	back := w.inverse()
	change.Undoing(ctx, ops.Textf("set the former limits of %s", "恢复 %s 原配额", w.In.Object()), func(ctx workflow.Context) error {
		_, err := activities.SetQuota.Do(ctx, back.Spot.Provider, back.In)
		return err
	})
	_, err := activities.SetQuota.Do(ctx, w.Spot.Provider, w.In)
	return err
}

// undoQuota plans the way back, from the quota as it is now.
func undoQuota(ctx workflow.Context, done quotaWork) (ops.Plan, quotaWork, error) {
	back := done.inverse()
	all, err := activities.Quotas.Do(ctx, back.Spot.Provider, back.Spot.Room)
	if err != nil {
		return ops.Plan{}, back, err
	}
	i := slices.IndexFunc(all, func(q activities.Quota) bool { return q.Name == back.In.Quota })
	if i < 0 {
		return nothing(back.Spot), back, nil
	}
	return quotaPlan(ctx, back, all[i])
}
