package activities

import (
	"context"

	"orderly.example/ops"
)

// RecallIn names a change.
type RecallIn struct {
	ID string `json:"id"`
}

// Object names the change.
func (in RecallIn) Object() string { return in.ID }

// RecentIn asks for the newest changes of a target.
type RecentIn struct {
	Target ops.Target `json:"target"`
	Limit  int        `json:"limit"`
}

// Object names the target.
func (in RecentIn) Object() string { return in.Target.String() }

// Recorder reads the record.
type Recorder interface {
	Recall(ctx context.Context, in RecallIn) (ops.Status, error)
	Recent(ctx context.Context, in RecentIn) ([]ops.Summary, error)
}

// Recall reads one change.
var Recall = newStep("recall", read, Recorder.Recall)

// Recent lists the newest changes of a target, the newest first.
var Recent = newStep("recent", read, Recorder.Recent)
