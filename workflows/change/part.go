package change

import (
	"encoding/json"
	"errors"
	"strings"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"orderly.example/ops"
)

// Part is a piece of a change that runs in a history of its own: a service of a train, a rule that is kept for weeks. It
// is no change: it asks for no approval and shows no card; it is steered and stopped through the change that it belongs to.
type Part[In, Out any] struct {
	name string
	run  func(ctx workflow.Context, in In) (Out, error)
}

// NewPart declares a part. run may use whatever the Run of an operation may use. What it has registered with Undoing is
// taken back when it fails or is cancelled, before the change hears of that.
func NewPart[In, Out any](name string, run func(ctx workflow.Context, in In) (Out, error)) *Part[In, Out] {
	return &Part[In, Out]{name: name, run: run}
}

// PartDefinition is a part that can be put on a worker.
type PartDefinition interface {
	Register(w worker.WorkflowRegistry, c Catalogue)
}

// Register puts the workflow of the part on a worker.
func (p *Part[In, Out]) Register(w worker.WorkflowRegistry, c Catalogue) {
	w.RegisterWorkflowWithOptions(func(ctx workflow.Context, in partIn) (partOut, error) { return p.live(ctx, c, in) },
		workflow.RegisterOptions{Name: p.workflow()})
}

func (p *Part[In, Out]) workflow() string { return partPrefix + p.name }

// partPrefix starts the names of the workflows of parts.
const partPrefix = "Part:"

// IsPart says whether a workflow of that name is a part of a change.
func IsPart(workflow string) bool { return strings.HasPrefix(workflow, partPrefix) }

// partIn is what a part is told of its change.
type partIn struct {
	Change    string          `json:"change"`
	Name      string          `json:"name"` // for people
	Operation string          `json:"operation"`
	Request   ops.Request     `json:"request"` // without its values
	Decision  ops.Decision    `json:"decision"`
	Plan      ops.Plan        `json:"plan"` // only what a policy looks at, and the targets of the part
	Paused    *ops.Act        `json:"paused,omitempty"`
	Undoes    bool            `json:"undoes,omitempty"` // it takes something back
	News      int             `json:"news,omitempty"`   // how much its change has heard of it
	In        json.RawMessage `json:"in"`
}

// partOut is how a part ended. A part always completes, as a change does.
type partOut struct {
	Out        json.RawMessage `json:"out,omitempty"`
	Error      *ops.Error      `json:"error,omitempty"`
	Cancelled  bool            `json:"cancelled,omitempty"`
	TakenBack  bool            `json:"taken_back,omitempty"`
	ReviewOwed bool            `json:"review_owed,omitempty"`
	Events     []ops.Event     `json:"events,omitempty"`
}

// maxPartEvents bounds how much of a part's record goes into that of its change; the rest stays in its own history.
const maxPartEvents = 40

// onward ends a run of a part that goes on in a new history.
type onward struct{ in any }

func (onward) Error() string { return "the part goes on in a new history" }

// Again is what the run of a part returns to go on with in, in a new history. Nothing may be left to take back then.
func Again(in any) error { return onward{in} }

// live is the whole life of a part.
func (p *Part[In, Out]) live(ctx workflow.Context, c Catalogue, in partIn) (partOut, error) {
	l := newPartLife(ctx, c, in)
	ctx = withLife(ctx, l)
	l.listenToChange(ctx)
	var out partOut
	var work In
	if err := json.Unmarshal(in.In, &work); err != nil {
		return out, err
	}
	value, err := p.run(ctx, work)
	var next onward
	if errors.As(err, &next) {
		return out, p.goOn(ctx, l, in, next)
	}
	if err != nil {
		err = l.takeBack(ctx, err)
		out.TakenBack = l.outcome != ops.Failed
	}
	raw, failed := json.Marshal(value)
	if failed != nil {
		return out, failed
	}
	out.Out, out.ReviewOwed, out.Events = raw, l.status.ReviewOwed, told(l.status.Events)
	out.Cancelled = temporal.IsCanceledError(err)
	if err != nil && !out.Cancelled {
		out.Error = &ops.Error{Code: ops.CodeOf(err), Text: ops.TextOf(err)}
	}
	return out, nil
}

// goOn continues a part in a new history.
func (p *Part[In, Out]) goOn(ctx workflow.Context, l *life, in partIn, next onward) error {
	raw, err := json.Marshal(next.in)
	if err != nil {
		return err
	}
	in.In, in.News, in.Paused = raw, l.part.told.Seq, l.staged.paused
	return workflow.NewContinueAsNewError(ctx, p.workflow(), in)
}

// told are the lines of a part that belong into the record of its change.
func told(events []ops.Event) []ops.Event {
	var out []ops.Event
	for _, e := range events {
		if e.Kind == ops.EventNote || e.Kind == ops.EventUndo || e.Kind == ops.EventLock || e.Kind == ops.EventStep || e.Kind == ops.EventAct {
			out = append(out, e)
		}
	}
	return out[max(0, len(out)-maxPartEvents):]
}

// Piece says which piece of the work a part is to do.
type Piece struct {
	ID      string       // of the part within its change, the same in every attempt
	Name    string       // for people
	Targets []ops.Target // that it touches
}

// Done is what is left of a part that has ended.
type Done[Out any] struct {
	Out       Out
	TakenBack bool // it failed or was cancelled, and what it did is taken back
}

// Do runs the part and waits for its end. Cancelling the context stops it; it takes back what it did before Do returns.
func (p *Part[In, Out]) Do(ctx workflow.Context, piece Piece, in In) (Done[Out], error) {
	var done Done[Out]
	l := lifeOf(ctx)
	if ctx.Err() != nil {
		done.TakenBack = true // it never began
		return done, ctx.Err()
	}
	raw, err := json.Marshal(in)
	if err != nil {
		return done, err
	}
	id := l.status.ID + "/" + piece.ID
	i := l.began(ctx, p.name, piece.Name)
	future := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID: id, WaitForCancellation: true, ParentClosePolicy: enums.PARENT_CLOSE_POLICY_REQUEST_CANCEL,
	}), p.workflow(), l.partIn(piece, raw))
	l.partBegins(ctx, id, piece.Name, future)
	var out partOut
	err = future.Get(ctx, &out)
	err = out.error(err)
	l.ended(ctx, i, err)
	l.partEnds(ctx, id, piece.Name, out)
	if len(out.Out) > 0 {
		if failed := json.Unmarshal(out.Out, &done.Out); failed != nil {
			return done, failed
		}
	}
	done.TakenBack = out.TakenBack
	return done, err
}

// error is how a part failed. A part that the engine ended is a failure like any other: what it did is not known.
func (o partOut) error(err error) error {
	switch {
	case o.Error != nil:
		return o.Error
	case o.Cancelled || temporal.IsCanceledError(err):
		return workflow.ErrCanceled
	case err != nil:
		return ops.Errorf(ops.Internal, "the engine ended it; look at its own history, which has the name of the change and of the part", "引擎终止了该部分;请查看其自身历史").Because(err)
	}
	return nil
}

// partIn is what a new part is told.
func (l *life) partIn(piece Piece, raw json.RawMessage) partIn {
	r := l.status.Request
	r.Params, r.Standing = nil, nil
	plan := *trimmed(l.status.Plan)
	plan.Targets = piece.Targets
	return partIn{
		Change: l.status.ID, Name: piece.Name, Operation: l.status.Operation, Request: r, Decision: *l.status.Decision, Plan: plan,
		Paused: l.staged.paused, Undoes: l.undoing, In: raw,
	}
}
