package change

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
)

// life is one running change: its status and what is needed to move it on.
type life struct {
	catalogue Catalogue
	def       Definition
	status    ops.Status
	tell      teller
	outcome   ops.State     // set when the end is known before the states say so
	cancelled *ops.Act      // the person who ended it
	held      time.Duration // how long it was held, paused or frozen in all
	retried   int           // how often a person asked to try the failed step again
	staged    staged        // of a change that goes in waves
	parts     parts         // of a change that runs in several histories
	part      *partOf       // of which change it is a part; nil: of none
	waited    bool          // something was waited for since the policy was last asked
	steps     int
	undo      []compensation
	undoing   bool
	locked    []ops.Target
	locks     int       // signals of granted locks received
	shown     ops.State // what the search attribute says
	placed    bool      // the plan's targets can be searched for
	since     time.Time // of the present state
}

type lifeKey struct{}

func newLife(ctx workflow.Context, c Catalogue, r ops.Request) *life {
	now := workflow.Now(ctx)
	l := &life{catalogue: c, status: ops.Status{
		ID: workflow.GetInfo(ctx).WorkflowExecution.ID, Operation: r.Operation, Request: r, Demo: c.Demo,
		State: ops.Received, CreatedAt: now, UpdatedAt: now,
	}}
	l.shown, l.since = ops.Running, now
	l.tell.life = l
	l.eventAt(ctx, ops.EventState, r.By.ID, ops.Textf("asked for on %s", "来自 %s 的申请", r.From.Surface))
	return l
}

// adopt takes over the definition; a request with a cron line becomes the making of a schedule.
func (l *life) adopt(def Definition) {
	l.def = def
	if l.status.Request.Cron != "" {
		l.def = scheduled(def, l.status.Request)
	}
	l.status.Risk = def.Risk
}

func withLife(ctx workflow.Context, l *life) workflow.Context {
	return activities.WithWatcher(workflow.WithValue(ctx, lifeKey{}, l), l)
}

func lifeOf(ctx workflow.Context) *life { return ctx.Value(lifeKey{}).(*life) }

// turn moves the change into a state and tells everybody.
func (l *life) turn(ctx workflow.Context, s ops.State, waiting ops.Text) {
	if l.status.State == s && l.status.Waiting == waiting {
		return
	}
	text := s.Text()
	if !waiting.IsZero() {
		text = ops.Textf("%s: %s", "%s:%s", text, waiting)
	}
	if l.status.Error != nil {
		text = ops.Textf("%s: %s", "%s:%s", text, l.status.Error.Text)
	}
	l.measure(ctx, s)
	l.status.State, l.status.Waiting = s, waiting
	l.status.CanContinue = l.actions()
	l.eventAt(ctx, ops.EventState, "", text)
	l.publish(ctx)
}

// measure counts the turn and how long the state before it lasted.
func (l *life) measure(ctx workflow.Context, next ops.State) {
	if l.part != nil {
		return
	}
	m := workflow.GetMetricsHandler(ctx)
	m.WithTags(map[string]string{"operation": l.status.Operation, "state": string(next)}).Counter("orderly_change_turns_total").Inc(1)
	before := map[string]string{"operation": l.status.Operation, "state": string(l.status.State)}
	m.WithTags(before).Timer("orderly_change_state_seconds").Record(workflow.Now(ctx).Sub(l.since))
	l.since = workflow.Now(ctx)
}

// event adds a line to the record at the time of the last turn of the workflow's clock.
func (l *life) event(kind ops.EventKind, by string, text ops.Text) {
	l.status.Events = append(l.status.Events, ops.Event{
		Seq: len(l.status.Events) + 1, At: l.tell.now(), Kind: kind, By: by, Text: text,
	})
	l.status.UpdatedAt = l.tell.now()
	l.tell.dirty = true
}

func (l *life) eventAt(ctx workflow.Context, kind ops.EventKind, by string, text ops.Text) {
	l.tell.ctx = ctx
	l.event(kind, by, text)
}

// targets are the plan's targets, or before there is a plan those asked for.
func (l *life) targets() []ops.Target {
	if l.status.Plan != nil {
		return l.status.Plan.Targets
	}
	return l.def.Operation.Targets(l.status.Request.Params)
}

// actions are what a person may do in the present state.
func (l *life) actions() []ops.ActKind {
	switch l.status.State {
	case ops.WaitingApproval:
		return []ops.ActKind{ops.ActApprove, ops.ActReject, ops.ActCancel}
	case ops.Held:
		return []ops.ActKind{ops.ActRetry, ops.ActCancel}
	case ops.Paused:
		return l.staged.actions()
	case ops.Running:
		return append(l.staged.actions(), ops.ActCancel)
	case ops.Received, ops.Planned, ops.WaitingWindow, ops.WaitingLock, ops.Verifying:
		return []ops.ActKind{ops.ActCancel}
	}
	return nil
}

// await waits for a condition, or until the change is cancelled.
func (l *life) await(ctx workflow.Context, met func() bool) error {
	l.waited = true
	if err := workflow.Await(ctx, func() bool { return l.cancelled != nil || met() }); err != nil {
		return err
	}
	return l.stopped()
}

// stopped is the error of a change that a person has ended.
func (l *life) stopped() error {
	if l.cancelled == nil {
		return nil
	}
	return workflow.ErrCanceled
}
