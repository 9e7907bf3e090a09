package ops

// ActKind is what a person does to a change that exists.
type ActKind string

// The acts.
const (
	ActApprove ActKind = "approve"
	ActReject  ActKind = "reject"
	ActCancel  ActKind = "cancel"
	ActRetry   ActKind = "retry"   // run the failed step of a held change again
	ActPause   ActKind = "pause"   // stop before the next wave, and keep what is done
	ActResume  ActKind = "resume"  // go on after a pause
	ActPromote ActKind = "promote" // go on to the next wave without waiting longer
	ActReview  ActKind = "review"  // look at a change that broke a freeze, afterwards
)

// actTexts names the acts for people.
var actTexts = []struct {
	Kind ActKind
	Text Text
}{
	{ActApprove, Text{"approve", "批准"}},
	{ActReject, Text{"reject", "驳回"}},
	{ActCancel, Text{"cancel", "取消"}},
	{ActRetry, Text{"retry", "重试"}},
	{ActPause, Text{"pause", "暂停"}},
	{ActResume, Text{"resume", "继续"}},
	{ActPromote, Text{"promote", "推进"}},
	{ActReview, Text{"review", "复核"}},
}

// ActKinds lists all acts.
func ActKinds() []ActKind {
	out := make([]ActKind, len(actTexts))
	for i, a := range actTexts {
		out[i] = a.Kind
	}
	return out
}

// Text names the act for people.
func (k ActKind) Text() Text {
	for _, a := range actTexts {
		if a.Kind == k {
			return a.Text
		}
	}
	return Plain(string(k))
}

// Act is something a person does to a change: it is answered, and it is recorded whether it was accepted or not.
type Act struct {
	Kind     ActKind `json:"kind"`
	By       User    `json:"by"`
	Surface  string  `json:"surface"`
	Note     string  `json:"note,omitempty"`
	PlanHash string  `json:"plan_hash,omitempty"` // the plan that was shown to the person
	Key      string  `json:"key"`                 // the delivery key: a repeat of one delivery counts once
}

// Reply answers an Act.
type Reply struct {
	Accepted bool   `json:"accepted"`
	Text     Text   `json:"text"`
	Code     Code   `json:"code,omitempty"` // why it was refused
	Status   Status `json:"-"`
}
