package apitest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"orderly.example/bot"
	"orderly.example/ops"
)

var _ bot.Starter = (*Ledger)(nil)

// Ledger is a bot.Starter in memory. Every change begins as its Script says and is moved on by Update.
type Ledger struct {
	// Script fills the first status of a change; nil: Plan and wait for approval.
	Script func(*ops.Status)
	// Told hears of every turn of a change whose request came from a room; nil: nobody does.
	Told func(ops.Notice)

	mu       sync.Mutex
	now      time.Time
	order    []string
	changes  map[string]*ops.Status
	requests []ops.Request
	acts     []ops.Act
	reads    map[string]int
	down     error
}

// NewLedger makes an empty ledger whose clock begins at now and moves by a second per turn.
func NewLedger(now time.Time) *Ledger {
	return &Ledger{now: now, changes: map[string]*ops.Status{}, reads: map[string]int{}}
}

// Start makes one change per surface and key.
func (l *Ledger) Start(_ context.Context, r ops.Request) (string, error) {
	l.mu.Lock()
	if l.down != nil {
		defer l.mu.Unlock()
		return "", l.down
	}
	l.requests = append(l.requests, r)
	id := ops.ChangeID(r)
	if _, ok := l.changes[id]; ok {
		l.mu.Unlock()
		return id, nil
	}
	st := &ops.Status{ID: id, Operation: r.Operation, Request: r, State: ops.Received, Risk: ops.Medium, CreatedAt: l.now, UpdatedAt: l.now}
	l.changes[id] = st
	l.order = append(l.order, id)
	l.mu.Unlock()
	script := l.Script
	if script == nil {
		script = WaitForApproval
	}
	l.Update(id, script)
	return id, nil
}

// Update moves a change on and writes an event when its state is another one then.
func (l *Ledger) Update(id string, move func(*ops.Status)) {
	l.mu.Lock()
	st := l.changes[id]
	l.now = l.now.Add(time.Second)
	was := st.State
	move(st)
	if st.State != was {
		st.Events = append(st.Events, ops.Event{Seq: len(st.Events) + 1, At: l.now, Kind: ops.EventState, Text: st.State.Text()})
	}
	st.UpdatedAt = l.now
	if st.State.Ended() && st.ClosedAt.IsZero() {
		st.ClosedAt, st.CanContinue = l.now, nil
	}
	told, notice := l.Told, ops.Notice{Change: id, From: st.Request.From}
	l.mu.Unlock()
	if told != nil && notice.From.Channel != "" {
		told(notice)
	}
}

// Act records the act and, when it fits, does it.
func (l *Ledger) Act(_ context.Context, id string, a ops.Act) (ops.Reply, error) {
	l.mu.Lock()
	if l.down != nil {
		defer l.mu.Unlock()
		return ops.Reply{}, l.down
	}
	st, ok := l.changes[id]
	if !ok {
		l.mu.Unlock()
		return ops.Reply{}, missing(id)
	}
	l.acts = append(l.acts, a)
	repeat := slices.ContainsFunc(l.acts[:len(l.acts)-1], func(b ops.Act) bool { return a.Key == b.Key && a.Kind == b.Kind })
	requester, hash, allowed := st.Request.By.ID, "", slices.Contains(st.CanContinue, a.Kind)
	if st.Plan != nil {
		hash = st.Plan.Hash
	}
	state := st.State
	l.mu.Unlock()
	switch {
	case repeat:
		return ops.Reply{Accepted: true, Text: ops.Textf("recorded", "已记录")}, nil
	case !allowed:
		return ops.Reply{Text: ops.Textf("too late: the change is %s", "已晚:该变更状态为 %s", state.Text()), Code: ops.Conflict}, nil
	case a.Kind == ops.ActApprove && a.By.ID == requester:
		return ops.Reply{Text: ops.Textf("nobody approves their own change", "不能审批自己的变更"), Code: ops.Denied}, nil
	case a.Kind == ops.ActApprove && a.PlanHash != hash:
		return ops.Reply{Text: ops.Textf("the plan has changed", "预案已变化"), Code: ops.Conflict}, nil
	}
	l.Update(id, func(st *ops.Status) { l.do(st, a) })
	return ops.Reply{Accepted: true, Text: ops.Textf("recorded", "已记录")}, nil
}

