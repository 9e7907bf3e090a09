package provision

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type envName struct {
	Env     string `en:"environment" zh:"环境" pattern:"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"`
	Cluster string `en:"cluster, such as idc1/c1" zh:"集群,如 idc1/c1" from:"inventory.clusters" pattern:"[A-Za-z0-9@:._/-]{1,100}"`
}

type extendParams struct {
	Env     string        `en:"environment" zh:"环境" pattern:"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"`
	Cluster string        `en:"cluster, such as idc1/c1" zh:"集群,如 idc1/c1" from:"inventory.clusters" pattern:"[A-Za-z0-9@:._/-]{1,100}"`
	By      time.Duration `en:"how much longer it lives" zh:"延长时长" min:"1h" max:"720h"`
}

// extendWork moves the end of an environment.
type extendWork struct {
	Spot   spot      `json:"spot"`
	Change string    `json:"change"` // that made the environment
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
}

func (w extendWork) inverse() extendWork { w.From, w.To = w.To, w.From; return w }

// ExtendEnv lets an environment live longer.
var ExtendEnv = change.Define(ops.Operation{
	Name: "env.extend", Aliases: []string{"延长环境"}, Group: "provision", Risk: ops.Low, Example: "env.extend ann-dev idc1/c1 24h",
	Help: ops.Text{En: "let an environment live longer", Zh: "延长环境的存活时间"},
}, change.Steps[extendParams, extendWork]{Plan: planExtend, Run: runExtend, Undo: undoExtend})

// borrowed finds an environment that Orderly has made.
func borrowed(ctx workflow.Context, name, cluster string, inside bool) (spot, activities.Namespace, error) {
	s, err := find(ctx, asNamespace, name, cluster)
	if err != nil {
		return s, activities.Namespace{}, err
	}
	n, err := activities.LookAtNamespace.Do(ctx, s.Provider, activities.LookIn{Room: s.Room, Inside: inside})
	switch {
	case err != nil:
		return s, n, err
	case n.Change == "":
		return s, n, ops.Errorf(ops.Conflict, "namespace %s was not made by Orderly, and is left alone; have its owner change it by hand", "命名空间 %s 并非由 Orderly 创建,不予处理;请由其负责人手工处理", s.Room.Object()).At("env")
	case n.Ending:
		return s, n, ops.Errorf(ops.Conflict, "%s is being deleted", "%s 正在删除", s.Room.Object()).At("env")
	}
	if s.Target.Env == "" {
		s.Target.Env = envOfLabels(s.Target, n.Labels)
	}
	return s, n, nil
}

// envOfLabels is the environment that a namespace says it is, as far as a target can say it.
func envOfLabels(t ops.Target, labels map[string]string) string {
	t.Env = labels[labelEnv]
	if _, err := ops.ParseTarget(t.String()); err != nil {
		return ""
	}
	return t.Env
}

func planExtend(ctx workflow.Context, p extendParams) (ops.Plan, extendWork, error) {
	s, n, err := borrowed(ctx, p.Env, p.Cluster, false)
	if err != nil {
		return ops.Plan{}, extendWork{}, err
	}
	if n.Until.IsZero() {
		return ops.Plan{}, extendWork{}, ops.Errorf(ops.Invalid, "%s has no end, so it cannot be extended", "%s 没有截止时间,无需延长", s.Room.Object()).At("env")
	}
	w := extendWork{Spot: s, Change: n.Change, From: n.Until, To: n.Until.Add(p.By)}
	if w.To.After(workflow.Now(ctx).Add(longest)) {
		return ops.Plan{}, w, ops.Errorf(ops.Invalid, "%s would live until %s; no environment is promised for more than %d days", "%s 将存活至 %s,超过 %d 天的上限", s.Room.Object(), w.To.Format(time.RFC3339), int(longest.Hours()/24)).At("by")
	}
	return w.describe(), w, nil
}

