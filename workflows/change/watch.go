package change

import (
	"strconv"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
)

// holdExpiry is how long a held change waits for a person before it takes everything back.
const holdExpiry = 4 * time.Hour

// Watch keeps the record of every step that changes or waits for something. On a failure of a change that asked for it
// (Request.Hold) it waits for a person, who may have the step tried again.
func (l *life) Watch(ctx workflow.Context, call activities.Call, do func(workflow.Context) error) error {
	if call.Reads {
		return do(ctx)
	}
	i := l.began(ctx, call.Name, call.Object)
	for {
		err := do(ctx)
		l.ended(ctx, i, err)
		if err == nil || temporal.IsCanceledError(err) || l.undoing || !l.status.Request.Hold {
			return err
		}
		if !l.hold(ctx, err) {
			if l.cancelled != nil {
				return l.stopped()
			}
			return err
		}
		l.status.Steps[i].State, l.status.Steps[i].Error = ops.StepRunning, nil
	}
}

// began puts a step into the record and says at which place.
func (l *life) began(ctx workflow.Context, name, object string) int {
	l.steps++
	l.status.Steps = append(l.status.Steps, ops.Step{
		ID: strconv.Itoa(l.steps), Name: name, Object: object, State: ops.StepRunning, Undo: l.undoing, Started: workflow.Now(ctx),
	})
	l.tell.ctx, l.tell.dirty = ctx, true
	return len(l.status.Steps) - 1
}

func (l *life) ended(ctx workflow.Context, i int, err error) {
	s := &l.status.Steps[i]
	s.Ended, s.State = workflow.Now(ctx), ops.StepDone
	text := ops.Textf("%s %s done", "%s %s 完成", s.Name, s.Object)
	if err != nil {
		s.State = ops.StepFailed
		s.Error = &ops.Error{Code: ops.CodeOf(err), Text: reason(err)}
		text = ops.Textf("%s %s failed: %s", "%s %s 失败:%s", s.Name, s.Object, s.Error.Text)
	}
	l.eventAt(ctx, ops.EventStep, "", text)
}

// hold waits for a person after a failed step and says whether to try it again.
func (l *life) hold(ctx workflow.Context, cause error) bool {
	before, asked := l.status.State, l.retried
	l.turn(ctx, ops.Held, ops.Textf("%s; retry or cancel", "%s;请重试或取消", ops.TextOf(cause)))
	since := workflow.Now(ctx)
	again, err := workflow.AwaitWithTimeout(ctx, holdExpiry, func() bool { return l.retried > asked || l.cancelled != nil })
	l.held += workflow.Now(ctx).Sub(since)
	if err != nil || !again || l.cancelled != nil {
		return false
	}
	l.turn(ctx, before, ops.Text{})
	return true
}
