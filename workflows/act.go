package workflows

import (
	"context"
	"errors"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// Act hands an act to a change and returns its answer. When the answer is lost the same update is sent again under the
// same ID, so the act counts once.
func (c *Client) Act(ctx context.Context, id string, a ops.Act) (ops.Reply, error) {
	if err := checkID(id); err != nil {
		return ops.Reply{}, err
	}
	if a.Kind == ops.ActReview {
		return c.after(ctx, id, a)
	}
	var reply ops.Reply
	err := insist(ctx, func() error {
		h, err := c.temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
			WorkflowID: id, UpdateName: change.UpdateAct, UpdateID: updateID(a), Args: []any{a},
			WaitForStage: client.WorkflowUpdateStageCompleted,
		})
		if err != nil {
			return err
		}
		return h.Get(ctx, &reply)
	})
	if over(err) {
		return c.after(ctx, id, a)
	}
	return reply, fromTemporal(err)
}

func updateID(a ops.Act) string { return ops.ShortHash(string(a.Kind), a.By.ID, a.Surface, a.Key) }

// over says whether an update failed because the change has ended, or never was.
func over(err error) bool {
	var missing *serviceerror.NotFound
	var failed *serviceerror.WorkflowNotReady
	var app *temporal.ApplicationError
	return errors.As(err, &missing) || errors.As(err, &failed) || errors.As(err, &app) && app.Type() == change.Over
}

// after answers an act on a change that has ended: it is too late, except for the review that is owed, and for a retry,
// which asks for the same again. What was said goes into the record as an afterword.
func (c *Client) after(ctx context.Context, id string, a ops.Act) (ops.Reply, error) {
	s, err := c.Status(ctx, id)
	if err != nil {
		return ops.Reply{}, err
	}
	if s.ClosedAt.IsZero() {
		return ops.Reply{}, ops.Errorf(ops.Conflict, "the change is still %s; review it when it has ended", "变更仍在进行(%s),请结束后再复核", s.State.Text())
	}
	if a.Kind == ops.ActRetry && again(s.State) {
		return c.again(ctx, s, a)
	}
	refused := refusal(s, a)
	if err := c.afterword(ctx, id, a, refused); err != nil {
		return ops.Reply{}, err
	}
	if !refused.IsZero() {
		return ops.Reply{Text: refused, Code: ops.Conflict}, nil
	}
	return ops.Reply{Accepted: true, Text: ops.Textf("the review is recorded", "复核已记录")}, nil
}

func again(s ops.State) bool {
	return s == ops.Failed || s == ops.RolledBack || s == ops.Cancelled || s == ops.Expired
}

// again starts the same request once more, asked for by the person who retries.
func (c *Client) again(ctx context.Context, s ops.Status, a ops.Act) (ops.Reply, error) {
	r := s.Request
	r.By, r.Key, r.Standing, r.From.Ref = a.By, "retry "+s.ID+" "+updateID(a), nil, ""
	id, err := c.Start(ctx, r)
	if err != nil {
		return ops.Reply{}, err
	}
	return ops.Reply{Accepted: true, Text: ops.Textf("asked for again as %s", "已重新申请:%s", id)}, nil
}

func refusal(s ops.Status, a ops.Act) ops.Text {
	switch {
	case a.Kind == ops.ActReview && s.ReviewOwed && a.By.ID == s.Request.By.ID:
		return ops.Textf("nobody reviews their own change; ask somebody else", "不能复核自己的变更,请找其他人")
	case a.Kind == ops.ActReview && s.ReviewOwed:
		return ops.Text{}
	case a.Kind == ops.ActReview:
		return ops.Textf("no review is owed for it", "该变更无需复核")
	case a.Kind == ops.ActCancel && s.Undoable:
		return ops.Textf("too late: the change is %s; take it back with undo %s", "已晚:该变更状态为 %s;可用 undo %s 撤销", s.State.Text(), s.ID)
	}
	return ops.Textf("too late: the change is %s", "已晚:该变更状态为 %s", s.State.Text())
}

// afterword records one line about a change that is over; the same act twice is one line.
func (c *Client) afterword(ctx context.Context, id string, a ops.Act, refused ops.Text) error {
	_, err := c.temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: change.AfterwordPrefix(id) + updateID(a), TaskQueue: c.taskQueue,
		WorkflowIDReusePolicy: enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
	}, change.AfterwordName, a, refused)
	return fromTemporal(err)
}