func (l *Ledger) do(st *ops.Status, a ops.Act) {
	switch a.Kind {
	case ops.ActApprove:
		st.Approvals = append(st.Approvals, ops.Approval{By: a.By, Surface: a.Surface, Approve: true, Note: a.Note, PlanHash: a.PlanHash, At: l.now})
		st.State, st.CanContinue = ops.Running, []ops.ActKind{ops.ActCancel}
	case ops.ActReject:
		st.State = ops.Refused
	case ops.ActCancel:
		st.State = ops.Cancelled
	case ops.ActRetry:
		st.State = ops.Running
	case ops.ActReview:
		st.ReviewOwed = false
	}
}

// Status reads one change.
func (l *Ledger) Status(_ context.Context, id string) (ops.Status, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reads[id]++
	if l.down != nil {
		return ops.Status{}, l.down
	}
	st, ok := l.changes[id]
	if !ok {
		return ops.Status{}, missing(id)
	}
	return clone(*st), nil
}

// List reads a page; the page token is a number.
func (l *Ledger) List(_ context.Context, f ops.Filter) (ops.Page, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down != nil {
		return ops.Page{}, l.down
	}
	from := 0
	if f.PageToken != "" {
		if _, err := fmt.Sscan(f.PageToken, &from); err != nil {
			return ops.Page{}, ops.Errorf(ops.Invalid, "the page token is broken", "翻页标记无效").At("page_token").Because(err)
		}
	}
	var page ops.Page
	n := 0
	for _, id := range slices.Backward(l.order) {
		st := l.changes[id]
		if !matches(f, st) {
			continue
		}
		if n++; n <= from {
			continue
		}
		if len(page.Changes) == f.Limit {
			page.Next = fmt.Sprint(n - 1)
			break
		}
		page.Changes = append(page.Changes, ops.Summary{
			ID: id, Operation: st.Operation, State: st.State, Text: ops.Plain(line(st.Request)), Requester: st.Request.By.ID,
			Reason: st.Request.Reason, CreatedAt: st.CreatedAt, ClosedAt: st.ClosedAt,
		})
	}
	return page, nil
}

func matches(f ops.Filter, st *ops.Status) bool {
	return (f.Operation == "" || f.Operation == st.Operation) && (f.Requester == "" || f.Requester == st.Request.By.ID) &&
		(f.State == "" || f.State == st.State) && (!f.Open || st.ClosedAt.IsZero()) &&
		(f.Text == "" || strings.Contains(line(st.Request), f.Text)) && (f.Service == "" || strings.Contains(st.Request.Params["target"], f.Service))
}

// Break makes every call fail until it is called with nil.
func (l *Ledger) Break(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = err
}

// Requests are the requests that arrived, repeats included.
func (l *Ledger) Requests() []ops.Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.requests)
}

// Acts are the acts that arrived, repeats included.
func (l *Ledger) Acts() []ops.Act {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.acts)
}

// Reads is how often a change was looked at.
func (l *Ledger) Reads(id string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.reads[id]
}

// Count is how many changes there are.
func (l *Ledger) Count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.order)
}

func clone(st ops.Status) ops.Status {
	st.Events, st.Approvals = slices.Clone(st.Events), slices.Clone(st.Approvals)
	st.Steps, st.Progress = slices.Clone(st.Steps), slices.Clone(st.Progress)
	return st
}

func missing(id string) error {
	return ops.Errorf(ops.NotFound, "there is no change %q; see `ls`", "没有变更 %q,请用 `ls` 查看", id)
}

// line says a request with all its parameters; the ledger does not know which operations there are.
func line(r ops.Request) string {
	for _, op := range Operations {
		if op.Name == r.Operation {
			return ops.Line(op, r)
		}
	}
	return r.Operation
}
