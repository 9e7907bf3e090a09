package workflows

import (
	"context"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"

	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// List reads a page of changes, the newest first, from visibility alone.
func (c *Client) List(ctx context.Context, f ops.Filter) (ops.Page, error) {
	query, err := where(f)
	if err != nil {
		return ops.Page{}, err
	}
	token, err := base64.RawURLEncoding.DecodeString(f.PageToken)
	if err != nil {
		return ops.Page{}, ops.Errorf(ops.Invalid, "the page token is broken; start from the first page", "翻页标记无效,请从第一页开始").At("page_token")
	}
	limit := f.Limit
	if limit <= 0 {
		limit = ops.DefaultLimit
	}
	found, err := c.temporal.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
		Namespace: c.namespace, Query: query, PageSize: int32(min(limit, ops.MaxLimit)), NextPageToken: token,
	})
	if err != nil {
		return ops.Page{}, fromTemporal(err)
	}
	page := ops.Page{Changes: []ops.Summary{}, Next: base64.RawURLEncoding.EncodeToString(found.GetNextPageToken())}
	for _, e := range found.GetExecutions() {
		s, err := summary(e)
		if err != nil {
			return page, err
		}
		page.Changes = append(page.Changes, s)
	}
	return page, nil
}

var filterWord = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._@:/+-]{0,100}$`)

// where writes the filter as a visibility query. Every value is checked, so that none can end its quotes.
func where(f ops.Filter) (string, error) {
	parts := []string{fmt.Sprintf("WorkflowType = '%s'", change.WorkflowName)}
	requester := f.Requester
	if requester != "" {
		requester = change.PersonKey(requester)
	}
	for _, c := range []struct {
		key         interface{ GetName() string }
		field, want string
	}{
		{change.SearchOperation, "operation", f.Operation},
		{change.SearchServices, "service", f.Service},
		{change.SearchEnvs, "env", f.Env},
		{change.SearchIDCs, "idc", f.IDC},
		{change.SearchRequester, "requester", requester},
		{change.SearchState, "state", string(f.State)},
		{change.SearchText, "text", f.Text},
	} {
		if c.want == "" {
			continue
		}
		if !filterWord.MatchString(c.want) {
			return "", ops.Errorf(ops.Invalid, "%q cannot be searched for: give one whole word or name, without wildcards", "无法按 %q 搜索:请填写完整的词或名称,不能用通配符", c.want).At(c.field)
		}
		part := fmt.Sprintf("%s = '%s'", c.key.GetName(), c.want)
		if c.field == "service" {
			part = fmt.Sprintf("(%s OR %s = '%s')", part, c.key.GetName(), change.WholeProduct(c.want))
		}
		parts = append(parts, part)
	}
	if f.Open {
		parts = append(parts, "ExecutionStatus = 'Running'")
	}
	return strings.Join(parts, " AND "), nil
}

// summaryOf is the line that a change has in lists from its start on.
func summaryOf(op ops.Operation, r ops.Request) ops.Summary {
	targets := op.Targets(r.Params)
	return ops.Summary{
		Operation: r.Operation, Text: ops.Plain(ops.Line(op, r)), Requester: r.By.ID, Reason: r.Reason,
		Targets: ops.Targets(targets[:min(len(targets), 5)]).String(),
	}
}

func summary(e *workflowpb.WorkflowExecutionInfo) (ops.Summary, error) {
	var s ops.Summary
	if err := memo(e.GetMemo(), memoSummary, &s); err != nil {
		return s, err
	}
	s.ID = e.GetExecution().GetWorkflowId()
	s.CreatedAt = timeOf(e.GetStartTime(), e.GetStartTime() != nil)
	s.ClosedAt = timeOf(e.GetCloseTime(), e.GetCloseTime() != nil)
	s.State = ops.State(keyword(e, change.SearchState))
	return s, nil
}

func keyword(e *workflowpb.WorkflowExecutionInfo, key temporal.SearchAttributeKeyKeyword) string {
	var s string
	if p, ok := e.GetSearchAttributes().GetIndexedFields()[key.GetName()]; ok {
		_ = converter.GetDefaultDataConverter().FromPayload(p, &s)
	}
	return s
}
