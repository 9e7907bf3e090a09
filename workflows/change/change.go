package change

import (
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Names under which the workflow and its handlers are known to clients.
const (
	WorkflowName = "Change"
	QueryStatus  = "status"
	UpdateAct    = "act"
)

// Change is the durable life of one request. It always completes with the Status; see doc.go.
func (c Catalogue) Change(ctx workflow.Context, r ops.Request) (ops.Status, error) {
	l := newLife(ctx, c, r)
	ctx = withLife(ctx, l)
	if err := l.listen(ctx); err != nil {
		return l.status, err
	}
	l.tell.start(ctx)
	err := l.live(ctx)
	l.close(ctx, err)
	return l.status, workflow.Await(disconnected(ctx), func() bool { return workflow.AllHandlersFinished(ctx) })
}

// live goes through the states until the change is done or an error ends it.
func (l *life) live(ctx workflow.Context) error {
	def, ok := l.catalogue.Find(l.status.Operation)
	if !ok {
		return ops.Errorf(ops.NotFound, "this version of the program has no operation %q; ask again with another", "当前版本没有操作 %q,请改用其他操作", l.status.Operation)
	}
	l.adopt(def)
	if err := l.decide(ctx, nil); err != nil {
		return err
	}
	if def.answer != nil {
		return l.read(ctx)
	}
	if err := l.plan(ctx); err != nil {
		return err
	}
	if l.status.Request.DryRun || l.status.Plan.Empty() {
		return nil
	}
	defer l.unlockAll(ctx, true)
	if err := l.ready(ctx); err != nil {
		return err
	}
	return l.perform(ctx)
}

// read answers a question.
func (l *life) read(ctx workflow.Context) error {
	if err := l.untilItsTime(ctx); err != nil {
		return err
	}
	if err := l.settle(ctx); err != nil {
		return err
	}
	a, err := l.def.answer(ctx, l.status.Request.Params)
	if err != nil {
		return err
	}
	l.status.Answer = &a
	return nil
}

// settle asks the policy again about a question whose answer depended on what its targets are, now with the targets that
// there are. Nothing is read on a maybe.
func (l *life) settle(ctx workflow.Context) error {
	if l.status.Decision.Sure {
		return nil
	}
	facts := l.facts(&ops.Plan{})
	if len(facts.Targets) > 0 {
		found, err := activities.Find.Do(ctx, activities.Inventory, activities.FindIn{Targets: facts.Targets, Many: true})
		if err != nil {
			return err
		}
		facts.Targets = nil
		for _, p := range found.Places {
			facts.Targets = append(facts.Targets, p.Target)
		}
	}
	if err := l.askPolicy(ctx, facts); err != nil || l.status.Decision.Sure {
		return err
	}
	return ops.Errorf(ops.Denied, "the policy has no sure answer about this; name the target in full, like shop.cart.api@idc1/c1:prod",
		"策略无法给出确定答案;请写明完整目标,例如 shop.cart.api@idc1/c1:prod")
}

// ready brings a planned change to the point where it may run: approved for exactly the plan that holds now, at its
// time, with its locks. When the plan has moved in between it starts over.
func (l *life) ready(ctx workflow.Context) error {
	for {
		if err := l.approve(ctx); err != nil {
			return err
		}
		if err := l.untilItsTime(ctx); err != nil {
			return err
		}
		if err := l.lockPlan(ctx); err != nil {
			return err
		}
		same, err := l.replan(ctx)
		if err != nil || same {
			return err
		}
		l.unlockAll(ctx, false)
	}
}

// plan makes the plan for the first time and asks the policy about it.
func (l *life) plan(ctx workflow.Context) error {
	p, err := l.def.plan(ctx, l.status.Request.Params)
	if err != nil {
		return err
	}
	l.status.Plan = &p
	l.turn(ctx, ops.Planned, ops.Text{})
	l.event(ops.EventPlan, "", ops.Textf("plan %s: %s", "预案 %s:%s", short(p.Hash), p.Summary))
	if p.Empty() {
		return nil
	}
	return l.decide(ctx, &p)
}

// replan makes the plan again now that the locks are held. It says whether the plan, and with it every approval, still
// holds; a policy that has changed its mind while something was waited for ends the change.
func (l *life) replan(ctx workflow.Context) (bool, error) {
	p, err := l.def.plan(ctx, l.status.Request.Params)
	if err != nil {
		return false, err
	}
	same := p.Hash == l.status.Plan.Hash
	if !same {
		l.event(ops.EventPlan, "", ops.Textf("the world has moved; new plan %s: %s", "现状已变化,新预案 %s:%s", short(p.Hash), p.Summary))
		l.voidApprovals()
		l.status.Plan = &p
		l.status.Request.Standing = nil
	}
	if same && !l.waited {
		return true, nil
	}
	l.waited = false
	if err := l.decide(ctx, &p); err != nil {
		return false, err
	}
	if p.Empty() {
		return true, nil
	}
	return same && l.approved() && passable(l.status.Decision.Freeze), nil
}

// decide asks the policy and ends the change when it says no.
func (l *life) decide(ctx workflow.Context, p *ops.Plan) error {
	if err := l.askPolicy(ctx, l.facts(p)); err != nil {
		return err
	}
	if p != nil {
		l.event(ops.EventDecision, "", decisionText(*l.status.Decision))
	}
	return nil
}

// facts are what the policy is asked about, without what it does not look at, so that history stays small.
func (l *life) facts(p *ops.Plan) ops.Facts {
	facts := ops.Facts{Operation: l.def.Operation, Request: l.status.Request, Plan: trimmed(p), Targets: l.targets()}
	if p != nil {
		facts.Changes = len(p.Diffs)
	}
	facts.Operation.Params = nil
	facts.Request.Standing = nil
	return facts
}

func (l *life) askPolicy(ctx workflow.Context, facts ops.Facts) error {
	d, err := activities.Decide.Do(ctx, activities.Policy, facts)
	if err != nil {
		return err
	}
	l.status.Decision = &d
	if !d.Allow {
		l.event(ops.EventDecision, "", ops.Textf("denied: %s", "拒绝:%s", d.Why))
		return ops.Errorf(ops.Denied, "%s", "%s", d.Why)
	}
	return nil
}

func decisionText(d ops.Decision) ops.Text {
	if d.Need == nil {
		return ops.Textf("allowed by rule %q without approval", "规则 %q 允许,无需审批", d.Rule)
	}
	return ops.Textf("rule %q wants approval: %s", "规则 %q 要求审批:%s", d.Rule, d.Need.Text())
}

// trimmed is the plan without its lists and its work.
func trimmed(p *ops.Plan) *ops.Plan {
	if p == nil {
		return nil
	}
	t := *p
	t.Work, t.Diffs, t.Notes, t.Targets = nil, nil, nil, nil
	return &t
}

// close says how it ended. It cannot fail.
func (l *life) close(ctx workflow.Context, err error) {
	ctx = disconnected(ctx)
	state := l.endState(err)
	if err != nil && !temporal.IsCanceledError(err) {
		e := ops.AsError(err)
		if e == nil {
			e = ops.Errorf(ops.Internal, "internal error; the operators find the cause in the log", "内部错误;原因请运维人员查看日志").Because(err)
			workflow.GetLogger(ctx).Error("change failed", "error", err)
		}
		l.status.Error = e
	}
	l.status.Undoable = l.def.Undoable && state == ops.Succeeded && !l.status.Plan.Empty()
	l.status.ClosedAt, l.status.CanContinue = workflow.Now(ctx), nil
	l.turn(ctx, state, ops.Text{})
	l.tell.finish(ctx)
}

func (l *life) endState(err error) ops.State {
	switch {
	case l.outcome != "":
		return l.outcome
	case err == nil && l.status.Request.DryRun && l.def.answer == nil:
		return ops.Planned
	case err == nil:
		return ops.Succeeded
	case temporal.IsCanceledError(err):
		return ops.Cancelled
	case ops.CodeOf(err) == ops.Denied || ops.CodeOf(err) == ops.Frozen:
		return ops.Refused
	}
	return ops.Failed
}

func disconnected(ctx workflow.Context) workflow.Context {
	d, _ := workflow.NewDisconnectedContext(ctx)
	return d
}

func short(hash string) string { return hash[:min(8, len(hash))] }
