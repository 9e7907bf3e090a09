package activities

import (
	"context"
	"time"

	"orderly.example/ops"
)

// DeployIn declares which image a workload's container has.
type DeployIn struct {
	Place     ops.Place `json:"place"`
	Container string    `json:"container,omitempty"` // empty: the only one
	Image     string    `json:"image"`
	From      string    `json:"from"`             // the image when the plan was made
	Change    string    `json:"change,omitempty"` // on whose behalf
	Why       string    `json:"why,omitempty"`    // the change in a line, for a provider that keeps a record of its own
	DryRun    bool      `json:"dry_run,omitempty"`

	Shows      string            `json:"shows,omitempty"`      // the image that the runtime shows, for who deploys from outside
	Parameters map[string]string `json:"parameters,omitempty"` // what such a one is told, filled in
}

// Object names the place.
func (in DeployIn) Object() string { return object(in.Place) }

// DeployOut says what was done.
type DeployOut struct {
	Changed bool `json:"changed"` // false: it was so already
}

// Deployer changes the version that a workload runs. The call declares a wanted state, so a repeat changes nothing.
// Conflict when the image is neither From nor Image: somebody else has changed it. With DryRun the other side checks and
// nothing is kept.
type Deployer interface {
	Deploy(ctx context.Context, in DeployIn) (DeployOut, error)
}

// Deploy sets the image of a workload.
var Deploy = newStep("deploy", write, Deployer.Deploy)

// TryDeploy has the provider check a Deploy without doing it.
var TryDeploy = newStep("deploy.try", read, func(d Deployer, ctx context.Context, in DeployIn) (DeployOut, error) {
	in.DryRun = true
	return d.Deploy(ctx, in)
})

// RunsIn asks which image a place runs and ran.
type RunsIn struct {
	Place     ops.Place `json:"place"`
	Container string    `json:"container,omitempty"` // empty: the only one
}

// Object names the place.
func (in RunsIn) Object() string { return object(in.Place) }

// Runs is which image a workload's container has, and had.
type Runs struct {
	Container string     `json:"container"`
	Image     string     `json:"image"`
	Replicas  int        `json:"replicas"`
	Former    []Revision `json:"former,omitempty"` // the newest first, each image once, without the present one
}

// Revision is a version that ran before.
type Revision struct {
	Image string    `json:"image"`
	At    time.Time `json:"at"`
}

// Versioner says which version runs. Invalid when no container is named and there are several, or there is no such one.
type Versioner interface {
	Runs(ctx context.Context, in RunsIn) (Runs, error)
}

// Version reads which image a place runs and ran.
var Version = newStep("version", read, Versioner.Runs)
