package workflows_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	enums "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/encoding/protojson"

	"orderly.example/ops"
	"orderly.example/workflows"
	"orderly.example/workflows/change"
	"orderly.example/workflows/changetest"
)

var update = flag.Bool("update", false, "record the histories in testdata anew")

// scenario brings a change to an end in one particular way.
type scenario struct {
	name string
	want ops.State
	run  func(s *stage) string
}

func (s *stage) scale() ops.Request { return s.ask("scale", "target", cart, "replicas", "6") }

// scenarios go through every state of a change.
var scenarios = []scenario{
	{"succeeded", ops.Succeeded, func(s *stage) string { return s.start(s.scale()) }},
	{"approved", ops.Succeeded, func(s *stage) string {
		s.Decide = sre
		id := s.start(s.scale())
		hash := s.until(id, ops.WaitingApproval).Plan.Hash
		s.act(id, ops.ActApprove, eve, hash)
		s.act(id, ops.ActApprove, bob, hash)
		return id
	}},
	{"rejected", ops.Refused, func(s *stage) string {
		s.Decide = sre
		id := s.start(s.scale())
		s.act(id, ops.ActReject, bob, s.until(id, ops.WaitingApproval).Plan.Hash)
		return id
	}},
	{"denied", ops.Refused, func(s *stage) string {
		s.Decide = func(ops.Facts) (ops.Decision, error) { return ops.Decision{Sure: true, Why: ops.Plain("no")}, nil }
		return s.start(s.scale())
	}},
	{"expired", ops.Expired, func(s *stage) string {
		s.Decide = func(f ops.Facts) (ops.Decision, error) {
			d, err := sre(f)
			d.Need.Expiry = time.Second
			return d, err
		}
		return s.start(s.scale())
	}},
	{"drifted", ops.Succeeded, func(s *stage) string {
		s.Decide = sre
		id := s.start(s.scale())
		first := s.until(id, ops.WaitingApproval).Plan.Hash
		s.World.Set(cart, 4)
		s.act(id, ops.ActApprove, bob, first)
		next := s.when(id, "a new plan", func(st ops.Status) bool { return st.State == ops.WaitingApproval && st.Plan.Hash != first })
		s.act(id, ops.ActApprove, bob, next.Plan.Hash)
		return id
	}},
	{"frozen", ops.Succeeded, func(s *stage) string {
		until := time.Now().Add(1500 * time.Millisecond)
		s.Decide = func(ops.Facts) (ops.Decision, error) {
			d := ops.Decision{Allow: true, Sure: true}
			if time.Now().Before(until) {
				d.Freeze = &ops.FreezeHit{Name: "sale", Until: until}
			}
			return d, nil
		}
		return s.start(s.scale())
	}},
	{"queued", ops.Succeeded, func(s *stage) string {
		holder := s.waiting()
		s.claim(holder, cart)
		id := s.start(s.scale())
		s.until(id, ops.WaitingLock)
		s.free(holder, cart)
		return id
	}},
	{"rolled-back", ops.RolledBack, func(s *stage) string {
		var reads atomic.Int32
		s.World.Fail = func(verb string, _ ops.Target) error {
			if verb == "status" && len(s.World.Ledger) == 1 && reads.Add(1) == 1 {
				return ops.Errorf(ops.Unsafe, "stuck", "停滞")
			}
			return nil
		}
		return s.start(s.scale())
	}},
	{"failed", ops.Failed, func(s *stage) string { return s.start(s.ask("scale", "target", "no.such.thing:prod", "replicas", "1")) }},
	{"cancelled-waiting", ops.Cancelled, func(s *stage) string {
		s.Decide = sre
		id := s.start(s.scale())
		s.until(id, ops.WaitingApproval)
		s.act(id, ops.ActCancel, ann, "")
		return id
	}},
	{"cancelled-running", ops.Cancelled, func(s *stage) string {
		s.World.Workloads[cart].Stuck = ops.Plain("slow")
		id := s.start(s.scale())
		s.until(id, ops.Verifying)
		s.act(id, ops.ActCancel, ann, "")
		return id
	}},
	{"held", ops.Succeeded, func(s *stage) string {
		var tries atomic.Int32
		s.World.Fail = func(verb string, _ ops.Target) error {
			if verb == "scale" && tries.Add(1) == 1 {
				return ops.Errorf(ops.Unsafe, "quota", "配额")
			}
			return nil
		}
		r := s.scale()
		r.Hold = true
		id := s.start(r)
		s.until(id, ops.Held)
		s.act(id, ops.ActRetry, ann, "")
		return id
	}},
	{"dry-run", ops.Planned, func(s *stage) string {
		r := s.scale()
		r.DryRun = true
		return s.start(r)
	}},
	{"question", ops.Succeeded, func(s *stage) string { return s.start(s.ask("status", "target", cart)) }},
	{"fleet", ops.Succeeded, func(s *stage) string {
		return s.start(s.ask("scale.fleet", "targets", "*:prod", "replicas", "+1", "wave", "1", "pause", "100ms"))
	}},
	{"window", ops.Succeeded, func(s *stage) string {
		return s.start(s.ask("scale.schedule", "target", cart, "replicas", "5", "for", "1s"))
	}},
	{"granted", ops.Cancelled, func(s *stage) string {
		id := s.start(s.ask("access.grant", "namespace", "shop", "cluster", "idc1/c1", "who", "ann", "role", "view", "for", "2h"))
		s.when(id, "the grant", func(st ops.Status) bool { return strings.Contains(st.Waiting.En, "until") })
		s.act(id, ops.ActCancel, ann, "")
		return id
	}},
	{"role-given", ops.Cancelled, func(s *stage) string {
		s.World.Data = changetest.Data{Databases: map[string]map[string][]string{"shop": {"read": {"SELECT"}}}, Accounts: map[string][]string{"ann": nil}}
		id := s.start(s.ask("database.grant", "database", "shop", "account", "ann", "role", "read", "for", "2h"))
		s.when(id, "the grant", func(st ops.Status) bool { return strings.Contains(st.Waiting.En, "until") })
		s.act(id, ops.ActCancel, ann, "")
		return id
	}},
	{"topic", ops.Succeeded, func(s *stage) string {
		s.World.Data = changetest.Data{Brokers: map[string]int{"main": 3}}
		return s.start(s.ask("topic.create", "name", "shop.orders", "cluster", "main", "owner", "shop"))
	}},
	{"lent", ops.Cancelled, func(s *stage) string {
		id := s.start(s.ask("env.create", "env", "mine", "from", cart, "owner", "shop", "ttl", "2h"))
		s.when(id, "the environment", func(st ops.Status) bool { return strings.Contains(st.Waiting.En, "lives until") })
		s.act(id, ops.ActCancel, ann, "")
		return id
	}},
	{"restarted", ops.Succeeded, func(s *stage) string { return s.start(s.ask("restart", "target", cart)) }},
	{"released", ops.Succeeded, func(s *stage) string {
		s.World.Release = waves()
		id := s.start(s.ask("release", "target", "shop.cart.api", "version", "2.0"))
		watched := func(st ops.Status) bool {
			return st.State == ops.Running && strings.Contains(st.Waiting.En, "watching canary")
		}
		s.when(id, "the canary to be watched", watched)
		s.act(id, ops.ActPause, ann, "")
		s.until(id, ops.Paused)
		s.act(id, ops.ActResume, ann, "")
		s.act(id, ops.ActPromote, chen, "")
		s.when(id, "the first wave to be watched", func(st ops.Status) bool { return strings.Contains(st.Waiting.En, "watching prod") })
		s.act(id, ops.ActPromote, ann, "")
		s.until(id, ops.Paused)
		s.act(id, ops.ActPromote, bob, "")
		return id
	}},
	{"release-weighed", ops.Succeeded, func(s *stage) string {
		s.World.Release = weighed(20 * time.Millisecond)
		return s.start(s.ask("release", "target", cart, "version", "2.0"))
	}},
	{"release-weighed-taken-back", ops.RolledBack, func(s *stage) string {
		s.World.Release = weighed(80 * time.Millisecond)
		s.World.Release.Gates = waves().Gates[:2]
		s.World.Values = func(string) ([]string, error) {
			return []string{map[bool]string{true: "0.9", false: "0"}[s.World.Traffic[cart] == "x-canary=1 10%"]}, nil
		}
		return s.start(s.ask("release", "target", cart, "version", "2.0"))
	}},
	{"release-taken-back", ops.RolledBack, func(s *stage) string {
		s.World.Release = waves()
		s.World.Release.Gates = s.World.Release.Gates[:2]
		s.World.Values = func(string) ([]string, error) {
			if s.World.Workloads[cart].Version == "2.0" {
				return []string{"0.9"}, nil
			}
			return []string{"0"}, nil
		}
		return s.start(s.ask("release", "target", "shop.cart.api", "version", "2.0"))
	}},
	{"train", ops.Succeeded, func(s *stage) string {
		s.World.Release = &ops.Strategy{Bake: 500 * time.Millisecond}
		id := s.start(s.ask("release.train", "services", "pay.gate.api=2.0 shop.cart.api=2.0", "after", "pay.gate.api after shop.cart.api"))
		s.until(id, ops.Succeeded)
		return s.start(s.ask("undo", "id", id))
	}},
	{"train-steered", ops.Succeeded, func(s *stage) string {
		s.World.Release = &ops.Strategy{Bake: time.Minute}
		id := s.start(s.ask("release.train", "services", "pay.gate.api=2.0 shop.cart.api=2.0", "after", "pay.gate.api after shop.cart.api"))
		watched := func(name string) func(ops.Status) bool {
			return func(st ops.Status) bool { return strings.HasPrefix(st.Waiting.En, name+": watching") }
		}
		s.when(id, "the first to be watched", watched("shop.cart.api"))
		s.act(id, ops.ActPause, ann, "1")
		s.act(id, ops.ActResume, ann, "2")
		s.act(id, ops.ActPause, ann, "3")
		s.anotherWorker()
		s.act(id, ops.ActResume, ann, "4")
		s.act(id, ops.ActPromote, ann, "5")
		s.when(id, "the second to be watched", watched("pay.gate.api"))
		s.act(id, ops.ActPromote, ann, "6")
		return id
	}},
	{"train-aborted", ops.Cancelled, func(s *stage) string {
		s.World.Release = &ops.Strategy{Bake: time.Second}
		id := s.start(s.ask("release.train", "services", "pay.gate.api=2.0 shop.cart.api=2.0", "after", "pay.gate.api after shop.cart.api"))
		s.when(id, "the second to be watched", func(st ops.Status) bool { return strings.HasPrefix(st.Waiting.En, "pay.gate.api: watching") })
		s.act(id, ops.ActCancel, ann, "")
		return id
	}},
	{"rule", ops.Cancelled, func(s *stage) string {
		s.World.Values = func(string) ([]string, error) {
			return []string{fmt.Sprint(30 / float64(s.World.Workloads[cart].Wanted))}, nil
		}
		id := s.start(s.rule("for", "1h"))
		s.when(id, "an act", func(st ops.Status) bool { return st.Answer != nil && len(st.Answer.Rows) > 0 })
		s.anotherWorker()
		s.when(id, "to be at six", func(ops.Status) bool { return s.World.Wanted(cart) == 6 })
		s.act(id, ops.ActCancel, ann, "")
		return id
	}},
	{"rule-stopped", ops.RolledBack, func(s *stage) string {
		s.World.Values = func(string) ([]string, error) { return []string{"50"}, nil }
		return s.start(s.rule("for", "1h", "brake", "2"))
	}},
	{"event", ops.Succeeded, func(s *stage) string {
		id := s.start(s.event("for", "1h"))
		s.when(id, "the top", atTheTop)
		s.anotherWorker()
		other := s.start(s.scale())
		s.until(other, ops.WaitingLock)
		s.act(other, ops.ActCancel, ann, "")
		s.until(other, ops.Cancelled)
		s.act(id, ops.ActPromote, ann, "")
		return id
	}},
	{"event-cancelled", ops.Cancelled, func(s *stage) string {
		id := s.start(s.event("for", "1h"))
		s.when(id, "the top", atTheTop)
		s.act(id, ops.ActCancel, ann, "")
		return id
	}},
	{"gray-merged", ops.Succeeded, func(s *stage) string {
		id := s.start(s.gray())
		s.when(id, "one instance to have it", grayOn(1))
		s.anotherWorker()
		s.act(id, ops.ActPromote, bob, "")
		s.when(id, "all instances to have it", grayOn(3))
		s.act(id, ops.ActPromote, chen, "")
		return id
	}},
	{"gray-abandoned", ops.Cancelled, func(s *stage) string {
		id := s.start(s.gray())
		s.when(id, "one instance to have it", grayOn(1))
		s.act(id, ops.ActCancel, ann, "")
		return id
	}},
	{"undone", ops.Succeeded, func(s *stage) string {
		first := s.start(s.scale())
		s.until(first, ops.Succeeded)
		return s.start(s.ask("undo", "id", first))
	}},
}

