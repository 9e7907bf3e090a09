package activities

import (
	"context"

	"orderly.example/ops"
)

// SteerIn declares how the traffic of a workload is divided between it and the canary that stands aside of it. With
// neither Percent nor Header it is as it was before.
type SteerIn struct {
	Place   ops.Place `json:"place"`             // of the workload
	Host    string    `json:"host"`              // what the traffic is sent to, as the provider knows it; ignored by who knows it from the place
	Header  string    `json:"header,omitempty"`  // name=value: requests with it go to the canary, whatever Percent says
	Percent int       `json:"percent,omitempty"` // of the traffic, to the canary: 0 to 100
	Owner   string    `json:"owner"`             // the change that it belongs to
	DryRun  bool      `json:"dry_run,omitempty"`
}

// Object names the place.
func (in SteerIn) Object() string { return object(in.Place) }

// Ends says whether everything shall be as it was before.
func (in SteerIn) Ends() bool { return in.Percent == 0 && in.Header == "" }

// SteerOut says what was done.
type SteerOut struct {
	Changed bool `json:"changed"` // false: it was so already
}

// Steerer divides traffic. The call declares a wanted state, so a repeat changes nothing. It keeps what was there, and
// brings exactly that back in the end; where nothing of the owner is, the end changes nothing. Conflict when another change
// divides the traffic, or somebody else has changed it meanwhile, which is then left as it is; Invalid when the provider
// cannot divide it so; Unsafe when the canary could not take it. With DryRun it looks and writes nothing, and the canary
// need not be there.
type Steerer interface {
	Steer(ctx context.Context, in SteerIn) (SteerOut, error)
}

// Steer divides the traffic of a workload.
var Steer = newStep("steer", write, Steerer.Steer)

// TrySteer has the provider look whether it can Steer.
var TrySteer = newStep("steer.try", read, func(s Steerer, ctx context.Context, in SteerIn) (SteerOut, error) {
	in.DryRun = true
	return s.Steer(ctx, in)
})
