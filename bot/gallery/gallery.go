package gallery

import (
	"time"

	"orderly.example/ops"
)

// ID is the change that most of the statuses are of.
const ID = "scale-abcdefghijkl"

var (
	// Noon is when it was asked for.
	Noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.FixedZone("CST", 8*3600))

	ann  = ops.User{ID: "ann", Name: "Ann Lee", Lang: ops.English, Groups: []string{"shop", "dev"}, LinkedBy: "file"}
	chen = ops.User{ID: "chen", Name: "陈", Lang: ops.Chinese, Groups: []string{"sre"}, LinkedBy: "file"}
)

func request(operation string, params map[string]string) ops.Request {
	return ops.Request{Operation: operation, Params: params, By: ann, From: ops.Origin{Surface: "slack", Channel: "C1"}, Key: "k1"}
}

// In is a change in a state, with the plan and the policy's answer that it has there.
func In(state ops.State) ops.Status {
	s := ops.Status{
		ID: ID, Operation: "scale", State: state, Risk: ops.Medium, Demo: true, CreatedAt: Noon, UpdatedAt: Noon,
		Request: request("scale", map[string]string{"target": "shop.cart.api@idc1/c1:prod", "replicas": "6"}),
	}
	s.Request.Reason = "大促 sale"
	if state == ops.Received {
		s.CanContinue = []ops.ActKind{ops.ActCancel}
		return s
	}
	s.Decision = &ops.Decision{Allow: true, Sure: true, Rule: "prod", Why: ops.Text{En: `rule "prod" allows it`, Zh: `规则 "prod" 允许`}, Need: &ops.Need{Count: 1, From: []string{"group:shop", "group:sre"}, Or: []ops.Need{{Count: 2, From: []string{"group:dev"}}}}}
	s.Plan = &ops.Plan{
		Summary: ops.Text{En: "3 -> 6 instances", Zh: "实例数 3 -> 6"}, Hash: "3fa9c1d2e4b5a6978877665544332211",
		Diffs: []ops.Diff{{Object: "shop.cart.api@idc1/c1:prod", Field: "replicas", From: "3", To: "6"}, {Object: "shop.cart.api@idc1/c1:prod", Field: "note", To: "x"}},
		Blast: ops.Blast{Text: ops.Text{En: "1 target, +3 instances", Zh: "1 个目标,实例数 +3"}},
		Notes: []ops.Text{{En: "an autoscaler owns it", Zh: "由自动扩缩容管理"}}, Undo: ops.Text{En: "scale to 3", Zh: "缩回 3"},
	}
	return s
}

func approved(s ops.Status) ops.Status {
	s.Approvals = []ops.Approval{
		{By: chen, Surface: "lark", Approve: true, Note: "看过了", At: Noon.Add(time.Minute)},
		{By: ops.User{ID: "eve"}, Surface: "slack", At: Noon.Add(2 * time.Minute)},
	}
	return s
}

func stepped(s ops.Status) ops.Status {
	s = approved(s)
	s.Steps = []ops.Step{{ID: "1", Name: "kubernetes.scale", Object: "idc1/shop/Deployment/cart-api", State: ops.StepDone, Started: Noon, Ended: Noon.Add(12 * time.Second)}}
	return s
}

func closed(s ops.Status) ops.Status {
	s.ClosedAt = Noon.Add(150 * time.Second)
	return s
}

