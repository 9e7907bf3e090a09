package change

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/ops"
)

// untilItsTime waits, with durable timers, until the request's own time has come and no freeze holds it.
func (l *life) untilItsTime(ctx workflow.Context) error {
	if at := l.status.Request.At; workflow.Now(ctx).Before(at) {
		l.turn(ctx, ops.WaitingWindow, ops.Textf("until %s, as asked", "按申请等到 %s", at.Format(time.RFC3339)))
		if err := l.sleepUntil(ctx, at); err != nil {
			return err
		}
		if err := l.decide(ctx, l.status.Plan); err != nil {
			return err
		}
	}
	for {
		z := l.status.Decision.Freeze
		if z == nil || l.brokeGlass(z) {
			return nil
		}
		if z.Refuse {
			return ops.Errorf(ops.Frozen, "freeze %q is on until %s: %s; ask again then%s", "封网 %q 持续到 %s:%s;请届时再申请%s",
				z.Name, z.Until.Format(time.RFC3339), z.Why, glassHint(z))
		}
		l.turn(ctx, ops.WaitingWindow, ops.Textf("freeze %q is on until %s: %s%s", "封网 %q 持续到 %s:%s%s", z.Name, z.Until.Format(time.RFC3339), z.Why, glassHint(z)))
		if err := l.sleepUntil(ctx, z.Until); err != nil {
			return err
		}
		if err := l.decide(ctx, l.status.Plan); err != nil {
			return err
		}
	}
}

// brokeGlass says whether the change goes through a freeze, and records it once: a review is owed afterwards.
func (l *life) brokeGlass(z *ops.FreezeHit) bool {
	if !z.Broken {
		return false
	}
	if !l.status.ReviewOwed {
		l.status.ReviewOwed = true
		r := l.status.Request
		l.event(ops.EventAct, r.By.ID, ops.Textf("%s broke the glass of freeze %q: %s; a review is owed", "%s 紧急突破封网 %q:%s;事后须复核",
			name(r.By), z.Name, r.BreakGlass))
	}
	return true
}

func glassHint(z *ops.FreezeHit) ops.Text {
	if len(z.Glass) == 0 {
		return ops.Text{}
	}
	return ops.Textf("; in an emergency %s may use --break-glass \"reason\"", ";紧急情况下 %s 可使用 --break-glass \"原因\"", z.Glass)
}

func (l *life) sleepUntil(ctx workflow.Context, at time.Time) error {
	l.waited = true
	if _, err := workflow.AwaitWithTimeout(ctx, at.Sub(workflow.Now(ctx)), func() bool { return l.cancelled != nil }); err != nil {
		return err
	}
	return l.stopped()
}

// passable says whether no freeze is in the way.
func passable(z *ops.FreezeHit) bool { return z == nil || z.Broken }
