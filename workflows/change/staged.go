package change

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/ops"
)

// staged is how a change that goes in waves is steered.
type staged struct {
	waves    bool      // there is a next wave that one may stop before
	baking   bool      // a wave is being watched, or a person is asked: promote goes on
	paused   *ops.Act  // who has paused it
	promoted int       // how often somebody said to go on
	asking   int       // how many questions wait for a person
	asked    time.Time // since when
}

// actions are what steers the change now.
func (s staged) actions() []ops.ActKind {
	var out []ops.ActKind
	switch {
	case s.paused != nil:
		out = append(out, ops.ActResume)
	case s.baking:
		out = append(out, ops.ActPromote)
	}
	if s.waves && s.paused == nil {
		out = append(out, ops.ActPause)
	}
	return out
}

// steer pauses, resumes or promotes.
func (l *life) steer(ctx workflow.Context, a ops.Act) error {
	s := &l.staged
	switch {
	case a.Kind == ops.ActResume && s.paused == nil:
		return ops.Errorf(ops.Conflict, "it is not paused: the change is %s", "该变更未暂停,状态为 %s", l.status.State.Text())
	case a.Kind == ops.ActPause && (!s.waves || l.undoing):
		return ops.Errorf(ops.Conflict, "there is no wave to stop before: the change is %s", "没有可暂停的批次:该变更状态为 %s", l.status.State.Text())
	case a.Kind == ops.ActPromote && (!s.baking || s.paused != nil):
		return ops.Errorf(ops.Conflict, "no wave waits to be promoted: the change is %s", "没有等待推进的批次:该变更状态为 %s", l.status.State.Text())
	}
	if err := l.allowed(ctx, a); err != nil {
		return err
	}
	switch a.Kind {
	case ops.ActPause:
		s.paused = &a
	case ops.ActResume:
		s.paused = nil
	default:
		s.promoted++
	}
	l.forward(ctx, a)
	l.status.CanContinue = l.actions()
	l.eventAt(ctx, ops.EventAct, a.By.ID, ops.Textf("%s by %s on %s: %s", "%[2]s 在 %[3]s %[1]s:%[4]s", a.Kind.Text(), name(a.By), a.Surface, orDash(a.Note)))
	return nil
}

// resting says whether the time that passes now does not count as running.
func (l *life) resting() bool { return resting(l.status.State) }

func resting(s ops.State) bool { return s == ops.Held || s == ops.Paused || s == ops.WaitingWindow }

// Between is where a change stands before each of its waves: it waits while a person has paused it and while a freeze is
// on. after is how many waves come after the next.
func Between(ctx workflow.Context, after int) error {
	l := lifeOf(ctx)
	since := workflow.Now(ctx)
	if err := l.untilResumed(ctx); err != nil {
		return err
	}
	if err := l.untilThawed(ctx); err != nil {
		return err
	}
	l.held += workflow.Now(ctx).Sub(since)
	l.staged.waves = after > 0
	l.turn(ctx, ops.Running, ops.Text{})
	if l.part != nil {
		l.tellChange(ctx)
	}
	return l.stopped()
}

// untilResumed waits while a person has paused the change.
func (l *life) untilResumed(ctx workflow.Context) error {
	for l.staged.paused != nil {
		by := l.staged.paused
		l.turn(ctx, ops.Paused, ops.Textf("paused by %s: %s; resume or cancel", "由 %s 暂停:%s;请继续或取消", name(by.By), orDash(by.Note)))
		if err := l.await(ctx, func() bool { return l.staged.paused == nil }); err != nil {
			return err
		}
	}
	return nil
}

// untilThawed waits until no freeze is in the way. One that refuses is waited for as well: half of the waves are out.
func (l *life) untilThawed(ctx workflow.Context) error {
	for {
		if err := l.askPolicy(ctx, l.facts(l.status.Plan)); err != nil {
			return err
		}
		z := l.status.Decision.Freeze
		if z == nil || l.brokeGlass(z) {
			return nil
		}
		l.turn(ctx, ops.WaitingWindow, ops.Textf("freeze %q is on until %s: %s; what is out stays out", "封网 %q 持续到 %s:%s;已发布的批次保持不变", z.Name, z.Until.Format(time.RFC3339), z.Why))
		if err := l.sleepUntil(ctx, z.Until); err != nil {
			return err
		}
	}
}

// Doing says what a running change does now, where its state alone does not.
func Doing(ctx workflow.Context, what ops.Text) { lifeOf(ctx).turn(ctx, ops.Running, what) }

// Frozen asks the policy whether the change may act now: an error when it may not any more, true while a freeze is on.
func Frozen(ctx workflow.Context) (bool, error) {
	l := lifeOf(ctx)
	if err := l.askPolicy(ctx, l.facts(l.status.Plan)); err != nil {
		return false, err
	}
	z := l.status.Decision.Freeze
	return z != nil && !l.brokeGlass(z), nil
}

// Bake watches a wave for a while. watch looks until a time, and decides then; promote has it decide at once.
func Bake(ctx workflow.Context, what ops.Text, lasts time.Duration, watch func(ctx workflow.Context, until time.Time) error) error {
	l := lifeOf(ctx)
	defer l.bakes(false)
	l.bakes(true)
	end, promoted := workflow.Now(ctx).Add(lasts), l.staged.promoted
	l.turn(ctx, ops.Running, ops.Textf("watching %s until %s", "观察 %s 至 %s", what, end.Format(time.RFC3339)))
	over := func() bool { return l.staged.promoted > promoted || l.cancelled != nil }
	watching, stop := workflow.WithCancel(ctx)
	defer stop()
	var err error
	done := false
	workflow.Go(watching, func(ctx workflow.Context) {
		if err = watch(ctx, end); err == nil {
			_, err = workflow.AwaitWithTimeout(ctx, end.Sub(workflow.Now(ctx)), over) // when there was nothing to look at
		}
		done = true
	})
	if failed := workflow.Await(ctx, func() bool { return done || over() }); failed != nil {
		return failed
	}
	if done {
		return err
	}
	stop()
	if failed := workflow.Await(ctx, func() bool { return done }); failed != nil {
		return failed
	}
	if err := l.stopped(); err != nil {
		return err
	}
	return watch(ctx, workflow.Now(ctx))
}

// Confirm waits until a person says promote.
func Confirm(ctx workflow.Context, what ops.Text) error {
	return ConfirmUnless(ctx, what, func() bool { return false })
}

// ConfirmUnless waits until a person says promote, or until it is moot. One promote answers everything that is asked at
// that time.
func ConfirmUnless(ctx workflow.Context, what ops.Text, moot func() bool) error {
	l := lifeOf(ctx)
	s, promoted := &l.staged, l.staged.promoted
	if s.asking++; s.asking == 1 {
		s.asked = workflow.Now(ctx)
	}
	l.bakes(true)
	l.turn(ctx, ops.Paused, ops.Textf("%s; promote or cancel", "%s;请推进或取消", what))
	err := l.await(ctx, func() bool { return s.promoted > promoted || moot() })
	s.asking--
	l.bakes(false)
	if s.asking > 0 {
		return err
	}
	l.held += workflow.Now(ctx).Sub(s.asked)
	if err == nil {
		l.turn(ctx, ops.Running, ops.Text{})
	}
	return err
}

func (l *life) bakes(on bool) { l.staged.baking = on || l.staged.asking > 0 }
