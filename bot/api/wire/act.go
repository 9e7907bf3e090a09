package wire

import "orderly.example/ops"

// ActBody is what comes with an act.
type ActBody struct {
	Note     string `json:"note,omitempty" doc:"It stays in the record"`
	PlanHash string `json:"plan_hash,omitempty" doc:"approve and reject: the hash of the plan that the person saw, whole or its first 8 letters or more"`
	Key      string `json:"key,omitempty" doc:"The same for every repeat of this act; the header Idempotency-Key wins"`
}

// UndoBody is what comes with an undo.
type UndoBody struct {
	Reason  string `json:"reason,omitempty"`
	DryRun  bool   `json:"dry_run,omitempty" doc:"Only plan the way back"`
	Channel string `json:"channel,omitempty" doc:"The console room that follows the change"`
}

// RoomMessage is one message of a room in its latest form.
type RoomMessage struct {
	ID     string     `json:"id" doc:"The change that the message is about"`
	Status ops.Status `json:"status"`
}

// End is the last word of a stream of events.
type End struct {
	ID    string    `json:"id"`
	State ops.State `json:"state"`
}
