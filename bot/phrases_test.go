package bot

import (
	"strings"
	"testing"
	"time"

	"orderly.example/ops"
)

// status is a change in a state, with everything that it can have there.
func status(state ops.State) ops.Status {
	s := ops.Status{
		ID: id, Operation: "scale", State: state, Risk: ops.Medium, Demo: true, CreatedAt: noon, UpdatedAt: noon,
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
		{By: chen, Surface: "lark", Approve: true, Note: "看过了", At: noon.Add(time.Minute)},
		{By: ops.User{ID: "eve"}, Surface: "slack", At: noon.Add(2 * time.Minute)},
	}
	return s
}

func stepped(s ops.Status) ops.Status {
	s = approved(s)
	s.Steps = []ops.Step{{ID: "1", Name: "kubernetes.scale", Object: "idc1/shop/Deployment/cart-api", State: ops.StepDone, Started: noon, Ended: noon.Add(12 * time.Second)}}
	return s
}

func closed(s ops.Status) ops.Status {
	s.ClosedAt = noon.Add(150 * time.Second)
	return s
}

// examples are statuses of every state, by the name of their golden.
func examples() map[string]ops.Status {
	out := map[string]ops.Status{"received": status(ops.Received), "planned": status(ops.Planned)}
	s := closed(status(ops.Planned))
	s.Request.DryRun = true
	out["dry-run"] = s

	s = approved(status(ops.WaitingApproval))
	s.Waiting, s.CanContinue = s.Decision.Need.Text(), []ops.ActKind{ops.ActApprove, ops.ActReject, ops.ActCancel}
	out["waiting-approval"] = s

	s = status(ops.WaitingWindow)
	s.Waiting = ops.Text{En: "freeze is on", Zh: "封网中"}
	s.Decision.Freeze = &ops.FreezeHit{Name: "weekend", Why: ops.Text{En: "quiet weekends", Zh: "周末不变更"}, Until: noon.Add(time.Hour)}
	out["waiting-window"] = s
	s = status(ops.WaitingLock)
	s.Waiting = ops.Text{En: "restart-zzzzzzzzzzzz holds it", Zh: "被 restart-zzzzzzzzzzzz 占用"}
	out["waiting-lock"] = s

	s = stepped(status(ops.Running))
	s.Steps = append(s.Steps, ops.Step{ID: "2", Name: "kubernetes.rollout", Object: "idc1/shop/Deployment/cart-api", State: ops.StepRunning, Started: noon})
	s.Progress = []ops.Progress{{Object: "cart-api", Done: 3, Total: 6}, {Object: "cart-web", Done: 0, Total: 2, Text: ops.Text{En: "pulling", Zh: "拉取镜像"}, Attempt: 2}}
	s.CanContinue = []ops.ActKind{ops.ActCancel}
	out["running"] = s
	out["verifying"] = stepped(status(ops.Verifying))

	s = stepped(status(ops.Held))
	failed := ops.Step{ID: "2", Name: "kubernetes.rollout", Object: "idc1/shop/Deployment/cart-api", State: ops.StepFailed, Started: noon, Ended: noon.Add(time.Minute), Error: ops.Errorf(ops.Unsafe, "image not found", "镜像不存在")}
	s.Steps, s.Error, s.CanContinue = append(s.Steps, failed), failed.Error, []ops.ActKind{ops.ActRetry, ops.ActCancel}
	out["held"] = s
	s.State, s.CanContinue = ops.Undoing, nil
	s.Steps = append(s.Steps, ops.Step{ID: "3", Name: "kubernetes.scale", Object: "idc1/shop/Deployment/cart-api", State: ops.StepRunning, Undo: true, Started: noon})
	out["undoing"] = s
	out["failed"], out["rolled-back"] = closed(s), closed(s)
	for name, state := range map[string]ops.State{"failed": ops.Failed, "rolled-back": ops.RolledBack} {
		s := out[name]
		s.State = state
		out[name] = s
	}

	s = closed(stepped(status(ops.Succeeded)))
	s.Undoable = true
	out["succeeded"] = s
	decision := *s.Decision
	s.Decision = &decision
	s.Decision.Freeze = &ops.FreezeHit{Name: "sale", Why: ops.Text{En: "the sale", Zh: "大促"}, Until: noon.Add(time.Hour), Broken: true}
	s.ReviewOwed, s.Request.BreakGlass = true, "checkout is down"
	out["broken-glass"] = s
	out["cancelled"], out["expired"] = closed(status(ops.Cancelled)), closed(status(ops.Expired))

	s = closed(status(ops.Refused))
	s.Plan, s.Decision = nil, &ops.Decision{Sure: true, Why: ops.Text{En: "contractors do not operate", Zh: "外包人员不能操作"}}
	s.Error = ops.Errorf(ops.Denied, "contractors do not operate", "外包人员不能操作")
	out["denied"] = s
	out["answer"] = answered()
	return out
}