// Statuses are changes in every state, by name.
func Statuses() map[string]ops.Status {
	out := map[string]ops.Status{"received": In(ops.Received), "planned": In(ops.Planned)}
	s := closed(In(ops.Planned))
	s.Request.DryRun = true
	out["dry-run"] = s

	s = approved(In(ops.WaitingApproval))
	s.Waiting, s.CanContinue = s.Decision.Need.Text(), []ops.ActKind{ops.ActApprove, ops.ActReject, ops.ActCancel}
	out["waiting-approval"] = s

	s = In(ops.WaitingWindow)
	s.Waiting = ops.Text{En: "freeze is on", Zh: "封网中"}
	s.Decision.Freeze = &ops.FreezeHit{Name: "weekend", Why: ops.Text{En: "quiet weekends", Zh: "周末不变更"}, Until: Noon.Add(time.Hour)}
	out["waiting-window"] = s
	s = In(ops.WaitingLock)
	s.Waiting = ops.Text{En: "restart-zzzzzzzzzzzz holds it", Zh: "被 restart-zzzzzzzzzzzz 占用"}
	out["waiting-lock"] = s

	s = stepped(In(ops.Running))
	s.Steps = append(s.Steps, ops.Step{ID: "2", Name: "kubernetes.rollout", Object: "idc1/shop/Deployment/cart-api", State: ops.StepRunning, Started: Noon})
	s.Progress = []ops.Progress{{Object: "cart-api", Done: 3, Total: 6}, {Object: "cart-web", Done: 0, Total: 2, Text: ops.Text{En: "pulling", Zh: "拉取镜像"}, Attempt: 2}}
	s.CanContinue = []ops.ActKind{ops.ActCancel}
	out["running"] = s
	out["verifying"] = stepped(In(ops.Verifying))

	s = stepped(In(ops.Held))
	failed := ops.Step{ID: "2", Name: "kubernetes.rollout", Object: "idc1/shop/Deployment/cart-api", State: ops.StepFailed, Started: Noon, Ended: Noon.Add(time.Minute), Error: ops.Errorf(ops.Unsafe, "image not found", "镜像不存在")}
	s.Steps, s.Error, s.CanContinue = append(s.Steps, failed), failed.Error, []ops.ActKind{ops.ActRetry, ops.ActCancel}
	out["held"] = s
	paused := stepped(In(ops.Paused))
	paused.Waiting, paused.CanContinue = ops.Text{En: "wave idc2 waits: gate smoke wants a person to say promote", Zh: "idc2 批次等待:门禁 smoke 需人工推进"}, []ops.ActKind{ops.ActPromote, ops.ActCancel}
	out["paused"] = paused
	s.State, s.CanContinue = ops.Undoing, nil
	s.Steps = append(s.Steps, ops.Step{ID: "3", Name: "kubernetes.scale", Object: "idc1/shop/Deployment/cart-api", State: ops.StepRunning, Undo: true, Started: Noon})
	out["undoing"] = s
	out["failed"], out["rolled-back"] = closed(s), closed(s)
	for name, state := range map[string]ops.State{"failed": ops.Failed, "rolled-back": ops.RolledBack} {
		s := out[name]
		s.State = state
		out[name] = s
	}

	s = closed(stepped(In(ops.Succeeded)))
	s.Undoable = true
	out["succeeded"] = s
	decision := *s.Decision
	s.Decision = &decision
	s.Decision.Freeze = &ops.FreezeHit{Name: "sale", Why: ops.Text{En: "the sale", Zh: "大促"}, Until: Noon.Add(time.Hour), Broken: true}
	s.ReviewOwed, s.Request.BreakGlass = true, "checkout is down"
	out["broken-glass"] = s
	out["cancelled"], out["expired"] = closed(In(ops.Cancelled)), closed(In(ops.Expired))

	s = closed(In(ops.Refused))
	s.Plan, s.Decision = nil, &ops.Decision{Sure: true, Why: ops.Text{En: "contractors do not operate", Zh: "外包人员不能操作"}}
	s.Error = ops.Errorf(ops.Denied, "contractors do not operate", "外包人员不能操作")
	out["denied"] = s
	out["answer"] = answered()
	return out
}

func answered() ops.Status {
	s := closed(ops.Status{ID: "schedule-list-abcdefghijkl", Operation: "schedule.list", State: ops.Succeeded, Risk: ops.Read, CreatedAt: Noon, Request: request("schedule.list", nil)})
	s.Answer = &ops.Answer{
		Text: ops.Text{En: "2 schedules", Zh: "2 个定时任务"}, Columns: []ops.Text{{En: "id", Zh: "编号"}, {En: "what", Zh: "内容"}, {En: "state", Zh: "状态"}},
		Rows: [][]string{{"schedule-a", "扩容 6", "on"}, {"b", "restart", "暂停 \x1b[2Jx"}, {"a row", "that is short"}},
	}
	return s
}
