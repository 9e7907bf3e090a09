package workflows

import (
	"context"
	"errors"
	"regexp"
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// Client reaches the changes through Temporal.
type Client struct {
	temporal  client.Client
	catalogue change.Catalogue
	taskQueue string
	namespace string
	books     *books
}

// NewClient makes a Client that starts changes on the task queue.
func NewClient(c client.Client, catalogue change.Catalogue, namespace, taskQueue string) *Client {
	out := &Client{temporal: c, catalogue: catalogue, taskQueue: taskQueue, namespace: namespace}
	out.books = &books{send: out.lockRound, desk: map[string]*bookDesk{}}
	return out
}

// Keys of the memo of a change.
const (
	memoKey     = "key"
	memoSummary = "summary"
)

// Start starts exactly one change per surface and delivery key and returns its ID. A repeated delivery gets the ID of
// the change that the first one started.
func (c *Client) Start(ctx context.Context, r ops.Request) (string, error) {
	id := ops.ChangeID(r)
	return id, c.startAs(ctx, id, r)
}

func (c *Client) startAs(ctx context.Context, id string, r ops.Request) error {
	o := c.options(r)
	o.ID = id
	o.WorkflowIDConflictPolicy = enums.WORKFLOW_ID_CONFLICT_POLICY_FAIL
	o.WorkflowIDReusePolicy = enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE
	o.WorkflowExecutionErrorWhenAlreadyStarted = true
	o.EnableEagerStart = true
	_, err := c.temporal.ExecuteWorkflow(ctx, o, change.WorkflowName, r)
	var exists *serviceerror.WorkflowExecutionAlreadyStarted
	if errors.As(err, &exists) {
		return c.sameDelivery(ctx, id, r)
	}
	return fromTemporal(err)
}

// options are what every start of a change has, also one by a schedule.
func (c *Client) options(r ops.Request) client.StartWorkflowOptions {
	d, _ := c.catalogue.Find(r.Operation)
	return client.StartWorkflowOptions{
		TaskQueue:             c.taskQueue,
		TypedSearchAttributes: change.SearchAttributes(d.Operation, r),
		Memo:                  map[string]any{memoKey: deliveryKey(r), memoSummary: summaryOf(d.Operation, r)},
	}
}

func deliveryKey(r ops.Request) string { return r.From.Surface + "\x00" + r.Key }

// sameDelivery makes sure that the change with this ID belongs to this delivery and not to one whose hash is the same.
func (c *Client) sameDelivery(ctx context.Context, id string, r ops.Request) error {
	d, err := c.temporal.DescribeWorkflow(ctx, id, "")
	if err != nil {
		return fromTemporal(err)
	}
	var key string
	if err := memo(d.Memo, memoKey, &key); err != nil {
		return err
	}
	if key != deliveryKey(r) {
		return ops.Errorf(ops.Conflict, "change ID %s already belongs to another request; send it again", "变更编号 %s 已属于另一个申请,请重新发送", id)
	}
	return nil
}

var validID = regexp.MustCompile(`^[a-z0-9][A-Za-z0-9:._-]{3,190}$`)

func checkID(id string) error {
	if !validID.MatchString(id) {
		return ops.Errorf(ops.NotFound, "there is no change %q; see `ls`", "没有变更 %q,请用 `ls` 查看", id)
	}
	return nil
}

func noChange(id string) error {
	return ops.Errorf(ops.NotFound, "there is no change %q; see `ls`", "没有变更 %q,请用 `ls` 查看", id)
}

// fromTemporal says in the program's own words what Temporal's client said.
func fromTemporal(err error) error {
	if err == nil || ops.AsError(err) != nil {
		return err
	}
	var missing *serviceerror.NotFound
	var app *temporal.ApplicationError
	switch {
	case errors.As(err, &missing):
		return ops.Errorf(ops.NotFound, "there is no such change; see `ls`", "没有该变更,请用 `ls` 查看").Because(err)
	case errors.As(err, &app):
		return ops.Errorf(ops.Invalid, "%s", "%s", app.Message()).Because(err)
	}
	return ops.Errorf(ops.Unavailable, "the engine does not answer; nothing was lost, try again in a moment",
		"引擎暂无响应;没有数据丢失,请稍后重试").Because(err)
}

// insist repeats a call that Temporal did not answer, until it does or the context ends.
func insist(ctx context.Context, call func() error) error {
	for delay := 50 * time.Millisecond; ; delay = min(2*delay, 2*time.Second) {
		err := call()
		if !passing(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(delay):
		}
	}
}

// passing says whether an error is one that goes away by itself.
func passing(err error) bool {
	var unavailable *serviceerror.Unavailable
	var deadline *serviceerror.DeadlineExceeded
	var exhausted *serviceerror.ResourceExhausted
	var timeout *client.WorkflowUpdateServiceTimeoutOrCanceledError
	return errors.As(err, &unavailable) || errors.As(err, &deadline) || errors.As(err, &exhausted) || errors.As(err, &timeout)
}
