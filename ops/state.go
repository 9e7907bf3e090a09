package ops

// State is where a change is in its life.
type State string

// The states of a change, from design section 1.
const (
	Received        State = "received"
	Planned         State = "planned" // also the end of a dry run
	WaitingApproval State = "waiting_approval"
	WaitingWindow   State = "waiting_window"
	WaitingLock     State = "waiting_lock"
	Running         State = "running"
	Held            State = "held"   // a step failed and a person decides
	Paused          State = "paused" // between two waves, and a person decides
	Verifying       State = "verifying"
	Undoing         State = "undoing"
	Succeeded       State = "succeeded"
	Failed          State = "failed"
	RolledBack      State = "rolled_back"
	Cancelled       State = "cancelled"
	Refused         State = "denied"
	Expired         State = "expired"
)

// stateTexts names the states for people and says which of them are the end.
var stateTexts = []struct {
	State State
	Text  Text
	End   bool
}{
	{Received, Text{"received", "已收到"}, false},
	{Planned, Text{"planned", "已生成预案"}, false},
	{WaitingApproval, Text{"waiting for approval", "等待审批"}, false},
	{WaitingWindow, Text{"waiting for its time", "等待时间窗口"}, false},
	{WaitingLock, Text{"waiting for the lock", "等待锁"}, false},
	{Running, Text{"running", "执行中"}, false},
	{Held, Text{"held: a step failed", "已暂停:有步骤失败"}, false},
	{Paused, Text{"paused", "已暂停"}, false},
	{Verifying, Text{"verifying", "验证中"}, false},
	{Undoing, Text{"taking it back", "撤销中"}, false},
	{Succeeded, Text{"succeeded", "成功"}, true},
	{Failed, Text{"failed", "失败"}, true},
	{RolledBack, Text{"failed and rolled back", "失败,已回退"}, true},
	{Cancelled, Text{"cancelled", "已取消"}, true},
	{Refused, Text{"denied", "已拒绝"}, true},
	{Expired, Text{"expired", "已过期"}, true},
}

// States lists all states in the order of a life.
func States() []State {
	out := make([]State, len(stateTexts))
	for i, s := range stateTexts {
		out[i] = s.State
	}
	return out
}

// Text names the state for people.
func (s State) Text() Text {
	for _, t := range stateTexts {
		if t.State == s {
			return t.Text
		}
	}
	return Plain(string(s))
}

// Ended says whether the change is over. A dry run ends as Planned, which Status.ClosedAt tells.
func (s State) Ended() bool {
	for _, t := range stateTexts {
		if t.State == s {
			return t.End
		}
	}
	return false
}
