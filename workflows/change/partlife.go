package change

import (
	"go.temporal.io/sdk/workflow"

	"orderly.example/ops"
)

// Signals between a change and its parts.
const (
	signalNews  = "part-news"  // to the change: what a part does
	signalSteer = "part-steer" // to the part: what a person has said
)

// news is what a change knows of a part that runs.
type news struct {
	Part    string      `json:"part"` // its workflow
	Seq     int         `json:"seq"`  // counts; signals may overtake each other
	State   ops.State   `json:"state"`
	Waiting ops.Text    `json:"waiting,omitzero"`
	Waves   bool        `json:"waves,omitempty"`
	Baking  bool        `json:"baking,omitempty"`
	Answer  *ops.Answer `json:"answer,omitempty"`
}

// partOf is what a part has of its change.
type partOf struct {
	change string
	self   string
	told   news
}

// newPartLife is the life of a part: that of its change, with a record of its own.
func newPartLife(ctx workflow.Context, c Catalogue, in partIn) *life {
	now := workflow.Now(ctx)
	l := &life{catalogue: c, status: ops.Status{
		ID: in.Change, Operation: in.Operation, Request: in.Request, Demo: c.Demo, State: ops.Running, Plan: &in.Plan, Decision: &in.Decision,
		CreatedAt: now, UpdatedAt: now,
	}}
	self := workflow.GetInfo(ctx).WorkflowExecution.ID
	l.part = &partOf{change: in.Change, self: self, told: news{Part: self, Seq: in.News, State: ops.Running, Waves: true}}
	l.since, l.undoing, l.staged.paused = now, in.Undoes, in.Paused
	l.tell.life, l.tell.ctx = l, ctx
	l.def, _ = c.Find(in.Operation)
	return l
}

// owner is under whose name locks are held: a part holds its own.
func (l *life) owner() string {
	if l.part != nil {
		return l.part.self
	}
	return l.status.ID
}

// listenToChange has the part do what is said to its change.
func (l *life) listenToChange(ctx workflow.Context) {
	l.listenForLocks(ctx)
	workflow.Go(ctx, func(ctx workflow.Context) {
		var a ops.Act
		for said := workflow.GetSignalChannel(ctx, signalSteer); said.Receive(ctx, &a); a = (ops.Act{}) {
			switch act := a; act.Kind {
			case ops.ActPause:
				l.staged.paused = &act
			case ops.ActResume:
				l.staged.paused = nil
			case ops.ActPromote:
				l.staged.promoted++
			case ops.ActRetry:
				l.retried++
			}
		}
	})
}

// tellChange tells the change what is new. It does not wait for it to hear.
func (l *life) tellChange(ctx workflow.Context) {
	p := l.part
	n := news{
		Part: p.self, Seq: p.told.Seq, State: l.status.State, Waiting: l.status.Waiting, Waves: l.staged.waves, Baking: l.staged.baking,
		Answer: l.status.Answer,
	}
	if n == p.told {
		return
	}
	n.Seq++
	p.told = n
	workflow.SignalExternalWorkflow(disconnected(ctx), p.change, "", signalNews, n)
}
