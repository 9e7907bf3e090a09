package changetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/testsuite"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows"
	"orderly.example/workflows/change"
)

// Lab runs one change.
type Lab struct {
	*Surroundings
	T        testing.TB
	Env      *testsuite.TestWorkflowEnvironment
	Lock     func(in activities.LockIn) (activities.LockOut, error)
	Record   map[string]ops.Status // changes that Recall knows
	Unlocked [][]ops.Target
	Made     []activities.ScheduleIn // schedules made and turned
}

// New makes a lab for the definitions; without any it knows all operations.
func New(t testing.TB, w *World, definitions ...change.Definition) *Lab {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
	if len(definitions) == 0 {
		definitions = workflows.All()
	}
	l := &Lab{T: t, Surroundings: &Surroundings{World: w}, Env: suite.NewTestWorkflowEnvironment(), Record: map[string]ops.Status{}}
	l.Env.SetTestTimeout(30 * time.Second)
	l.Env.SetStartTime(Start)
	workflows.Register(l.Env, change.Catalogue{Definitions: definitions})
	activities.Register(l.Env, l.Steps())
	activities.Register(l.Env, activities.Bind(activities.Engine, engine{l}))
	l.Env.OnSignalExternalWorkflow(mock.Anything, mock.Anything, mock.Anything, mock.Anything, mock.Anything).Return(nil).Maybe() // another change, which has no lab here
	return l
}

// Start is when every lab begins: about now, because steps that wait look at the real clock.
var Start = time.Now().UTC().Truncate(time.Second)

// Ann, Bob and Chen are the people of the labs: Ann asks, Bob and Chen may agree.
var (
	Ann  = ops.User{ID: "ann", Name: "Ann", Lang: "en", Groups: []string{"shop", "dev"}}
	Bob  = ops.User{ID: "bob", Name: "Bob", Lang: "en", Groups: []string{"sre"}}
	Chen = ops.User{ID: "chen", Name: "陈", Lang: "zh", Groups: []string{"sre"}}
	Eve  = ops.User{ID: "eve", Name: "Eve", Lang: "en", Groups: []string{"dev"}}
)

// Ask is a request by Ann for an operation, with values as name, value, name, value ...
func Ask(operation string, values ...string) ops.Request {
	r := ops.Request{Operation: operation, By: Ann, From: ops.Origin{Surface: Room, Channel: "ops"}, Key: "k1", Params: map[string]string{}}
	for i := 0; i+1 < len(values); i += 2 {
		r.Params[values[i]] = values[i+1]
	}
	return r
}

// Run runs the change to its end and returns its status.
func (l *Lab) Run(r ops.Request) ops.Status {
	l.T.Helper()
	l.Env.SetStartWorkflowOptions(startOptions(r))
	l.Env.ExecuteWorkflow(change.WorkflowName, r)
	if !l.Env.IsWorkflowCompleted() {
		l.T.Fatalf("the change did not end; it is %+v", l.Now())
	}
	var s ops.Status
	if err := l.Env.GetWorkflowResult(&s); err != nil {
		l.T.Fatalf("the workflow failed: %v", err)
	}
	return s
}

// Now is the status of the running change.
func (l *Lab) Now() ops.Status {
	l.T.Helper()
	var s ops.Status
	v, err := l.Env.QueryWorkflow(change.QueryStatus)
	if err != nil {
		l.T.Fatalf("query: %v", err)
	}
	if err := v.Get(&s); err != nil {
		l.T.Fatalf("query: %v", err)
	}
	return s
}

// At does something at a time after the start, in workflow time.
func (l *Lab) At(after time.Duration, do func()) { l.Env.RegisterDelayedCallback(do, after) }

// Act hands an act to the running change; an empty plan hash stands for the plan that holds now.
func (l *Lab) Act(kind ops.ActKind, by ops.User, hash string) *Answer {
	l.T.Helper()
	if hash == "" {
		if p := l.Now().Plan; p != nil {
			hash = p.Hash
		}
	}
	a := &Answer{t: l.T}
	act := ops.Act{Kind: kind, By: by, Surface: Room, PlanHash: hash, Note: "because", Key: string(kind) + by.ID}
	l.Env.UpdateWorkflow(change.UpdateAct, string(kind)+by.ID+hash, a, act)
	return a
}

// Answer collects what an act was answered.
type Answer struct {
	t        testing.TB
	Reply    ops.Reply
	Rejected error
	Done     bool
}

// Accept is called when the update is accepted.
func (a *Answer) Accept() {}

// Reject is called when the validator refuses the update.
func (a *Answer) Reject(err error) { a.Rejected = err }

// Complete is called with the handler's answer.
func (a *Answer) Complete(success any, err error) {
	a.t.Helper()
	if err != nil {
		a.t.Errorf("act: %v", err)
		return
	}
	a.Reply, a.Done = success.(ops.Reply), true
}

// startOptions gives the test environment the search attributes that a real start has.
func startOptions(r ops.Request) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{ID: ops.ChangeID(r), TaskQueue: "lab", TypedSearchAttributes: change.SearchAttributes(ops.Operation{}, r)}
}
