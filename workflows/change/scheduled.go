package change

import (
	"encoding/json"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
)

// scheduled turns "do this every ..." into an operation of its own: its plan is today's plan of the inner request, and
// running it makes the schedule. Approvals given to it stand for every run, as long as the policy wants no others.
func scheduled(inner Definition, r ops.Request) Definition {
	d := Definition{Operation: inner.Operation}
	d.Undoable = true
	d.plan = func(ctx workflow.Context, params map[string]string) (ops.Plan, error) {
		plan := ops.Plan{}
		if inner.answer == nil {
			p, err := inner.plan(ctx, params)
			if err != nil {
				return plan, err
			}
			plan.Blast, plan.Targets, plan.Notes = p.Blast, p.Targets, append(p.Notes, ops.Textf("if it ran now: %s", "若现在执行:%s", p.Summary))
		}
		when := r.Cron + " " + zone(r)
		plan.Summary = ops.Textf("run %s at every %q", "按 %[2]q 定时执行 %[1]s", r.Operation, when)
		plan.Diffs = []ops.Diff{{Object: "schedule " + scheduleID(ctx), Field: "cron", To: when}}
		plan.Undo = ops.Textf("delete the schedule", "删除该定时任务")
		return seal(plan, r.Params, nil)
	}
	d.run = func(ctx workflow.Context, _ json.RawMessage) error {
		l := lifeOf(ctx)
		in := activities.ScheduleIn{ID: scheduleID(ctx), Request: l.everyRun(), Cron: r.Cron, TimeZone: zone(r)}
		Undoing(ctx, ops.Textf("delete schedule %s", "删除定时任务 %s", in.ID), func(ctx workflow.Context) error {
			_, err := activities.TurnSchedule.Do(ctx, activities.Engine, activities.ScheduleIn{ID: in.ID, Do: "delete"})
			return err
		})
		_, err := activities.MakeSchedule.Do(ctx, activities.Engine, in)
		return err
	}
	d.ownLocks = true
	return d
}

// everyRun is the request that each run of the schedule makes.
func (l *life) everyRun() ops.Request {
	r := l.status.Request
	r.Schedule, r.At, r.Cron, r.TimeZone, r.BreakGlass = "schedule-"+l.status.ID, time.Time{}, "", "", ""
	r.Standing, r.From.Ref = l.status.Approvals, ""
	return r
}

func scheduleID(ctx workflow.Context) string { return "schedule-" + ID(ctx) }

func zone(r ops.Request) string {
	if r.TimeZone == "" {
		return "UTC"
	}
	return r.TimeZone
}
