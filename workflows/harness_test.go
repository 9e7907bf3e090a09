package workflows_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	"orderly.example/activities"
	"orderly.example/cmd/orderly/engine"
	"orderly.example/ops"
	"orderly.example/workflows"
	"orderly.example/workflows/change"
	"orderly.example/workflows/changetest"
)

const (
	cart = "shop.cart.api@idc1/c1:prod"
	pay  = "pay.gate.api@idc1/c1:prod"
)

var (
	ann, bob, chen, eve = changetest.Ann, changetest.Bob, changetest.Chen, changetest.Eve
	server              *engine.Server
	silent              = slog.New(slog.DiscardHandler)
)

// TestMain starts one real Temporal for the package; every test has a task queue of its own.
func TestMain(m *testing.M) {
	var err error
	server, err = engine.Start(context.Background(), engine.Options{Namespace: "test", Logger: silent})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := prepare(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := server.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// namespaces are those that no test is in: tests that go on at the same time do not meet in one lock book.
var namespaces = make(chan string, together)

// together is how many tests go on at the same time: each mostly waits.
const together = 4

// prepare makes the namespaces, and lets that many tests run at the same time.
func prepare() error {
	flag.Parse()
	if p := flag.Lookup("test.parallel"); p.Value.String() == strconv.Itoa(runtime.GOMAXPROCS(0)) && runtime.GOMAXPROCS(0) < together {
		_ = p.Value.Set(strconv.Itoa(together)) // it is a number
	}
	c, err := client.Dial(client.Options{HostPort: server.HostPort, Namespace: "test", Logger: log.NewStructuredLogger(silent)})
	if err != nil {
		return err
	}
	defer c.Close()
	for n := range together {
		name := "test"
		if n > 0 {
			name = fmt.Sprint("test", n)
			if err := engine.Prepare(context.Background(), c, name, 0); err != nil {
				return err
			}
		}
		namespaces <- name
	}
	for n := 1; n < together; n++ { // after all are made: the engine hears of them together
		if err := served(fmt.Sprint("test", n)); err != nil {
			return err
		}
	}
	return nil
}

// served waits until the whole engine knows a namespace and its search attributes, by a workflow that nobody runs.
func served(namespace string) error {
	c, err := client.Dial(client.Options{HostPort: server.HostPort, Namespace: namespace, Logger: log.NewStructuredLogger(silent)})
	if err != nil {
		return err
	}
	defer c.Close()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if _, err = c.ExecuteWorkflow(context.Background(), client.StartWorkflowOptions{ID: "ready", TaskQueue: "nobody", TypedSearchAttributes: change.SearchAttributes(ops.Operation{}, ops.Request{})}, "nothing"); err == nil {
			if _, err = c.DescribeWorkflow(context.Background(), "ready", ""); err == nil {
				return c.TerminateWorkflow(context.Background(), "ready", "", "the namespace is served")
			}
		}
		if time.Now().After(end) {
			return fmt.Errorf("namespace %s is not served: %w", namespace, err)
		}
	}
}

// stage is a real engine with a worker, acting on a world in memory.
type stage struct {
	*workflows.Client
	*changetest.Surroundings
	t        *testing.T
	temporal client.Client
	worker   worker.Worker
	keys     int
}

func newStage(t *testing.T, w *changetest.World) *stage {
	t.Helper()
	namespace := <-namespaces
	t.Cleanup(func() { namespaces <- namespace })
	c, err := client.Dial(client.Options{HostPort: server.HostPort, Namespace: namespace, Logger: log.NewStructuredLogger(silent)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	queue := t.Name()
	catalogue := change.Catalogue{Definitions: workflows.All()}
	s := &stage{t: t, temporal: c, Surroundings: &changetest.Surroundings{World: w}, Client: workflows.NewClient(c, catalogue, namespace, queue)}
	s.Read = s.Client.Status
	s.work()
	t.Cleanup(func() { s.worker.Stop() })
	t.Cleanup(s.closeBooks)
	return s
}

// work starts a worker.
func (s *stage) work() {
	s.t.Helper()
	catalogue := change.Catalogue{Definitions: workflows.All()}
	wk := worker.New(s.temporal, s.t.Name(), workflows.WorkerOptions())
	workflows.Register(wk, catalogue)
	activities.Register(wk, s.Steps())
	activities.Register(wk, activities.Bind(activities.Engine, workflows.Engine{Client: s.Client}))
	if err := wk.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.worker = wk
}

// anotherWorker ends the worker, with all that it remembers, and starts the next one.
func (s *stage) anotherWorker() {
	s.worker.Stop()
	worker.PurgeStickyWorkflowCache()
	s.work()
}

// closeBooks ends the lock books that the test opened: they would wait for more on a task queue that nobody serves.
func (s *stage) closeBooks() {
	for name := range s.World.Workloads {
		product, _, _ := strings.Cut(name, ".")
		_ = s.temporal.TerminateWorkflow(context.Background(), change.LocksID(product), "", "the test is over")
	}
}

// waiting is a change that lives, because it waits for an approval.
func (s *stage) waiting() string {
	s.t.Helper()
	decide := s.Decide
	defer func() { s.Decide = decide }()
	s.Decide = sre
	id := s.start(s.ask("scale", "target", cart, "replicas", "9"))
	s.until(id, ops.WaitingApproval)
	return id
}

func (s *stage) claim(owner string, targets ...string) activities.LockOut {
	s.t.Helper()
	in := activities.LockIn{Owner: owner, Reason: "why " + owner, Until: time.Now().Add(time.Hour), Targets: s.targets(targets)}
	out, err := workflows.Engine{Client: s.Client}.Lock(s.t.Context(), in)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func (s *stage) free(owner string, targets ...string) {
	s.t.Helper()
	if err := (workflows.Engine{Client: s.Client}).Unlock(s.t.Context(), activities.LockIn{Owner: owner, Targets: s.targets(targets)}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) targets(names []string) []ops.Target {
	out := make([]ops.Target, len(names))
	for i, n := range names {
		out[i] = target(s.t, n)
	}
	return out
}

// ask is a request of its own each time it is called.
func (s *stage) ask(operation string, values ...string) ops.Request {
	s.keys++
	r := changetest.Ask(operation, values...)
	r.Key = fmt.Sprintf("%s %d", s.t.Name(), s.keys)
	return r
}

func (s *stage) start(r ops.Request) string {
	s.t.Helper()
	id, err := s.Start(s.t.Context(), r)
	if err != nil {
		s.t.Fatalf("start: %v", err)
	}
	return id
}

// until waits until the change is in one of the states.
func (s *stage) until(id string, states ...ops.State) ops.Status {
	s.t.Helper()
	return s.when(id, fmt.Sprint(states), func(st ops.Status) bool {
		for _, want := range states {
			if st.State == want && (!want.Ended() || !st.ClosedAt.IsZero()) {
				return true
			}
		}
		return false
	})
}

// when waits until a condition of the status holds.
func (s *stage) when(id, what string, met func(ops.Status) bool) ops.Status {
	s.t.Helper()
	return s.whenIn(30*time.Second, id, what, met)
}

func (s *stage) whenIn(most time.Duration, id, what string, met func(ops.Status) bool) ops.Status {
	s.t.Helper()
	deadline := time.Now().Add(most)
	for {
		st, err := s.Status(s.t.Context(), id)
		if err == nil && met(st) {
			return st
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("%s is %s (%v, %v), wanted %s\n%+v", id, st.State, st.Error, err, what, st.Events)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (s *stage) act(id string, kind ops.ActKind, by ops.User, hash string) ops.Reply {
	s.t.Helper()
	reply, err := s.Act(s.t.Context(), id, ops.Act{Kind: kind, By: by, Surface: changetest.Room, PlanHash: hash, Note: "because", Key: id + by.ID + hash})
	if err != nil {
		s.t.Fatalf("%s by %s: %v", kind, by.ID, err)
	}
	return reply
}

// sre is a policy that wants one approval by the group sre, and lets it cancel.
func sre(f ops.Facts) (ops.Decision, error) {
	if f.Operation.Name == "cancel" {
		return ops.Decision{Allow: f.Request.By.In("sre"), Sure: true, Why: ops.Plain("only sre")}, nil
	}
	return ops.Decision{Allow: true, Sure: true, Rule: "sre", Need: &ops.Need{Count: 1, From: []string{"group:sre"}}}, nil
}
