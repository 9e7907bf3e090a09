package changetest

import (
	"context"
	"slices"

	"orderly.example/activities"
	"orderly.example/ops"
)

// engine answers the steps about Temporal itself: locks that are free, a record and schedules in memory.
type engine struct{ l *Lab }

var (
	_ activities.Locker    = engine{}
	_ activities.Recorder  = engine{}
	_ activities.Scheduler = engine{}
)

func (e engine) Lock(_ context.Context, in activities.LockIn) (activities.LockOut, error) {
	if e.l.Lock != nil {
		return e.l.Lock(in)
	}
	return activities.LockOut{Granted: true}, nil
}

func (e engine) Unlock(_ context.Context, in activities.LockIn) error {
	e.l.Unlocked = append(e.l.Unlocked, in.Targets)
	return nil
}

func (e engine) Recall(_ context.Context, in activities.RecallIn) (ops.Status, error) {
	s, ok := e.l.Record[in.ID]
	if !ok {
		return s, ops.Errorf(ops.NotFound, "there is no change %q", "没有变更 %q", in.ID)
	}
	return s, nil
}

func (e engine) Recent(_ context.Context, in activities.RecentIn) ([]ops.Summary, error) {
	return []ops.Summary{{ID: "scale-abc", Operation: "scale", Requester: "ann", State: ops.Succeeded, Text: ops.Plain("scale " + in.Target.String())}}, nil
}

func (e engine) MakeSchedule(_ context.Context, in activities.ScheduleIn) (ops.Schedule, error) {
	in.Do = "make"
	e.l.Made = append(e.l.Made, in)
	return ops.Schedule{ID: in.ID}, nil
}

func (e engine) Schedules(_ context.Context, in activities.ScheduleIn) ([]ops.Schedule, error) {
	one := ops.Schedule{ID: "schedule-scale-abc", Request: Ask("scale"), When: "0 8 * * * UTC", Next: nil}
	one.Next = append(one.Next, Start.Add(23*60*60*1e9))
	if in.ID != "" && in.ID != one.ID {
		return nil, ops.Errorf(ops.NotFound, "there is no schedule %q", "没有定时任务 %q", in.ID)
	}
	one.Paused = slices.ContainsFunc(e.l.Made, func(m activities.ScheduleIn) bool { return m.Do == "pause" })
	return []ops.Schedule{one}, nil
}

func (e engine) TurnSchedule(_ context.Context, in activities.ScheduleIn) (ops.Schedule, error) {
	e.l.Made = append(e.l.Made, in)
	return ops.Schedule{ID: in.ID}, nil
}

// quiet drops the environment's log.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}
