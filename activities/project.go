package activities

import (
	"context"
	"time"
)

// ProjectIn declares a project of an image registry: a place that a service's images are pushed to.
type ProjectIn struct {
	Name   string    `json:"name"`
	Quota  int64     `json:"quota,omitempty"` // in bytes; 0: as the registry does
	Change string    `json:"change"`          // the change that makes it
	Since  time.Time `json:"since"`           // it was not made before
	DryRun bool      `json:"dry_run,omitempty"`
}

// Object names the project.
func (in ProjectIn) Object() string { return in.Name }

// Project is what a registry knows of a project.
type Project struct {
	Mine         bool   `json:"mine"` // the change that asks has made it
	Repositories int    `json:"repositories"`
	Link         string `json:"link"`
}

// ProjectKeeper makes and removes projects of an image registry. MakeProject declares a wanted state: what an earlier
// attempt left half made is finished. Conflict when a project of that name is another's. DropProject changes nothing when
// it is gone or not the change's; Unsafe when images were pushed to it.
type ProjectKeeper interface {
	LookProject(ctx context.Context, in ProjectIn) (Project, error) // NotFound when there is none
	MakeProject(ctx context.Context, in ProjectIn) (Done, error)
	DropProject(ctx context.Context, in ProjectIn) (Done, error)
}

// LookProject reads a project of a registry.
var LookProject = newStep("project", read, ProjectKeeper.LookProject)

// MakeProject makes a project.
var MakeProject = newStep("project.make", write, ProjectKeeper.MakeProject)

// TryMakeProject has the provider check a MakeProject without doing it.
var TryMakeProject = newStep("project.make.try", read, func(k ProjectKeeper, ctx context.Context, in ProjectIn) (Done, error) {
	in.DryRun = true
	return k.MakeProject(ctx, in)
})

// DropProject removes a project, if the change has made it and it is empty.
var DropProject = newStep("project.drop", write, ProjectKeeper.DropProject)