// gray asks for a key that one instance gets first, then all three of them, then the rest.
func (s *stage) gray() ops.Request {
	return s.ask("config.gray", "target", cart, "set", "timeout=60", "steps", "1,100%")
}

func grayOn(n int) func(ops.Status) bool {
	return func(st ops.Status) bool {
		return st.State == ops.Paused && strings.Contains(st.Waiting.En, fmt.Sprintf("on %d instances", n))
	}
}

// event asks for an event of two services.
func (s *stage) event(values ...string) ops.Request {
	return s.ask("scale.event", append([]string{"services", "shop.cart.api=x3 pay.*=+1", "steps", "2", "pause", "200ms"}, values...)...)
}

func atTheTop(st ops.Status) bool { return strings.Contains(st.Waiting.En, "the top of the event") }

// rule asks for a rule that keeps the load of an instance at 5.
func (s *stage) rule(values ...string) ops.Request {
	return s.ask("scale.metric", append([]string{"target", cart, "query", "load", "goal", "5", "min", "2", "max", "8", "looks", "1", "every", "1s", "cool_down", "1s"}, values...)...)
}

// waves is a strategy with everything that takes time.
func waves() *ops.Strategy {
	most := 0.5
	return &ops.Strategy{Bake: 2 * time.Second, Canary: ops.Canary{Percent: 10, Bake: time.Second}, Gates: []ops.Gate{
		{Name: "errors", Kind: ops.GateMetric, Query: "errors", Max: &most}, {Name: "page", Kind: ops.GateHTTP, URL: "http://${name}/"}, {Name: "look", Kind: ops.GateManual},
	}}
}

