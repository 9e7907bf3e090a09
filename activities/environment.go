package activities

import (
	"context"

	"orderly.example/ops"
)

// CopyIn declares a copy of a workload in another namespace of the same cluster, with what it cannot do without.
type CopyIn struct {
	From      ops.Place `json:"from"`
	To        ops.Place `json:"to"`
	Container string    `json:"container"`
	Image     string    `json:"image"` // of that container
	Replicas  int       `json:"replicas"`
	Owner     string    `json:"owner"`             // a group
	Account   string    `json:"account,omitempty"` // the service account of the copy
	Change    string    `json:"change"`            // that makes the copy
	DryRun    bool      `json:"dry_run,omitempty"`
}

// Object names the copy.
func (in CopyIn) Object() string { return object(in.To) }

// Copier copies workloads. The call declares a wanted state, so a repeat changes nothing. Conflict when something of that
// name belongs to somebody else; Unsafe when the workload needs what must not be copied, such as secrets and volumes;
// Invalid when a workload of its kind cannot be copied.
type Copier interface {
	Copy(ctx context.Context, in CopyIn) (Done, error)
}

// Copy copies a workload.
var Copy = newStep("copy", write, Copier.Copy)

// TryCopy has the provider check a Copy without doing it. The namespace need not be there yet.
var TryCopy = newStep("copy.try", read, func(c Copier, ctx context.Context, in CopyIn) (Done, error) {
	in.DryRun = true
	return c.Copy(ctx, in)
})