func answered() ops.Status {
	s := closed(ops.Status{ID: "schedule-list-abcdefghijkl", Operation: "schedule.list", State: ops.Succeeded, Risk: ops.Read, CreatedAt: noon, Request: request("schedule.list", nil)})
	s.Answer = &ops.Answer{
		Text: ops.Text{En: "2 schedules", Zh: "2 个定时任务"}, Columns: []ops.Text{{En: "id", Zh: "编号"}, {En: "what", Zh: "内容"}, {En: "state", Zh: "状态"}},
		Rows: [][]string{{"schedule-a", "扩容 6", "on"}, {"b", "restart", "暂停 \x1b[2Jx"}, {"a row", "that is short"}},
	}
	return s
}

func TestMessages(t *testing.T) {
	p := Phrases{Operations: operations, Location: shanghai}
	seen := map[ops.State]bool{}
	for name, s := range examples() {
		golden(t, "message-"+name, p.Text(s))
		seen[s.State] = true
		for _, lang := range []string{"en", "zh"} {
			if strings.ContainsAny(p.Message(s, lang), "\x1b\x07\u202e") {
				t.Errorf("%s: control characters", name)
			}
		}
	}
	for _, s := range ops.States() {
		if !seen[s] {
			t.Errorf("no golden for %s", s)
		}
	}
}

func TestMessagesHideSecrets(t *testing.T) {
	s := status(ops.Received)
	s.Operation, s.Request = "note", request("note", map[string]string{"title": "x", "token": "env:TOKEN"})
	if m := (Phrases{Operations: operations}).Message(s, "en"); strings.Contains(m, "env:TOKEN") || !strings.Contains(m, "token=***") {
		t.Error(m)
	}
	if m := (Phrases{}).Message(s, "en"); strings.Contains(m, "env:TOKEN") || !strings.Contains(m, "  note\n") {
		t.Errorf("of an unknown operation nothing is shown: %s", m)
	}
}

func TestLongMessagesAreCut(t *testing.T) {
	s := status(ops.Planned)
	for range 30 {
		s.Plan.Diffs = append(s.Plan.Diffs, s.Plan.Diffs[0])
	}
	s.Answer = &ops.Answer{Text: ops.Plain("x"), Columns: []ops.Text{ops.Plain("c")}}
	for range maxRows + 5 {
		s.Answer.Rows = append(s.Answer.Rows, []string{strings.Repeat("中", 100)})
	}
	m := Phrases{Operations: operations}.Message(s, "en")
	for _, want := range []string{"… and 12 more", "… and 5 more rows", strings.Repeat("中", 39) + "…\n"} {
		if !strings.Contains(m, want) {
			t.Errorf("no %q in\n%s", want, m)
		}
	}
}

func TestTablesAlign(t *testing.T) {
	got := table([]ops.Text{{En: "名", Zh: "名"}, ops.Plain("n")}, [][]string{{"ab", "1"}, {"中文", "22"}, {"e\u0301", "3"}}, "en")
	if want := "  名    n\n  ab    1\n  中文  22\n  e\u0301     3"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
