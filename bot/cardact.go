package bot

import "orderly.example/ops"

// act is the action of a kind; an answer to a plan names the plan.
func (b cardBuilder) act(kind ops.ActKind) Action {
	s := b.status
	a := Action{Act: kind, Label: kind.Text(), Weight: WeightPlain}
	line := string(kind) + " " + s.ID
	if s.Plan != nil && (kind == ops.ActApprove || kind == ops.ActReject) {
		a.PlanHash = s.Plan.Hash
		name := "plan"
		if b.phrases.Shell {
			name = "plan-hash" // --plan is taken: it only plans
		}
		line += " " + b.phrases.value(name, hashOf(s.Plan))
	}
	a.Line = b.phrases.typed(line)
	switch kind {
	case ops.ActApprove:
		a.Weight, a.Confirm = WeightGo, say("Approve plan %s? It runs at once when nothing else is waited for.", "确定批准预案 %s 吗?若无其他等待将立即执行。", short8(s))
	case ops.ActReject:
		a.Weight, a.Why = WeightStop, true
	case ops.ActCancel:
		a.Weight, a.Confirm = WeightStop, say("Stop %s? What was done is taken back.", "确定停止 %s 吗?已完成的步骤将被撤销。", s.ID)
	case ops.ActRetry, ops.ActResume:
		a.Weight = WeightGo
	case ops.ActPromote:
		a.Weight, a.Confirm = WeightGo, say("Go on with the next wave now?", "确定立即进入下一批吗?")
	case ops.ActReview:
		a.Why = true
	}
	return a
}

func short8(s ops.Status) string {
	if s.Plan == nil {
		return "-"
	}
	return hashOf(s.Plan)
}
