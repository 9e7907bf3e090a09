package change

import (
	"slices"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
)

// maxNote bounds what a person may write with an act, in bytes.
const maxNote = 4000

// listen registers what a change can be asked and told while it lives.
func (l *life) listen(ctx workflow.Context) error {
	if err := workflow.SetQueryHandler(ctx, QueryStatus, func() (ops.Status, error) { return l.status, nil }); err != nil {
		return err
	}
	l.listenForLocks(ctx)
	return workflow.SetUpdateHandlerWithOptions(ctx, UpdateAct, l.act, workflow.UpdateHandlerOptions{Validator: l.taken})
}

// listenForLocks counts the signals of locks that were granted.
func (l *life) listenForLocks(ctx workflow.Context) {
	workflow.Go(ctx, func(ctx workflow.Context) {
		granted := workflow.GetSignalChannel(ctx, activities.SignalLock)
		for granted.Receive(ctx, nil) {
			l.locks++
		}
	})
}

// Over is the type of the error that an act gets which comes when all is said and only the last message is on its way.
const Over = "over"

// taken refuses only what is no act at all, and what comes after the end; everything else is answered by act and recorded.
func (l *life) taken(_ workflow.Context, a ops.Act) error {
	if !l.status.ClosedAt.IsZero() {
		return temporal.NewApplicationError("the change is over", Over)
	}
	if a.Kind == ops.ActReview || !slices.Contains(ops.ActKinds(), a.Kind) || a.By.ID == "" || len(a.Note) > maxNote {
		return ops.Errorf(ops.Invalid, "not an act: kind, person or note is wrong", "操作无效:类型、人员或备注有误")
	}
	return nil
}

// act answers a person. Accepted or not, it goes into the record.
func (l *life) act(ctx workflow.Context, a ops.Act) (ops.Reply, error) {
	var err error
	switch a.Kind {
	case ops.ActApprove, ops.ActReject:
		err = l.vote(ctx, a)
	case ops.ActCancel:
		err = l.cancel(ctx, a)
	case ops.ActPause, ops.ActResume, ops.ActPromote:
		err = l.steer(ctx, a)
	default:
		err = l.retry(ctx, a)
	}
	if err != nil {
		l.eventAt(ctx, ops.EventRefused, a.By.ID, ops.Textf("%s by %s on %s was refused: %s", "%[2]s 在 %[3]s 的 %[1]s 被拒绝:%[4]s",
			a.Kind, name(a.By), a.Surface, ops.TextOf(err)))
		return ops.Reply{Text: ops.TextOf(err), Code: ops.CodeOf(err)}, nil
	}
	return ops.Reply{Accepted: true, Text: accepted(a)}, nil
}

func accepted(a ops.Act) ops.Text {
	switch a.Kind {
	case ops.ActApprove:
		return ops.Textf("your approval of plan %s counts", "您对预案 %s 的审批已生效", short(a.PlanHash))
	case ops.ActReject:
		return ops.Textf("rejected", "已驳回")
	case ops.ActCancel:
		return ops.Textf("it stops; what was done is taken back", "正在停止,已完成的步骤将被撤销")
	case ops.ActPause:
		return ops.Textf("it stops before the next wave; resume lets it go on", "将在下一批之前暂停;可用 resume 继续")
	case ops.ActResume, ops.ActPromote:
		return ops.Textf("it goes on", "继续执行")
	default:
		return ops.Textf("the failed step is tried again", "正在重试失败的步骤")
	}
}

// vote counts an approval or a rejection, if this person may give it to this plan now.
func (l *life) vote(ctx workflow.Context, a ops.Act) error {
	if err := l.mayVote(a); err != nil {
		return err
	}
	l.status.Approvals = slices.DeleteFunc(l.status.Approvals, func(v ops.Approval) bool { return v.By.ID == a.By.ID })
	v := ops.Approval{By: a.By, Surface: a.Surface, Approve: a.Kind == ops.ActApprove, Note: a.Note, PlanHash: a.PlanHash, At: workflow.Now(ctx)}
	l.status.Approvals = append(l.status.Approvals, v)
	text := ops.Textf("%s approves plan %s on %s: %s", "%s 在 %[3]s 批准预案 %[2]s:%[4]s", name(a.By), short(a.PlanHash), a.Surface, orDash(a.Note))
	if !v.Approve {
		text = ops.Textf("%s rejects plan %s on %s: %s", "%s 在 %[3]s 驳回预案 %[2]s:%[4]s", name(a.By), short(a.PlanHash), a.Surface, orDash(a.Note))
	}
	l.eventAt(ctx, ops.EventApproval, a.By.ID, text)
	return nil
}