func (w extendWork) describe() ops.Plan {
	from, to := w.From.Format(time.RFC3339), w.To.Format(time.RFC3339)
	return ops.Plan{
		Summary: ops.Textf("environment %s lives until %s", "环境 %s 存活至 %s", w.Spot.Room.Object(), to), Diffs: []ops.Diff{w.Spot.diff("until", from, to)},
		Targets: []ops.Target{w.Spot.Target}, Undo: ops.Textf("set the former end again, if it has not passed", "恢复原截止时间(若尚未到期)"), Blast: w.Spot.blast(ops.Textf("one environment", "一个环境")),
	}
}

func runExtend(ctx workflow.Context, w extendWork) error {
	set := func(ctx workflow.Context, until time.Time) error {
		_, err := activities.Remember.Do(ctx, w.Spot.Provider, activities.RememberIn{Room: w.Spot.Room, Change: w.Change, Until: until})
		change.Wake(ctx, w.Change)
		return err
	}
	change.Undoing(ctx, ops.Textf("set the end %s again", "恢复截止时间 %s", w.From.Format(time.RFC3339)), func(ctx workflow.Context) error { return set(ctx, w.From) })
	return set(ctx, w.To)
}

// undoExtend plans to set the former end again. One that has passed would delete the environment, which is another wish.
func undoExtend(ctx workflow.Context, done extendWork) (ops.Plan, extendWork, error) {
	back := done.inverse()
	n, err := activities.LookAtNamespace.Do(ctx, back.Spot.Provider, activities.LookIn{Room: back.Spot.Room})
	if err != nil {
		return ops.Plan{}, back, err
	}
	if back.From = n.Until; n.Change != back.Change || back.From.Equal(back.To) {
		return nothing(back.Spot), back, nil
	}
	if !back.To.After(workflow.Now(ctx)) {
		return ops.Plan{}, back, ops.Errorf(ops.Conflict, "the former end %s has passed; to delete the environment use env.delete", "原截止时间 %s 已过;如需删除环境请使用 env.delete", back.To.Format(time.RFC3339))
	}
	return back.describe(), back, nil
}

// deleteWork deletes an environment.
type deleteWork struct {
	Spot spot                       `json:"spot"`
	In   activities.DropNamespaceIn `json:"in"`
}

// DeleteEnv deletes an environment with everything in it.
var DeleteEnv = change.Define(ops.Operation{
	Name: "env.delete", Aliases: []string{"删除环境"}, Group: "provision", Risk: ops.High, Example: "env.delete ann-dev idc1/c1",
	Help: ops.Text{En: "delete an environment with everything in it", Zh: "删除环境及其全部内容"},
}, change.Steps[envName, deleteWork]{Plan: planDelete, Run: func(ctx workflow.Context, w deleteWork) error {
	_, err := dropped(ctx, w.Spot, w.In)
	change.Wake(ctx, w.In.Change)
	return err
}})

func planDelete(ctx workflow.Context, p envName) (ops.Plan, deleteWork, error) {
	s, n, err := borrowed(ctx, p.Env, p.Cluster, true)
	if err != nil {
		return ops.Plan{}, deleteWork{}, err
	}
	w := deleteWork{Spot: s, In: activities.DropNamespaceIn{Room: s.Room, Change: n.Change}}
	plan := ops.Plan{
		Summary: ops.Textf("delete environment %s of %s with %d things in it", "删除 %[2]s 的环境 %[1]s,其中含 %[3]d 项", s.Room.Object(), n.Owner, len(n.Workloads)),
		Diffs:   []ops.Diff{s.diff("namespace", "owner "+n.Owner, "")}, Targets: []ops.Target{s.Target},
		Undo:  ops.Textf("it cannot be taken back; make a new one with env.create", "无法撤销;可用 env.create 重新创建"),
		Blast: s.blast(ops.Textf("everything in one namespace, its data included", "一个命名空间的全部内容,包括数据")),
	}
	plan.Blast.Percent = 100
	for _, what := range n.Workloads[:min(len(n.Workloads), maxDiffs)] {
		plan.Diffs = append(plan.Diffs, s.diff(what, "runs", ""))
	}
	return plan, w, nil
}
