package change

import (
	"encoding/json"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
)

type undoParams struct {
	ID string `en:"change to take back" zh:"要撤销的变更" pattern:"[a-z0-9][A-Za-z0-9:._-]{3,190}"`
}

// undone is the work of an undo: the inverse work of an operation.
type undone struct {
	Operation string          `json:"operation"`
	Of        string          `json:"of"`
	Work      json.RawMessage `json:"work"`
}

// Undo is the operation that takes a finished change back: the inverse change, with a plan, a policy and a record of its
// own.
var Undo = Define(ops.Operation{
	Name: "undo", Aliases: []string{"撤销"}, Group: "change", Risk: ops.Low, Example: "undo scale-abcdefghijkl",
	Help: ops.Text{En: "take a finished change back", Zh: "撤销一个已完成的变更"},
}, Steps[undoParams, undone]{Plan: planUndo, Run: runUndo, Verify: verifyUndo})

func planUndo(ctx workflow.Context, p undoParams) (ops.Plan, undone, error) {
	s, err := activities.Recall.Do(ctx, activities.Engine, activities.RecallIn{ID: p.ID})
	if err != nil {
		return ops.Plan{}, undone{}, err
	}
	if s.Request.Cron != "" && s.State == ops.Succeeded {
		return ops.Plan{}, undone{}, ops.Errorf(ops.Invalid, "it made a schedule; delete that: schedule.delete schedule-%[1]s", "该变更创建了定时任务,请执行:schedule.delete schedule-%[1]s", s.ID)
	}
	def, ok := lifeOf(ctx).catalogue.Find(s.Operation)
	if !ok || def.inverse == nil || s.State != ops.Succeeded || s.Plan == nil {
		return ops.Plan{}, undone{}, ops.Errorf(ops.Conflict, "%s (%s) is %s and cannot be undone; only a change that succeeded can, if its operation has an undo",
			"%s(%s)状态为 %s,无法撤销;只有成功且支持撤销的变更才可撤销", s.ID, s.Operation, s.State.Text())
	}
	plan, err := def.inverse(ctx, s.Plan.Work)
	if err != nil {
		return ops.Plan{}, undone{}, err
	}
	plan.Summary = ops.Textf("undo %s: %s", "撤销 %s:%s", s.ID, plan.Summary)
	return plan, undone{Operation: s.Operation, Of: s.ID, Work: plan.Work}, nil
}

func runUndo(ctx workflow.Context, u undone) error {
	def, err := inverseOf(ctx, u)
	if err != nil {
		return err
	}
	return def.run(ctx, u.Work)
}

func verifyUndo(ctx workflow.Context, u undone) error {
	def, err := inverseOf(ctx, u)
	if err != nil || def.verify == nil {
		return err
	}
	return def.verify(ctx, u.Work)
}

func inverseOf(ctx workflow.Context, u undone) (Definition, error) {
	def, ok := lifeOf(ctx).catalogue.Find(u.Operation)
	if !ok {
		return def, ops.Errorf(ops.NotFound, "this version of the program has no operation %q", "当前版本没有操作 %q", u.Operation)
	}
	return def, nil
}