func (l *life) mayVote(a ops.Act) error {
	if l.status.State != ops.WaitingApproval {
		return ops.Errorf(ops.Conflict, "too late: the change is %s", "已晚:该变更状态为 %s", l.status.State.Text())
	}
	if a.PlanHash != l.status.Plan.Hash {
		return ops.Errorf(ops.Conflict, "the plan has changed since you saw it; look at plan %s and answer again",
			"预案在您查看后已变化,请查看预案 %s 后重新审批", short(l.status.Plan.Hash))
	}
	need := l.status.Decision.Need
	switch {
	case a.By.ID == l.status.Request.By.ID && a.Kind == ops.ActApprove:
		return ops.Errorf(ops.Denied, "nobody approves their own request; it needs %s", "不能审批自己的申请;需要 %s", need.Text())
	case a.By.ID == l.status.Request.By.ID:
		return ops.Errorf(ops.Denied, "it is your own request: cancel it instead", "这是您自己的申请,请使用取消")
	case len(need.Via) > 0 && !slices.Contains(need.Via, a.Surface):
		return ops.Errorf(ops.Denied, "this may not be approved on %s; use %s", "不能在 %s 审批,请使用 %s", a.Surface, need.Via)
	case !need.Accepts(a.By):
		return ops.Errorf(ops.Denied, "you are not one of those who may approve it: %s", "您不在审批人之列:%s", need.Text())
	}
	return nil
}

// cancel ends the change. The requester may always; others when the policy allows them the operation "cancel".
func (l *life) cancel(ctx workflow.Context, a ops.Act) error {
	if l.undoing {
		return ops.Errorf(ops.Conflict, "too late: the change is %s", "已晚:该变更状态为 %s", l.status.State.Text())
	}
	if err := l.allowed(ctx, a); err != nil {
		return err
	}
	if l.cancelled == nil {
		l.cancelled = &a
		l.eventAt(ctx, ops.EventAct, a.By.ID, ops.Textf("cancelled by %s on %s: %s", "%s 在 %s 取消:%s", name(a.By), a.Surface, orDash(a.Note)))
	}
	return nil
}

// retry has the failed step of a held change tried again.
func (l *life) retry(ctx workflow.Context, a ops.Act) error {
	if l.status.State != ops.Held {
		return ops.Errorf(ops.Conflict, "nothing waits to be tried again: the change is %s", "没有等待重试的步骤:该变更状态为 %s", l.status.State.Text())
	}
	if err := l.allowed(ctx, a); err != nil {
		return err
	}
	l.retried++
	l.forward(ctx, a)
	l.eventAt(ctx, ops.EventAct, a.By.ID, ops.Textf("%s has the failed step tried again: %s", "%s 要求重试失败的步骤:%s", name(a.By), orDash(a.Note)))
	return nil
}

// allowed asks the policy whether a person who did not ask for the change may do the act.
func (l *life) allowed(ctx workflow.Context, a ops.Act) error {
	if a.By.ID == l.status.Request.By.ID {
		return nil
	}
	op := ops.Operation{Name: string(a.Kind), Group: l.def.Group, Risk: ops.Low}
	facts := ops.Facts{Operation: op, Targets: l.targets(), Plan: &ops.Plan{}, Request: ops.Request{
		Operation: op.Name, By: a.By, Reason: a.Note, From: ops.Origin{Surface: a.Surface}, Params: map[string]string{"id": l.status.ID},
	}}
	d, err := activities.Decide.Do(ctx, activities.Policy, facts)
	if err != nil {
		return err
	}
	if d.Allow && d.Need != nil { // nobody can be asked to approve an act: what needs approval is not allowed
		return ops.Errorf(ops.Denied, "%s on another person's change needs approval by the policy; ask one of %s to do it", "对他人变更执行 %s 需要审批,请联系 %s 执行", a.Kind, d.Need.Text())
	}
	if !d.Allow {
		return ops.Errorf(ops.Denied, "%s", "%s", d.Why)
	}
	return nil
}
