package activities

import (
	"context"

	"orderly.example/ops"
)

// CanarySuffix is what the name of a canary ends with, and the name of what leads to it alone.
const CanarySuffix = "-canary"

// CanaryIn declares how many instances of another image run beside a workload: in the same traffic, or Aside.
type CanaryIn struct {
	Place     ops.Place `json:"place"` // of the workload that it stands beside
	Container string    `json:"container,omitempty"`
	Image     string    `json:"image"`
	Replicas  int       `json:"replicas"` // 0: no canary
	Owner     string    `json:"owner"`    // the change that it belongs to
	// Aside keeps it out of the traffic of the workload. What leads to the workload under a name leads to the canary alone
	// under that name and CanarySuffix, so that it can be tried, and so that a Steerer can give it a share of the traffic.
	Aside bool `json:"aside,omitempty"`
}

// Object names the place.
func (in CanaryIn) Object() string { return object(in.Place) }

// CanaryOut says where the canary is and what was done.
type CanaryOut struct {
	Place   ops.Place `json:"place"` // of the canary itself; its target is that of the workload
	Changed bool      `json:"changed"`
}

// Canarier runs a few instances of a new version. The call declares a wanted state, so a repeat changes nothing. Conflict
// when the canary that is there belongs to another change, or shall go while it has all traffic; Invalid when the runtime
// cannot do it for this workload.
type Canarier interface {
	Canary(ctx context.Context, in CanaryIn) (CanaryOut, error)
}

// SetCanary makes, changes or removes a canary.
var SetCanary = newStep("canary", write, Canarier.Canary)
