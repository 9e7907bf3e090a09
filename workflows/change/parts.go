package change

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/ops"
)

// running is a part that runs now.
type running struct {
	name   string
	future workflow.ChildWorkflowFuture
	news   news
}

// parts are the parts of a change that run now, in the order in which they began.
type parts struct {
	running []*running
	toCome  int       // parts that have not begun
	rests   time.Time // since when all of them rest
	heard   bool      // somebody listens to their news
}

// ToCome says how many parts are still to begin: before each of them the change can be paused.
func ToCome(ctx workflow.Context, n int) { lifeOf(ctx).parts.toCome = n }

// partBegins takes a part into the list, and hears of it from now on.
func (l *life) partBegins(ctx workflow.Context, id, name string, f workflow.ChildWorkflowFuture) {
	l.parts.running = append(l.parts.running, &running{name: name, future: f, news: news{Part: id, State: ops.Running, Waves: true}})
	if !l.parts.heard {
		l.parts.heard = true
		workflow.Go(disconnected(ctx), l.hear)
	}
	l.sumUp(ctx)
}

// hear takes in the news of the parts. Those of a part that is over, or that a later one has overtaken, are old.
func (l *life) hear(ctx workflow.Context) {
	var n news
	for said := workflow.GetSignalChannel(ctx, signalNews); said.Receive(ctx, &n); n = (news{}) {
		i := slices.IndexFunc(l.parts.running, func(r *running) bool { return r.news.Part == n.Part })
		if i < 0 || n.Seq <= l.parts.running[i].news.Seq {
			continue
		}
		l.parts.running[i].news = n
		if n.Answer != nil {
			l.status.Answer = n.Answer
		}
		l.sumUp(ctx)
	}
}

// partEnds takes a part out of the list, and its record into that of the change.
func (l *life) partEnds(ctx workflow.Context, id, name string, out partOut) {
	l.parts.running = slices.DeleteFunc(l.parts.running, func(r *running) bool { return r.news.Part == id })
	for _, e := range out.Events {
		e.Seq, e.Text = len(l.status.Events)+1, ops.Textf("%s: %s", "%s:%s", name, e.Text)
		l.status.Events = append(l.status.Events, e)
	}
	l.status.ReviewOwed = l.status.ReviewOwed || out.ReviewOwed
	l.sumUp(ctx)
}

// sumUp makes one state of those of the parts: the change rests when all that runs of it does, and is held when a part is.
func (l *life) sumUp(ctx workflow.Context) {
	p := &l.parts
	l.staged.waves = p.toCome > 0 || slices.ContainsFunc(p.running, func(r *running) bool { return r.news.Waves })
	l.staged.baking = slices.ContainsFunc(p.running, func(r *running) bool { return r.news.Baking })
	l.status.CanContinue = l.actions()
	l.tell.ctx, l.tell.dirty = ctx, true
	if l.undoing {
		return
	}
	state, waiting := p.state()
	if state != l.status.State {
		rested := l.resting()
		l.turn(ctx, state, waiting)
		switch now := workflow.Now(ctx); {
		case l.resting() && !rested:
			p.rests = now
		case rested && !l.resting():
			l.held += now.Sub(p.rests)
		}
		return
	}
	l.status.Waiting = waiting // no line of the record: the parts have their own
}

// state is that of the change while its parts run, and what it waits for.
func (p *parts) state() (ops.State, ops.Text) {
	said := slices.IndexFunc(p.running, func(r *running) bool { return r.news.State == ops.Held })
	state := ops.Running
	switch {
	case said >= 0:
		state = ops.Held
	case len(p.running) > 0 && !slices.ContainsFunc(p.running, func(r *running) bool { return !resting(r.news.State) }):
		said, state = 0, p.running[0].news.State
	default:
		said = slices.IndexFunc(p.running, func(r *running) bool { return !r.news.Waiting.IsZero() })
	}
	if said < 0 {
		return state, ops.Text{}
	}
	r := p.running[said]
	if len(p.running) == 1 {
		return state, ops.Textf("%s: %s", "%s:%s", r.name, r.news.Waiting)
	}
	return state, ops.Textf("%s: %s; %d others at work", "%s:%s;另有 %d 个进行中", r.name, r.news.Waiting, len(p.running)-1)
}

// forward hands what a person has said to the parts. Promote goes to those that wait for a person, and only when there is
// none to those that are being watched: who answers a question does not cut short what nobody has asked about.
func (l *life) forward(ctx workflow.Context, a ops.Act) {
	asks := func(r *running) bool { return r.news.Baking && r.news.State == ops.Paused }
	asked := slices.ContainsFunc(l.parts.running, asks)
	for _, r := range slices.Clone(l.parts.running) {
		if a.Kind == ops.ActPromote && asked && !asks(r) {
			continue
		}
		workflow.Go(disconnected(ctx), func(ctx workflow.Context) {
			if err := r.future.SignalChildWorkflow(ctx, signalSteer, a).Get(ctx, nil); err != nil {
				workflow.GetLogger(ctx).Warn("a part did not hear, because it is over", "part", r.name, "error", err)
			}
		})
	}
}
