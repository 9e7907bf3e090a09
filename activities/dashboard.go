package activities

import "context"

// DashboardIn declares a dashboard that is made from another.
type DashboardIn struct {
	UID    string            `json:"uid"`
	From   string            `json:"from"`             // the uid of the dashboard that it is a copy of
	Folder string            `json:"folder,omitempty"` // the uid of the folder; empty: the root
	Values map[string]string `json:"values,omitempty"` // what stands for ${name} in its texts
	Change string            `json:"change"`           // the change that makes it
	Why    string            `json:"why,omitempty"`    // for its history
	DryRun bool              `json:"dry_run,omitempty"`
}

// Object names the dashboard.
func (in DashboardIn) Object() string { return in.UID }

// Dashboard is what is known of a dashboard.
type Dashboard struct {
	Mine   bool   `json:"mine"`   // the change that asks has made it
	Edited bool   `json:"edited"` // it was saved again since it was made
	Title  string `json:"title"`
	Link   string `json:"link"`
}

// DashboardKeeper makes and removes dashboards. MakeDashboard declares a wanted state: Conflict when a dashboard of that uid
// is another's, NotFound when what it is made from, or the folder, is not there. DropDashboard changes nothing when it is
// gone or not the change's; Unsafe when it was edited.
type DashboardKeeper interface {
	LookDashboard(ctx context.Context, in DashboardIn) (Dashboard, error) // NotFound when there is none
	MakeDashboard(ctx context.Context, in DashboardIn) (Dashboard, error)
	DropDashboard(ctx context.Context, in DashboardIn) (Done, error)
}

// LookDashboard reads a dashboard.
var LookDashboard = newStep("dashboard", read, DashboardKeeper.LookDashboard)

// MakeDashboard makes a dashboard.
var MakeDashboard = newStep("dashboard.make", write, DashboardKeeper.MakeDashboard)

// TryMakeDashboard has the provider check a MakeDashboard without doing it; the title is what it would be.
var TryMakeDashboard = newStep("dashboard.make.try", read, func(k DashboardKeeper, ctx context.Context, in DashboardIn) (Dashboard, error) {
	in.DryRun = true
	return k.MakeDashboard(ctx, in)
})

// DropDashboard removes a dashboard, if the change has made it and nobody has edited it.
var DropDashboard = newStep("dashboard.drop", write, DashboardKeeper.DropDashboard)