// TestEveryStateEndsAndReplays brings a real change through every state, and replays its history at once.
func TestEveryStateEndsAndReplays(t *testing.T) {
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			w := changetest.NewWorld(3, cart, pay)
			changetest.NewCentre(w, map[string]string{"timeout": "30"})
			s := newStage(t, w)
			id := sc.run(s)
			s.until(id, sc.want)
			h := s.history(id)
			replay(t, h)
			parts := s.parts(id)
			for _, p := range parts {
				replay(t, p)
			}
			if *update {
				save(t, sc.name, h)
			}
			if *update && len(parts) > 0 {
				save(t, sc.name+"-part", parts[0])
			}
		})
	}
}

// TestTheLockBookReplays: a book with a queue, a vanished owner and one that gives back.
func TestTheLockBookReplays(t *testing.T) {
	s := newStage(t, changetest.NewWorld(3, cart, pay))
	s.claim("vanished", cart)
	holder := s.waiting()
	s.claim(holder, cart, pay)
	id := s.start(s.scale())
	s.until(id, ops.WaitingLock)
	s.free(holder, cart, pay)
	s.until(id, ops.Succeeded)
	h := s.soFar(change.LocksID("shop"))
	replay(t, h)
	if *update {
		save(t, "locks", h)
	}
	replay(t, load(t, "locks"))
}

