package workflows

import (
	"context"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"orderly.example/ops"
	"orderly.example/workflows/links"
)

// Link gives an account to a person. An account that belongs to somebody else already stays theirs: Conflict.
func (c *Client) Link(ctx context.Context, l ops.AccountLink) error {
	h, err := c.temporal.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
		UpdateOptions: client.UpdateWorkflowOptions{UpdateName: links.UpdateLink, Args: []any{l}, WaitForStage: client.WorkflowUpdateStageCompleted},
		StartWorkflowOperation: c.temporal.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
			ID: links.ID, TaskQueue: c.taskQueue, WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		}, links.WorkflowName, []ops.AccountLink(nil)),
	})
	var counts ops.AccountLink
	if err == nil {
		err = h.Get(ctx, &counts)
	}
	if err != nil {
		return fromTemporal(err)
	}
	if counts.Person != l.Person {
		return ops.Errorf(ops.Conflict, "the %s account %s belongs to %s already; an operator can give it to you in the people file", "%s 账号 %s 已属于 %s;运维可在人员文件中更改", l.Surface, l.Account, counts.Person)
	}
	return nil
}

// Links are all accounts that people have linked.
func (c *Client) Links(ctx context.Context) ([]ops.AccountLink, error) {
	v, err := c.temporal.QueryWorkflow(ctx, links.ID, "", links.QueryLinks)
	if over(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fromTemporal(err)
	}
	var out []ops.AccountLink
	return out, v.Get(&out)
}
