package activities

import (
	"context"
	"time"

	"orderly.example/ops"
)

// Workload is what runs at a place, as its runtime sees it now.
type Workload struct {
	Place      ops.Place   `json:"place"`
	Wanted     int         `json:"wanted"`  // instances asked for
	Ready      int         `json:"ready"`   // instances that serve
	Updated    int         `json:"updated"` // instances of the newest version
	Running    int         `json:"running"` // all instances that exist, old versions included
	Version    string      `json:"version"` // image tags, such as 1.4.2
	Observed   bool        `json:"observed"`
	Stuck      ops.Text    `json:"stuck,omitzero"`    // why it cannot get on, and what to do; empty while it can
	GaveUp     bool        `json:"gave_up,omitempty"` // the runtime itself says that the rollout has failed
	Autoscaler *Autoscaler `json:"autoscaler,omitempty"`
	Budget     string      `json:"budget,omitempty"`     // a disruption budget that guards it, in words: "api-pdb: at least 2"
	Restarted  string      `json:"restarted,omitempty"`  // key of the last restart asked for by Restart
	Generation int64       `json:"generation,omitempty"` // counts changes of what is wanted
	Pause      int         `json:"pause,omitempty"`      // the pause of its own rollout that waits for Promote, from 1; -1: one that ends by itself
	Pods       []Pod       `json:"pods,omitempty"`       // when asked for
}

// Done says whether the runtime has made the world as wanted: every instance new and serving, and no old one left.
func (w Workload) Done() bool {
	return w.Observed && w.Pause == 0 && w.Ready == w.Wanted && w.Updated == w.Wanted && w.Running == w.Wanted
}

// Autoscaler is something that sets the number of instances by itself, inside its bounds.
type Autoscaler struct {
	Name string `json:"name"`
	Min  int    `json:"min"`
	Max  int    `json:"max"`
}

// Pod is one instance.
type Pod struct {
	Name     string    `json:"name"`
	UID      string    `json:"uid"`
	Node     string    `json:"node"`
	IP       string    `json:"ip,omitempty"`
	Version  string    `json:"version"`
	Ready    bool      `json:"ready"`
	Reason   string    `json:"reason,omitempty"` // why it is not ready
	Restarts int       `json:"restarts"`
	Started  time.Time `json:"started,omitzero"`
}

// StatusIn asks for the state of one workload.
type StatusIn struct {
	Place ops.Place `json:"place"`
	Pods  bool      `json:"pods,omitempty"`  // also list the instances
	Label string    `json:"label,omitempty"` // of the instances to list, such as track=canary; empty: all
}

// Object names the place.
func (in StatusIn) Object() string { return object(in.Place) }

// Statuser says what runs at a place. NotFound when the workload is gone.
type Statuser interface {
	Status(ctx context.Context, in StatusIn) (Workload, error)
}

// Status reads one workload.
var Status = newStep("status", read, Statuser.Status)

// ScaleIn declares how many instances are wanted.
type ScaleIn struct {
	Place    ops.Place   `json:"place"`
	Replicas int         `json:"replicas"`
	From     int         `json:"from"`             // how many were wanted when the plan was made
	Bounds   *Autoscaler `json:"bounds,omitempty"` // also set the autoscaler's bounds to these
	Was      *Autoscaler `json:"was,omitempty"`    // the bounds when the plan was made
	DryRun   bool        `json:"dry_run,omitempty"`
}

// Object names the place.
func (in ScaleIn) Object() string { return object(in.Place) }

// ScaleOut says what was done.
type ScaleOut struct {
	Changed bool `json:"changed"` // false: it was so already
}

// Scaler changes how many instances run. The call declares a wanted state, so a repeat changes nothing. Conflict when
// the number is neither From nor Replicas: somebody else has changed it. With DryRun the other side checks and nothing
// is kept.
type Scaler interface {
	Scale(ctx context.Context, in ScaleIn) (ScaleOut, error)
}

// Scale sets the number of instances.
var Scale = newStep("scale", write, Scaler.Scale)

// TryScale has the provider check a Scale without doing it.
var TryScale = newStep("scale.try", read, func(s Scaler, ctx context.Context, in ScaleIn) (ScaleOut, error) {
	in.DryRun = true
	return s.Scale(ctx, in)
})

// RestartIn asks for new instances of the same version.
type RestartIn struct {
	Place ops.Place `json:"place"`
	Pod   string    `json:"pod,omitempty"` // only this instance; empty: all, one after the other
	UID   string    `json:"uid,omitempty"` // of that instance, so that its successor is left alone
	Key   string    `json:"key"`           // names this restart: a repeat with the same key changes nothing
}

// Object names the place or the instance.
func (in RestartIn) Object() string {
	if in.Pod != "" {
		return object(in.Place) + " " + in.Pod
	}
	return object(in.Place)
}

// RestartOut says what was done.
type RestartOut struct {
	Changed bool `json:"changed"`
}

// Restarter replaces running instances. Conflict when a disruption budget does not allow it now.
type Restarter interface {
	Restart(ctx context.Context, in RestartIn) (RestartOut, error)
}

// Restart replaces instances.
var Restart = newStep("restart", write, Restarter.Restart)

// Touch is one change of a workload that the runtime remembers, whoever made it.
type Touch struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`   // the tool, such as a field manager
	What string    `json:"what"` // the fields or the version
}

// HistoryIn asks what was changed at a place.
type HistoryIn struct {
	Place ops.Place `json:"place"`
}

// Object names the place.
func (in HistoryIn) Object() string { return object(in.Place) }

// Historian remembers who changed a workload, also outside of Orderly; the newest first.
type Historian interface {
	History(ctx context.Context, in HistoryIn) ([]Touch, error)
}

// History reads what was changed at a place.
var History = newStep("history", read, Historian.History)

// TopIn asks who uses up something.
type TopIn struct {
	Context string `json:"context"` // the cluster
	Of      string `json:"of"`      // node, namespace or quota
	Name    string `json:"name"`    // of the node or the namespace
}

// Object names the node, namespace or quota.
func (in TopIn) Object() string { return in.Context + "/" + in.Of + "/" + in.Name }

// Usage is what one user of a node, namespace or quota takes.
type Usage struct {
	Name   string `json:"name"`
	CPU    int64  `json:"cpu"`    // requested, in thousandths of a core
	Memory int64  `json:"memory"` // requested, in bytes
	Pods   int    `json:"pods"`
	Used   string `json:"used,omitempty"` // measured use, when the cluster measures it; for a quota "used of limit"
}

// Topper says who uses up a node, a namespace or a quota, the largest first.
type Topper interface {
	Top(ctx context.Context, in TopIn) ([]Usage, error)
}

// Top reads who uses up something.
var Top = newStep("top", read, Topper.Top)
