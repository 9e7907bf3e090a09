package change

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"orderly.example/ops"
)

// defaultRunExpiry is how long a run may take when neither policy nor operation say otherwise.
const defaultRunExpiry = time.Hour

// compensation takes one step back.
type compensation struct {
	text ops.Text
	do   func(workflow.Context) error
}

// Undoing registers what takes the next step back. Call it before the step, and make do conditional: it must change
// nothing when the step never happened.
func Undoing(ctx workflow.Context, text ops.Text, do func(workflow.Context) error) {
	l := lifeOf(ctx)
	l.undo = append(l.undo, compensation{text, do})
}

// Note adds a line to the record of the running change.
func Note(ctx workflow.Context, text ops.Text) { lifeOf(ctx).eventAt(ctx, ops.EventNote, "", text) }

// ID is the ID of the running change.
func ID(ctx workflow.Context) string { return lifeOf(ctx).status.ID }

func (l *life) runExpiry() time.Duration {
	switch {
	case l.status.Decision.RunExpiry > 0:
		return l.status.Decision.RunExpiry
	case l.def.Timeout > 0:
		return l.def.Timeout
	}
	return defaultRunExpiry
}

// perform runs and verifies, and takes everything back when that does not work out.
func (l *life) perform(ctx workflow.Context) error {
	if l.status.Plan.Empty() {
		return nil
	}
	l.turn(ctx, ops.Running, ops.Text{})
	runCtx, cancel := workflow.WithCancel(ctx)
	over, expired := false, false
	workflow.Go(runCtx, func(ctx workflow.Context) {
		expired = l.outlives(ctx, func() bool { return over || l.cancelled != nil })
		if !over {
			cancel()
		}
	})
	err := l.runAndVerify(runCtx)
	over = true
	cancel()
	if err == nil {
		return l.finishLate()
	}
	if expired {
		l.outcome = ops.Expired
		err = ops.Errorf(ops.Unavailable, "it did not finish within %s and was stopped; look at the step that was running, then ask again",
			"未在 %s 内完成,已停止;请查看当时正在执行的步骤后重新申请", l.runExpiry())
	}
	return l.takeBack(ctx, err)
}

// outlives says whether the run takes longer than it may before it is over. Time in which it was held, paused or frozen
// does not count.
func (l *life) outlives(ctx workflow.Context, over func() bool) bool {
	started, held := workflow.Now(ctx), l.held
	for {
		left := l.runExpiry() + l.held - held - workflow.Now(ctx).Sub(started)
		if left <= 0 {
			return true
		}
		if met, err := workflow.AwaitWithTimeout(ctx, left, over); met || err != nil {
			return false
		}
		if err := workflow.Await(ctx, func() bool { return over() || !l.resting() }); err != nil || over() {
			return false
		}
	}
}

// finishLate is the end of a run that finished although somebody had just cancelled it: done is done, and is taken back
// with undo.
func (l *life) finishLate() error {
	if l.cancelled != nil {
		l.event(ops.EventNote, "", ops.Textf("it had finished before the cancel arrived; use undo to take it back", "取消到达前已执行完成;如需回退请使用撤销"))
	}
	return nil
}

func (l *life) runAndVerify(ctx workflow.Context) error {
	if err := l.def.run(ctx, l.status.Plan.Work); err != nil {
		return err
	}
	if l.def.verify == nil {
		return nil
	}
	l.turn(ctx, ops.Verifying, ops.Text{})
	return l.def.verify(ctx, l.status.Plan.Work)
}

// takeBack runs the compensations in reverse, each recorded, in a context that no cancel reaches.
func (l *life) takeBack(ctx workflow.Context, cause error) error {
	if len(l.undo) == 0 {
		return cause
	}
	ctx = disconnected(ctx)
	l.undoing = true
	l.event(ops.EventUndo, "", ops.Textf("taking back what was done, because: %s", "开始撤销,原因:%s", reason(cause)))
	l.turn(ctx, ops.Undoing, ops.Text{})
	clean := true
	for i := len(l.undo) - 1; i >= 0; i-- {
		c := l.undo[i]
		if err := c.do(ctx); err != nil {
			clean = false
			l.eventAt(ctx, ops.EventUndo, "", ops.Textf("not taken back: %s: %s", "未能撤销:%s:%s", c.text, ops.TextOf(err)))
			continue
		}
		l.eventAt(ctx, ops.EventUndo, "", ops.Textf("taken back: %s", "已撤销:%s", c.text))
	}
	switch {
	case !clean:
		l.outcome = ops.Failed
		return ops.Errorf(ops.Unsafe, "%s; not everything could be taken back: read the events and put the rest right by hand",
			"%s;且未能全部撤销,请查看事件并手工处理剩余部分", reason(cause))
	case l.outcome == "" && l.cancelled == nil && !temporal.IsCanceledError(cause):
		l.outcome = ops.RolledBack
	}
	return cause
}

func reason(err error) ops.Text {
	if temporal.IsCanceledError(err) {
		return ops.Textf("it was cancelled", "已被取消")
	}
	return ops.TextOf(err)
}

// Line says a request of any operation in short; see ops.Line.
func Line(ctx workflow.Context, r ops.Request) string {
	def, _ := lifeOf(ctx).catalogue.Find(r.Operation)
	return ops.Line(def.Operation, r)
}

// Asker is the person who asked for the running change.
func Asker(ctx workflow.Context) ops.User { return lifeOf(ctx).status.Request.By }
