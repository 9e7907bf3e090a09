package workflows

import (
	"context"
	"errors"
	"slices"
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// memoRequest is what a schedule's memo keeps beside its action, so that lists need not open each one.
const memoRequest, memoWhen = "request", "when"

// MakeSchedule makes a schedule that starts the same change again and again. A run that is due while the one before it
// still lives waits for it; runs missed for longer than ten minutes are left out.
func (e Engine) MakeSchedule(ctx context.Context, in activities.ScheduleIn) (ops.Schedule, error) {
	o := e.options(in.Request)
	when := in.Cron + " " + in.TimeZone
	_, err := e.temporal.ScheduleClient().Create(ctx, client.ScheduleOptions{
		ID:            in.ID,
		Spec:          client.ScheduleSpec{CronExpressions: []string{in.Cron}, TimeZoneName: in.TimeZone},
		Overlap:       enums.SCHEDULE_OVERLAP_POLICY_BUFFER_ONE,
		CatchupWindow: 10 * time.Minute,
		Memo:          map[string]any{memoRequest: in.Request, memoWhen: when},
		Action: &client.ScheduleWorkflowAction{
			ID: in.ID, Workflow: change.WorkflowName, Args: []any{in.Request}, TaskQueue: e.taskQueue,
			Memo: o.Memo, TypedSearchAttributes: o.TypedSearchAttributes,
		},
	})
	if err != nil && !errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		return ops.Schedule{}, fromTemporal(err)
	}
	return e.schedule(ctx, in.ID)
}

// Schedules lists the schedules, or the one that is named.
func (e Engine) Schedules(ctx context.Context, in activities.ScheduleIn) ([]ops.Schedule, error) {
	if in.ID != "" {
		s, err := e.schedule(ctx, in.ID)
		return []ops.Schedule{s}, err
	}
	list, err := e.temporal.ScheduleClient().List(ctx, client.ScheduleListOptions{})
	if err != nil {
		return nil, fromTemporal(err)
	}
	var out []ops.Schedule
	for list.HasNext() {
		entry, err := list.Next()
		if err != nil {
			return nil, fromTemporal(err)
		}
		s := ops.Schedule{ID: entry.ID, Paused: entry.Paused, Note: entry.Note, Next: entry.NextActionTimes}
		if err := errors.Join(memo(entry.Memo, memoRequest, &s.Request), memo(entry.Memo, memoWhen, &s.When)); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b ops.Schedule) int { return slices.Compare([]string{a.ID}, []string{b.ID}) })
	return out, nil
}

func (e Engine) schedule(ctx context.Context, id string) (ops.Schedule, error) {
	d, err := e.temporal.ScheduleClient().GetHandle(ctx, id).Describe(ctx)
	if err != nil {
		return ops.Schedule{}, noSchedule(id, err)
	}
	s := ops.Schedule{ID: id, Paused: d.Schedule.State.Paused, Note: d.Schedule.State.Note, Next: d.Info.NextActionTimes}
	if n := len(d.Info.RecentActions); n > 0 {
		s.LastRunAt = d.Info.RecentActions[n-1].ActualTime
	}
	return s, errors.Join(memo(d.Memo, memoRequest, &s.Request), memo(d.Memo, memoWhen, &s.When))
}

// TurnSchedule does one thing to a schedule. Every one of them may come twice.
func (e Engine) TurnSchedule(ctx context.Context, in activities.ScheduleIn) (ops.Schedule, error) {
	h := e.temporal.ScheduleClient().GetHandle(ctx, in.ID)
	var err error
	switch in.Do {
	case "pause":
		err = h.Pause(ctx, client.SchedulePauseOptions{Note: in.Note})
	case "resume":
		err = h.Unpause(ctx, client.ScheduleUnpauseOptions{Note: in.Note})
	case "skip":
		err = h.Update(ctx, client.ScheduleUpdateOptions{DoUpdate: leaveOut(in.At)})
	case "run":
		return e.runNow(ctx, in)
	case "delete":
		err = h.Delete(ctx)
		var missing *serviceerror.NotFound
		if errors.As(err, &missing) {
			err = nil
		}
		if err == nil {
			return ops.Schedule{ID: in.ID}, nil
		}
	default:
		return ops.Schedule{}, ops.Errorf(ops.Internal, "a schedule cannot be turned to %q", "定时任务不支持 %q", in.Do)
	}
	if err != nil {
		return ops.Schedule{}, noSchedule(in.ID, err)
	}
	return e.schedule(ctx, in.ID)
}

// runNow starts the schedule's request once more. The run is named after the step that asks for it, so that a repeat
// of the step does not run it twice.
func (e Engine) runNow(ctx context.Context, in activities.ScheduleIn) (ops.Schedule, error) {
	s, err := e.schedule(ctx, in.ID)
	if err != nil {
		return s, err
	}
	r := s.Request
	r.Key = activities.Key(ctx)
	return s, e.startAs(ctx, in.ID+"-now-"+ops.ShortHash(r.Key), r)
}

// leaveOut has the schedule pass over the run at that time.
func leaveOut(at time.Time) func(client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
	return func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
		s := in.Description.Schedule
		zone, err := time.LoadLocation(s.Spec.TimeZoneName)
		if err != nil {
			return nil, err
		}
		t := at.In(zone)
		only := func(n int) []client.ScheduleRange { return []client.ScheduleRange{{Start: n}} }
		s.Spec.Skip = append(s.Spec.Skip, client.ScheduleCalendarSpec{
			Second: only(t.Second()), Minute: only(t.Minute()), Hour: only(t.Hour()),
			DayOfMonth: only(t.Day()), Month: only(int(t.Month())), Year: only(t.Year()), Comment: "skipped once",
		})
		return &client.ScheduleUpdate{Schedule: &s}, nil
	}
}

func noSchedule(id string, err error) error {
	var missing *serviceerror.NotFound
	if errors.As(err, &missing) {
		return ops.Errorf(ops.NotFound, "there is no schedule %q; see schedule.list", "没有定时任务 %q,请用 schedule.list 查看", id).Because(err)
	}
	return fromTemporal(err)
}
