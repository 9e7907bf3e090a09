package provision

import (
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type accessParams struct {
	Namespace string        `en:"namespace" zh:"命名空间" pattern:"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"`
	Cluster   string        `en:"cluster, such as idc1/c1" zh:"集群,如 idc1/c1" from:"inventory.clusters" pattern:"[A-Za-z0-9@:._/-]{1,100}"`
	Who       string        `en:"who gets it, as the cluster knows them: ann, user:ann or group:sre" zh:"被授权者(集群中的账号):ann、user:ann 或 group:sre" pattern:"(user:|group:)?[A-Za-z0-9][A-Za-z0-9@._-]{0,99}"`
	Role      string        `en:"what they may: look or also change" zh:"权限:只读或可修改" options:"view,edit"`
	For       time.Duration `en:"for how long" zh:"时长" min:"1m" max:"720h"`
}

// accessWork is a grant. It does not say until when: see doc.go.
type accessWork struct {
	Spot spot          `json:"spot"`
	Who  string        `json:"who"`
	Role string        `json:"role"`
	For  time.Duration `json:"for"`
	Over string        `json:"over,omitempty"` // the change whose shorter grant is taken over
}

func (w accessWork) in(ctx workflow.Context, until time.Time) activities.GrantIn {
	return activities.GrantIn{Room: w.Spot.Room, Who: w.Who, Role: w.Role, Until: until, Change: change.ID(ctx), Over: w.Over}
}

// accessTimeout is longer than the longest grant.
const accessTimeout = 31 * 24 * time.Hour

// GrantAccess lets somebody work in a namespace for a time. It runs until the access has ended.
var GrantAccess = change.Define(ops.Operation{
	Name: "access.grant", Aliases: []string{"临时授权"}, Group: "provision", Risk: ops.Medium, Timeout: accessTimeout, Example: "access.grant shop idc1/c1 ann view 2h",
	Help: ops.Text{En: "let somebody work in a namespace for a time; a cancel ends it early", Zh: "在一段时间内授予命名空间权限;取消即提前收回"},
}, change.Steps[accessParams, accessWork]{Plan: planAccess, Run: runAccess, OwnLocks: true})

func planAccess(ctx workflow.Context, p accessParams) (ops.Plan, accessWork, error) {
	s, err := find(ctx, asNamespace, p.Namespace, p.Cluster)
	if err != nil {
		return ops.Plan{}, accessWork{}, err
	}
	w := accessWork{Spot: s, Who: p.Who, Role: p.Role, For: p.For}
	if !strings.Contains(w.Who, ":") {
		w.Who = "user:" + w.Who
	}
	until := workflow.Now(ctx).Add(w.For)
	all, err := activities.Grants.Do(ctx, s.Provider, s.Room)
	if err != nil {
		return ops.Plan{}, w, err
	}
	for _, g := range all {
		if g.Who != w.Who || g.Role != w.Role || g.Change == change.ID(ctx) {
			continue
		}
		if g.Until.After(until) {
			return ops.Plan{}, w, ops.Errorf(ops.Conflict, "%s may %s in %s already, until %s by %s, which is longer than asked; cancel that, or ask for longer", "%s 在 %[3]s 已有 %[2]s 权限,至 %[4]s(来自 %[5]s),长于本次申请;请先取消,或申请更长时间",
				w.Who, w.Role, s.Room.Object(), g.Until.Format(time.RFC3339), g.Change)
		}
		w.Over = g.Change
	}
	if _, err := activities.TryGrant.Do(ctx, s.Provider, w.in(ctx, until)); err != nil {
		return ops.Plan{}, w, err
	}
	return w.describe(), w, nil
}

func (w accessWork) describe() ops.Plan {
	p := ops.Plan{
		Summary: ops.Textf("let %s %s in %s for %s", "授予 %s 在 %[3]s 的 %[2]s 权限,时长 %[4]s", w.Who, w.Role, w.Spot.Room.Object(), w.For),
		Diffs:   []ops.Diff{w.Spot.diff("access "+w.Who, "", w.Role+" for "+w.For.String())}, Targets: []ops.Target{w.Spot.Target},
		Undo:  ops.Textf("cancel it: the access ends at once", "取消即立即收回权限"),
		Blast: w.Spot.blast(ops.Textf("one namespace; nothing that runs is touched", "一个命名空间,不影响运行中的实例")),
	}
	if w.Over != "" {
		p.Diffs[0].From = w.Role
		p.Notes = append(p.Notes, ops.Textf("it takes over the grant of %s, which ends with this one", "将接管 %s 的授权,并随本次授权一同结束", w.Over))
	}
	return p
}

func runAccess(ctx workflow.Context, w accessWork) error {
	in := w.in(ctx, workflow.Now(ctx).Add(w.For).UTC().Truncate(time.Second))
	revoke := func(ctx workflow.Context) error {
		out, err := activities.Revoke.Do(ctx, w.Spot.Provider, in)
		if err == nil && !out.Changed {
			change.Note(ctx, ops.Textf("%s is not of this change any more, and is left alone", "%s 已不属于本次变更,不予处理", in.Object()))
		}
		return err
	}
	change.Undoing(ctx, ops.Textf("take back %s", "收回 %s", in.Object()), revoke)
	if _, err := activities.Grant.Do(ctx, w.Spot.Provider, in); err != nil {
		return err
	}
	until := ops.Textf("%s may %s in %s until %s", "%s 在 %[3]s 有 %[2]s 权限,至 %[4]s", w.Who, w.Role, w.Spot.Room.Object(), in.Until.Format(time.RFC3339))
	for workflow.Now(ctx).Before(in.Until) {
		if err := change.Rest(ctx, in.Until, until); err != nil {
			return err
		}
	}
	return revoke(ctx)
}
