//go:build bench

package bench

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/bot"
	"orderly.example/cmd/orderly/engine"
	"orderly.example/ops"
	"orderly.example/policy"
	"orderly.example/workflows"
	"orderly.example/workflows/change"
	"orderly.example/workflows/changetest"
)

// stage is the embedded engine on a file, a worker, the real policy and desk, and a world in memory that answers at once.
type stage struct {
	t        testing.TB
	temporal client.Client
	starter  *workflows.Client
	desk     *bot.Desk
	world    *changetest.World
	keys     atomic.Int64
}

const (
	rules  = "rules:\n  - {name: all, when: 'true'}\n"
	people = "people:\n  - {id: ann, name: Ann, groups: [dev]}\n"
)

// newStage starts one; others are steps besides those of the world.
func newStage(t testing.TB, others ...activities.Bound) *stage {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	s, err := engine.Start(t.Context(), engine.Options{File: filepath.Join(t.TempDir(), "orderly.db"), Namespace: "bench", Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop() })
	c, err := client.Dial(client.Options{HostPort: s.HostPort, Namespace: "bench", Logger: log.NewStructuredLogger(quiet)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	catalogue := change.Catalogue{Definitions: workflows.All()}
	st := &stage{t: t, temporal: c, starter: workflows.NewClient(c, catalogue, "bench", "bench"), world: changetest.NewWorld(3)}
	decider, err := policy.New(policy.FromText(rules, "bench.yaml"), nil, time.Now, catalogue.Operations()...)
	if err != nil {
		t.Fatal(err)
	}
	people, err := bot.NewIdentities(bot.FromText(people, "people.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	st.desk = &bot.Desk{Operations: catalogue.Operations(), Identities: people, Starter: st.starter, Policy: decider, Clock: time.Now}
	o := workflows.WorkerOptions()
	o.MaxConcurrentWorkflowTaskPollers, o.MaxConcurrentActivityTaskPollers = 8, 8
	w := worker.New(c, "bench", o)
	workflows.Register(w, catalogue)
	activities.Register(w, others)
	activities.Register(w, activities.Bind(changetest.Provider, st.world))
	activities.Register(w, activities.Bind(activities.Inventory, st.world))
	activities.Register(w, activities.Bind(activities.Policy, decider))
	activities.Register(w, activities.Bind(activities.Engine, workflows.Engine{Client: st.starter}))
	w.RegisterWorkflow(Bare)
	w.RegisterActivity(Nothing)
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Stop)
	return st
}

// Work is how many activities a workflow runs.
type Work struct{ Local, Remote int }

// Nothing is the activity of the floor.
func Nothing(context.Context, ops.Target) (ops.Target, error) { return ops.Target{}, nil }

// Bare is the floor: a workflow that runs the same number of activities, one after the other, and does nothing else.
func Bare(ctx workflow.Context, w Work) error {
	local := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: time.Minute})
	remote := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	for range w.Local {
		if err := workflow.ExecuteLocalActivity(local, Nothing, ops.Target{}).Get(ctx, nil); err != nil {
			return err
		}
	}
	for range w.Remote {
		if err := workflow.ExecuteActivity(remote, Nothing, ops.Target{}).Get(ctx, nil); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) target(n int64) string {
	name := fmt.Sprintf("bench.svc%04d.api@idc1/c1:prod", n)
	s.world.Add(3, name)
	return name
}

func (s *stage) request() ops.Request {
	n := s.keys.Add(1)
	r := changetest.Ask("scale", "target", s.target(n), "replicas", "6")
	r.Key, r.From = fmt.Sprint("key", n), ops.Origin{Surface: "api"}
	return r
}

// submit takes a request in as a front door does, and returns how long it took until it was durable.
func (s *stage) submit() (string, time.Duration) {
	r := s.request()
	began := time.Now()
	id, err := s.desk.Submit(s.t.Context(), r)
	if err != nil {
		s.t.Fatal(err)
	}
	return id, time.Since(began)
}

func (s *stage) bare(w Work) (string, time.Duration) {
	id := fmt.Sprint("bare-", s.keys.Add(1))
	began := time.Now()
	_, err := s.temporal.ExecuteWorkflow(s.t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: "bench", EnableEagerStart: true}, Bare, w)
	if err != nil {
		s.t.Fatal(err)
	}
	return id, time.Since(began)
}

// wait waits for a workflow's end and returns how long that took since it began.
func (s *stage) wait(id string, began time.Time) time.Duration {
	if err := s.temporal.GetWorkflow(s.t.Context(), id, "").Get(s.t.Context(), nil); err != nil {
		s.t.Fatal(err)
	}
	return time.Since(began)
}

// all runs n of something, at most `at` at a time, and returns how long it took to the end of the last.
func (s *stage) all(n, at int, start func() (string, time.Duration)) time.Duration {
	began := time.Now()
	slots := make(chan struct{}, at)
	var wg sync.WaitGroup
	for range n {
		slots <- struct{}{}
		wg.Go(func() {
			id, _ := start()
			s.wait(id, began)
			<-slots
		})
	}
	wg.Wait()
	return time.Since(began)
}

// cost is how many events and bytes a workflow's history has.
func (s *stage) cost(id string) (events, bytes int, work Work) {
	it := s.temporal.GetWorkflowHistory(s.t.Context(), id, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for it.HasNext() {
		e, err := it.Next()
		if err != nil {
			s.t.Fatal(err)
		}
		events, bytes = events+1, bytes+e.Size()
		switch e.GetEventType() {
		case enums.EVENT_TYPE_MARKER_RECORDED:
			work.Local++
		case enums.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
			work.Remote++
		}
	}
	return events, bytes, work
}
