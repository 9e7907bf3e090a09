package schedule

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

type none struct{}

// List lists the schedules.
var List = change.Read(ops.Operation{
	Name: "schedule.list", Aliases: []string{"定时任务"}, Group: "schedule", Example: "schedule.list",
	Help: ops.Text{En: "list what runs again and again", Zh: "列出定时任务"},
}, func(ctx workflow.Context, _ none) (ops.Answer, error) {
	all, err := activities.Schedules.Do(ctx, activities.Engine, activities.ScheduleIn{})
	if err != nil {
		return ops.Answer{}, err
	}
	a := ops.Answer{
		Text:    ops.Textf("%d schedules", "%d 个定时任务", len(all)),
		Columns: []ops.Text{{En: "id", Zh: "编号"}, {En: "what", Zh: "内容"}, {En: "when", Zh: "时间"}, {En: "next", Zh: "下次"}, {En: "state", Zh: "状态"}, {En: "by", Zh: "创建人"}},
	}
	for _, s := range all {
		a.Rows = append(a.Rows, []string{s.ID, change.Line(ctx, s.Request), s.When, next(s), state(s), s.Request.By.ID})
	}
	return a, nil
})

func next(s ops.Schedule) string {
	if len(s.Next) == 0 {
		return ""
	}
	return s.Next[0].Format(time.RFC3339)
}

func state(s ops.Schedule) string {
	if s.Paused {
		return "paused " + s.Note
	}
	return "on"
}

type params struct {
	ID string `en:"the schedule" zh:"定时任务编号" pattern:"schedule-[a-z0-9-]{1,100}" from:"engine.schedules"`
}

type work struct {
	ID string    `json:"id"`
	Do string    `json:"do"`
	At time.Time `json:"at,omitzero"` // the run to skip
}

// The operations on one schedule.
var (
	Pause  = turn("pause", "resume", "暂停定时任务", ops.Text{En: "pause a schedule", Zh: "暂停定时任务"})
	Resume = turn("resume", "pause", "恢复定时任务", ops.Text{En: "resume a paused schedule", Zh: "恢复定时任务"})
	Skip   = turn("skip", "", "跳过定时任务", ops.Text{En: "leave out the next run of a schedule", Zh: "跳过定时任务的下一次执行"})
	Run    = turn("run", "", "立即执行定时任务", ops.Text{En: "run a schedule now, once more", Zh: "立即执行一次定时任务"})
	Delete = turn("delete", "", "删除定时任务", ops.Text{En: "delete a schedule", Zh: "删除定时任务"})
)

// turn declares an operation on one schedule; back is the word that takes it back, if one does.
func turn(word, back, alias string, help ops.Text) change.Definition {
	steps := change.Steps[params, work]{
		Plan: func(ctx workflow.Context, p params) (ops.Plan, work, error) { return plan(ctx, p.ID, word) },
		Run:  func(ctx workflow.Context, w work) error { return run(ctx, w, back) },
	}
	if back != "" {
		steps.Undo = func(ctx workflow.Context, done work) (ops.Plan, work, error) {
			return plan(ctx, done.ID, opposite(done.Do))
		}
	}
	return change.Define(ops.Operation{
		Name: "schedule." + word, Aliases: []string{alias}, Group: "schedule", Risk: ops.Low, Help: help,
		Example: "schedule." + word + " schedule-scale-abcdefghijkl",
	}, steps)
}

func opposite(word string) string {
	if word == "pause" {
		return "resume"
	}
	return "pause"
}

func plan(ctx workflow.Context, id, word string) (ops.Plan, work, error) {
	found, err := activities.Schedules.Do(ctx, activities.Engine, activities.ScheduleIn{ID: id})
	if err != nil {
		return ops.Plan{}, work{}, err
	}
	s := found[0]
	p := ops.Plan{
		Summary: ops.Textf("%s %s: %s at %s", "%[2]s %[1]s:%[3]s,时间 %[4]s", word, id, change.Line(ctx, s.Request), s.When),
		Blast:   ops.Blast{Text: ops.Textf("1 schedule", "1 个定时任务")},
		Undo:    ops.Textf("none", "无"),
	}
	w := work{ID: id, Do: word}
	if word == "skip" {
		if len(s.Next) == 0 {
			return p, w, ops.Errorf(ops.Conflict, "%s has no next run to skip", "%s 没有可跳过的下一次执行", id)
		}
		w.At = s.Next[0]
		word = "skip " + next(s)
	}
	if already := (word == "pause" && s.Paused) || (word == "resume" && !s.Paused); !already {
		p.Diffs = []ops.Diff{{Object: id, Field: "schedule", From: state(s), To: word}}
	}
	return p, w, nil
}

func run(ctx workflow.Context, w work, back string) error {
	in := activities.ScheduleIn{ID: w.ID, Do: w.Do, At: w.At, Note: "by " + change.Asker(ctx).ID}
	if back != "" {
		change.Undoing(ctx, ops.Textf("%s %s", "%s %s", back, w.ID), func(ctx workflow.Context) error {
			_, err := activities.TurnSchedule.Do(ctx, activities.Engine, activities.ScheduleIn{ID: w.ID, Do: back})
			return err
		})
	}
	_, err := activities.TurnSchedule.Do(ctx, activities.Engine, in)
	return err
}
