package ops

// ActKind is what a person does to a change that exists.
type ActKind string

// The acts.
const (
	ActApprove ActKind = "approve"
	ActReject  ActKind = "reject"
	ActCancel  ActKind = "cancel"
	ActRetry   ActKind = "retry"  // run the failed step of a held change again
	ActReview  ActKind = "review" // look at a change that broke a freeze, afterwards
)

// Text names the act for people.
func (k ActKind) Text() Text {
	switch k {
	case ActApprove:
		return Text{En: "approve", Zh: "批准"}
	case ActReject:
		return Text{En: "reject", Zh: "驳回"}
	case ActCancel:
		return Text{En: "cancel", Zh: "取消"}
	case ActRetry:
		return Text{En: "retry", Zh: "重试"}
	case ActReview:
		return Text{En: "review", Zh: "复核"}
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
