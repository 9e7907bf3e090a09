package workflows

import (
	"context"
	"fmt"
	"slices"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enums "go.temporal.io/api/enums/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"

	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// Status reads everything about one change: of one that is over from its result, of one that lives by asking it, with
// the fine progress of its running steps merged in.
func (c *Client) Status(ctx context.Context, id string) (ops.Status, error) {
	if err := checkID(id); err != nil {
		return ops.Status{}, err
	}
	d, err := c.temporal.DescribeWorkflowExecution(ctx, id, "")
	if err != nil {
		return ops.Status{}, fromTemporal(err)
	}
	info := d.GetWorkflowExecutionInfo()
	if info.GetType().GetName() != change.WorkflowName {
		return ops.Status{}, noChange(id)
	}
	switch info.GetStatus() {
	case enums.WORKFLOW_EXECUTION_STATUS_RUNNING:
		return c.living(ctx, id, d)
	case enums.WORKFLOW_EXECUTION_STATUS_COMPLETED:
		return c.ended(ctx, id)
	}
	return c.broken(info)
}

func (c *Client) living(ctx context.Context, id string, d *workflowservice.DescribeWorkflowExecutionResponse) (ops.Status, error) {
	var s ops.Status
	value, err := c.temporal.QueryWorkflow(ctx, id, "", change.QueryStatus)
	if err != nil {
		return s, fromTemporal(err)
	}
	if err := value.Get(&s); err != nil {
		return s, fmt.Errorf("decode status of %s: %w", id, err)
	}
	for _, a := range d.GetPendingActivities() {
		if change.Tells(a.GetActivityType().GetName()) {
			continue // it is about the change and no part of it
		}
		s.Progress = append(s.Progress, progress(a)...)
	}
	s.Progress = append(s.Progress, c.partsProgress(ctx, d)...)
	slices.SortFunc(s.Progress, func(a, b ops.Progress) int { return slices.Compare([]string{a.Object}, []string{b.Object}) })
	return s, nil
}

// maxPartsRead bounds how many parts of a change are asked for their progress each time somebody looks.
const maxPartsRead = 8

// partsProgress is the progress of the steps that run in parts of the change. One that does not answer has none to show.
func (c *Client) partsProgress(ctx context.Context, d *workflowservice.DescribeWorkflowExecutionResponse) []ops.Progress {
	var out []ops.Progress
	read := 0
	for _, child := range d.GetPendingChildren() {
		if !change.IsPart(child.GetWorkflowTypeName()) || read == maxPartsRead {
			continue
		}
		read++
		part, err := c.temporal.DescribeWorkflowExecution(ctx, child.GetWorkflowId(), "")
		if err != nil {
			continue
		}
		for _, a := range part.GetPendingActivities() {
			out = append(out, progress(a)...)
		}
	}
	return out
}

// progress reads what a running activity last reported, and if it fails again and again, why.
func progress(a *workflowpb.PendingActivityInfo) []ops.Progress {
	var out []ops.Progress
	if p := a.GetHeartbeatDetails(); p != nil {
		_ = converter.GetDefaultDataConverter().FromPayloads(p, &out)
	}
	if f := a.GetLastFailure(); f != nil && a.GetAttempt() > 1 {
		out = append(out, ops.Progress{
			Object: a.GetActivityType().GetName(), Attempt: int(a.GetAttempt()),
			Text: ops.Textf("try %d; the last one failed: %s", "第 %d 次尝试;上次失败:%s", a.GetAttempt(), f.GetMessage()),
		})
	}
	return out
}

func (c *Client) ended(ctx context.Context, id string) (ops.Status, error) {
	var s ops.Status
	if err := c.temporal.GetWorkflow(ctx, id, "").Get(ctx, &s); err != nil {
		return s, fromTemporal(err)
	}
	after, err := c.afterwords(ctx, id)
	if err != nil {
		return s, err
	}
	for _, e := range after {
		e.Seq = len(s.Events) + 1
		s.Events = append(s.Events, e)
		if e.Kind == ops.EventAct {
			s.ReviewOwed = false
		}
	}
	return s, nil
}

func (c *Client) afterwords(ctx context.Context, id string) ([]ops.Event, error) {
	found, err := c.temporal.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
		Query: fmt.Sprintf("WorkflowType = '%s' AND WorkflowId STARTS_WITH '%s'", change.AfterwordName, change.AfterwordPrefix(id)),
	})
	if err != nil {
		return nil, fromTemporal(err)
	}
	var out []ops.Event
	for _, e := range found.GetExecutions() {
		var event ops.Event
		run := c.temporal.GetWorkflow(ctx, e.GetExecution().GetWorkflowId(), e.GetExecution().GetRunId())
		if err := run.Get(ctx, &event); err != nil {
			return nil, fromTemporal(err)
		}
		out = append(out, event)
	}
	slices.SortFunc(out, func(a, b ops.Event) int { return a.At.Compare(b.At) })
	return out, nil
}

// broken describes a change that Temporal ended, not the program: terminated or timed out. What is left of it is what
// visibility knows.
func (c *Client) broken(info *workflowpb.WorkflowExecutionInfo) (ops.Status, error) {
	sum, err := summary(info)
	if err != nil {
		return ops.Status{}, err
	}
	return ops.Status{
		ID: sum.ID, Operation: sum.Operation, State: ops.Failed, CreatedAt: sum.CreatedAt, ClosedAt: sum.ClosedAt, UpdatedAt: sum.ClosedAt,
		Error: ops.Errorf(ops.Internal, "the engine ended it (%s) without undo; look at what it was doing in the engine's own history",
			"引擎直接终止了该变更(%s),未执行撤销;请在引擎历史中查看", info.GetStatus()),
	}, nil
}

func memo(m *commonpb.Memo, key string, into any) error {
	p, ok := m.GetFields()[key]
	if !ok {
		return ops.Errorf(ops.Internal, "the change has no memo %q; it was not started by this program", "变更缺少备忘 %q,并非由本程序启动", key)
	}
	return converter.GetDefaultDataConverter().FromPayload(p, into)
}

func timeOf(t interface{ AsTime() time.Time }, ok bool) time.Time {
	if !ok {
		return time.Time{}
	}
	return t.AsTime()
}
