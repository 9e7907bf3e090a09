package apitest

import (
	"strings"

	"orderly.example/ops"
)

// PlanHash is the hash of every plan of a Ledger.
var PlanHash = strings.Repeat("3fa9c1d2", 8)

// WaitForApproval is the script of a change that somebody of group:sre must approve.
func WaitForApproval(st *ops.Status) {
	plan(st)
	st.State = ops.WaitingApproval
	st.Waiting = ops.Textf("1 of group:sre", "group:sre 中 1 人")
	st.Decision = &ops.Decision{Allow: true, Sure: true, Rule: "prod", Why: ops.Textf("rule %q allows it", "规则 %q 允许", "prod"), Need: &ops.Need{Count: 1, From: []string{"group:sre"}}}
	st.CanContinue = []ops.ActKind{ops.ActApprove, ops.ActReject, ops.ActCancel}
}

// RunAtOnce is the script of a change that needs nobody.
func RunAtOnce(st *ops.Status) {
	plan(st)
	st.State = ops.Running
	st.CanContinue = []ops.ActKind{ops.ActCancel}
}

// Succeed is the script of a change that is over at once, and the end of one that runs.
func Succeed(st *ops.Status) {
	plan(st)
	st.State, st.Waiting, st.Progress, st.Undoable = ops.Succeeded, ops.Text{}, nil, true
	for i := range st.Steps {
		st.Steps[i].State = ops.StepDone
	}
}

// Fail is the script of a change that fails.
func Fail(st *ops.Status) {
	plan(st)
	st.State, st.Progress = ops.Failed, nil
	st.Error = ops.Errorf(ops.Unsafe, "2 of 6 pods never became ready; look at their events: kubectl -n shop get events", "6 个实例中有 2 个未就绪;请查看事件:kubectl -n shop get events")
}

// Ready is a turn of a change that runs: so many of its six instances are ready.
func Ready(n int) func(*ops.Status) {
	return func(st *ops.Status) {
		st.Progress = []ops.Progress{{Object: "idc1/shop/Deployment/cart-api", Done: n, Total: 6}}
	}
}

func plan(st *ops.Status) {
	if st.Plan != nil {
		return
	}
	st.Plan = &ops.Plan{
		Summary: ops.Textf("%s", "%s", line(st.Request)), Hash: PlanHash,
		Diffs: []ops.Diff{{Object: "idc1/shop/Deployment/cart-api", Field: "replicas", From: "4", To: "6"}},
		Blast: ops.Blast{Text: ops.Textf("1 target, 2 instances more", "1 个目标,增加 2 个实例"), Targets: 1, Instances: 2, Delta: 2},
		Undo:  ops.Textf("scale back to 4", "缩回 4 个实例"),
	}
	if st.Request.DryRun {
		st.State, st.ClosedAt = ops.Planned, st.CreatedAt
	}
}
