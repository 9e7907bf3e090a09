package workflows_test

import (
	"context"
	"testing"
	"time"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows"
	"orderly.example/workflows/changetest"
)

func TestSchedules(t *testing.T) {
	const here = "cron.cart.api@idc1/c1:cron"
	s := newStage(t, changetest.NewWorld(3, here))
	r := s.ask("scale", "target", here, "replicas", "6")
	r.Cron, r.TimeZone = "30 3 * * *", "Asia/Shanghai"
	made := s.until(s.start(r), ops.Succeeded)
	id := "schedule-" + made.ID
	e := workflows.Engine{Client: s.Client}
	one := func() ops.Schedule {
		t.Helper()
		all, err := e.Schedules(t.Context(), activities.ScheduleIn{ID: id})
		if err != nil {
			t.Fatal(err)
		}
		return all[0]
	}
	do := func(operation string) {
		t.Helper()
		s.until(s.start(s.ask("schedule."+operation, "id", id)), ops.Succeeded)
	}
	next := one().Next[0]
	if h, m, _ := next.In(time.FixedZone("", 8*3600)).Clock(); h != 3 || m != 30 {
		t.Errorf("the next run is at %s", next)
	}
	do("pause")
	if !one().Paused {
		t.Error("it is not paused")
	}
	do("resume")
	if one().Paused {
		t.Error("it is still paused")
	}
	do("skip")
	if got := one().Next[0]; !got.Equal(next.Add(24 * time.Hour)) {
		t.Errorf("after the skip the next run is at %s, before it was %s", got, next)
	}
	do("run")
	s.listed(ops.Filter{Env: "cron", Operation: "scale", State: ops.Succeeded}, 2)
	if s.World.Wanted(here) != 6 {
		t.Errorf("the run left it at %d", s.World.Wanted(here))
	}
	list := s.until(s.start(s.ask("schedule.list")), ops.Succeeded)
	if len(list.Answer.Rows) != 1 || list.Answer.Rows[0][0] != id {
		t.Errorf("the list says %+v", list.Answer)
	}
	do("delete")
	if _, err := e.Schedules(t.Context(), activities.ScheduleIn{ID: id}); ops.CodeOf(err) != ops.NotFound {
		t.Errorf("after the delete: %v", err)
	}
	if _, err := e.TurnSchedule(t.Context(), activities.ScheduleIn{ID: id, Do: "delete"}); err != nil {
		t.Errorf("a second delete: %v", err)
	}
	gone := s.until(s.start(s.ask("schedule.pause", "id", id)), ops.Failed)
	if gone.Error.Code != ops.NotFound {
		t.Errorf("pausing what is gone: %v", gone.Error)
	}
}

func TestAScheduleRunsByItself(t *testing.T) {
	const here = "tick.cart.api@idc1/c1:tick"
	s := newStage(t, changetest.NewWorld(3, here))
	e := workflows.Engine{Client: s.Client}
	r := s.ask("scale", "target", here, "replicas", "6")
	r.Schedule = "schedule-tick"
	// A cron line of five fields runs at most once a minute, and a test does not want to wait for that.
	in := activities.ScheduleIn{ID: r.Schedule, Request: r, Cron: "@every 1s", TimeZone: "UTC"}
	for range 2 { // making it twice makes one
		if _, err := e.MakeSchedule(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if _, err := e.TurnSchedule(context.WithoutCancel(t.Context()), activities.ScheduleIn{ID: r.Schedule, Do: "delete"}); err != nil {
			t.Error(err)
		}
	})
	deadline := time.Now().Add(20 * time.Second)
	for s.World.Wanted(here) != 6 {
		if time.Now().After(deadline) {
			t.Fatal("it never ran")
		}
		time.Sleep(20 * time.Millisecond)
	}
}
