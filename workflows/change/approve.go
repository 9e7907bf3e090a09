package change

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/ops"
)

// defaultApprovalExpiry is how long a change waits for its approvals when the policy says nothing else.
const defaultApprovalExpiry = 24 * time.Hour

// approve waits until enough people have agreed to the present plan. Time never agrees for anybody: when it runs out
// the change is over.
func (l *life) approve(ctx workflow.Context) error {
	need := l.status.Decision.Need
	if l.approved() {
		l.noteStanding()
		return nil
	}
	l.turn(ctx, ops.WaitingApproval, need.Text())
	expiry := need.Expiry
	if expiry == 0 {
		expiry = defaultApprovalExpiry
	}
	l.waited = true
	answered, err := workflow.AwaitWithTimeout(ctx, expiry, func() bool {
		_, rejected := need.Rejected(l.status.Approvals)
		return l.cancelled != nil || rejected || l.approved()
	})
	if err != nil {
		return err
	}
	if !answered {
		l.outcome = ops.Expired
		return ops.Errorf(ops.Conflict, "nobody who may answered within %s; ask again when they are there",
			"%s 内无人审批,请在审批人在岗时重新申请", expiry)
	}
	if v, rejected := need.Rejected(l.status.Approvals); rejected {
		return ops.Errorf(ops.Denied, "rejected by %s: %s", "被 %s 驳回:%s", name(v.By), orDash(v.Note))
	}
	return l.stopped()
}

// approved says whether the present plan has all the answers that it needs.
func (l *life) approved() bool {
	need := l.status.Decision.Need
	return need == nil || need.Met(l.status.Approvals) || need.Met(l.status.Request.Standing)
}

// noteStanding records that a scheduled run goes ahead on the approvals which its schedule was made with.
func (l *life) noteStanding() {
	if l.status.Decision.Need == nil || len(l.status.Approvals) > 0 {
		return
	}
	for _, a := range l.status.Request.Standing {
		l.event(ops.EventApproval, a.By.ID, ops.Textf("approved when schedule %s was made, at %s", "在创建定时任务 %s 时(%s)已审批",
			l.status.Request.Schedule, a.At.Format(time.RFC3339)))
	}
}

// voidApprovals takes back every answer, because it was given to another plan.
func (l *life) voidApprovals() {
	for _, a := range l.status.Approvals {
		l.event(ops.EventApproval, a.By.ID, ops.Textf("the approval of %s is void: it was given to plan %s",
			"%s 的审批失效:其针对的是预案 %s", name(a.By), short(a.PlanHash)))
	}
	l.status.Approvals = nil
}

func name(u ops.User) string {
	if u.Name != "" {
		return u.Name
	}
	return u.ID
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