// TestRecordedHistoriesReplay replays what former versions of the program have recorded: a change that began then must
// go on now.
func TestRecordedHistoriesReplay(t *testing.T) {
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			replay(t, load(t, sc.name))
			if _, err := os.Stat(recorded(sc.name + "-part")); err == nil {
				replay(t, load(t, sc.name+"-part"))
			}
		})
	}
}

func load(t *testing.T, name string) *historypb.History {
	t.Helper()
	raw, err := os.ReadFile(recorded(name))
	if err != nil {
		t.Fatalf("%v; record it with make golden", err)
	}
	h := &historypb.History{}
	if err := protojson.Unmarshal(raw, h); err != nil {
		t.Fatal(err)
	}
	return h
}

func recorded(name string) string { return filepath.Join("testdata", "histories", name+".json") }

func save(t *testing.T, name string, h *historypb.History) {
	t.Helper()
	raw, err := protojson.MarshalOptions{Multiline: true, Indent: " "}.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(recorded(name)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(recorded(name), raw, 0o644); err != nil {
		t.Fatal(err)
	}
}

// parts are the histories of the parts of a change.
func (s *stage) parts(id string) []*historypb.History {
	s.t.Helper()
	var out []*historypb.History
	for _, e := range s.history(id).Events {
		if started := e.GetChildWorkflowExecutionStartedEventAttributes(); started != nil && change.IsPart(started.GetWorkflowType().GetName()) {
			out = append(out, s.history(started.GetWorkflowExecution().GetWorkflowId()))
		}
	}
	return out
}

// history is that of a workflow to its end.
func (s *stage) history(id string) *historypb.History { return s.events(id, true) }

// soFar is the history of a workflow that lives.
func (s *stage) soFar(id string) *historypb.History { return s.events(id, false) }

func (s *stage) events(id string, toTheEnd bool) *historypb.History {
	s.t.Helper()
	it := s.temporal.GetWorkflowHistory(s.t.Context(), id, "", toTheEnd, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	h := &historypb.History{}
	for it.HasNext() {
		e, err := it.Next()
		if err != nil {
			s.t.Fatal(err)
		}
		h.Events = append(h.Events, e)
	}
	return h
}

func replay(t *testing.T, h *historypb.History) {
	t.Helper()
	r := worker.NewWorkflowReplayer()
	catalogue := change.Catalogue{Definitions: workflows.All()}
	workflows.Register(r, catalogue)
	began := h.GetEvents()[0].GetWorkflowExecutionStartedEventAttributes()
	o := worker.ReplayWorkflowHistoryOptions{OriginalExecution: workflow.Execution{ID: began.GetWorkflowId(), RunID: began.GetOriginalExecutionRunId()}}
	if err := r.ReplayWorkflowHistoryWithOptions(log.NewStructuredLogger(silent), h, o); err != nil {
		t.Errorf("replay: %v", err)
	}
	t.Logf("%d events", len(h.GetEvents()))
}

// weighed is a strategy whose canary gets a header, then a tenth of the traffic, then half.
func weighed(bake time.Duration) *ops.Strategy {
	return &ops.Strategy{Bake: 20 * time.Millisecond, Canary: ops.Canary{Bake: bake, Traffic: changetest.Provider, Header: "x-canary=1", Weights: []int{10, 50}}}
}
