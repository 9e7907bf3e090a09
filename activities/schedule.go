package activities

import (
	"context"
	"time"

	"orderly.example/ops"
)

// ScheduleIn names a schedule and what to do to it.
type ScheduleIn struct {
	ID       string      `json:"id"`
	Request  ops.Request `json:"request,omitzero"`   // what each run asks for, when it is made
	Cron     string      `json:"cron,omitempty"`     // when it runs, when it is made: a cron line of five fields
	TimeZone string      `json:"timezone,omitempty"` // of Cron, an IANA name
	Do       string      `json:"do,omitempty"`       // pause, resume, skip, delete or run
	At       time.Time   `json:"at,omitzero"`        // the run to skip
	Note     string      `json:"note,omitempty"`
}

// Object names the schedule.
func (in ScheduleIn) Object() string { return in.ID }

// Scheduler keeps requests that run again and again. Making one that exists and deleting one that is gone are
// harmless.
type Scheduler interface {
	MakeSchedule(ctx context.Context, in ScheduleIn) (ops.Schedule, error)
	Schedules(ctx context.Context, in ScheduleIn) ([]ops.Schedule, error)
	TurnSchedule(ctx context.Context, in ScheduleIn) (ops.Schedule, error)
}

// MakeSchedule makes a schedule.
var MakeSchedule = newStep("schedule.make", write, Scheduler.MakeSchedule)

// Schedules lists them.
var Schedules = newStep("schedule.list", read, Scheduler.Schedules)

// TurnSchedule pauses, resumes, skips one run of, deletes or runs a schedule now.
var TurnSchedule = newStep("schedule.turn", write, Scheduler.TurnSchedule)
