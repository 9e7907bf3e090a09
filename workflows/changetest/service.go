package changetest

import (
	"context"
	"slices"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Yard is what a new service gets, in memory: repositories, projects of images, dashboards, an inventory file; and scans of images.
type Yard struct {
	w            *World
	Templates    ops.ServiceTemplates
	Repositories map[string]*activities.Repository       // by project
	Owners       map[string]string                       // by project of either kind, or dashboard: the change that has made it
	Projects     map[string]*activities.Project          // by name
	Dashboards   map[string]*activities.Dashboard        // by uid
	Entries      map[string]string                       // by service: its entry in the file
	Open         map[string]bool                         // by service: a merge request about its entry
	Agree        func(service string) bool               // whether people agree, with the World locked; nil: yes
	Scans        func(ref string, n int) activities.Scan // what the nth look finds, with the World locked; nil: nothing is wrong
	looks        map[string]int                          // by image
}

var (
	_ activities.Scanner          = (*Yard)(nil)
	_ activities.ProjectKeeper    = (*Yard)(nil)
	_ activities.RepositoryKeeper = (*Yard)(nil)
	_ activities.DashboardKeeper  = (*Yard)(nil)
	_ activities.Registrant       = (*Yard)(nil)
	_ activities.Templater        = (*Yard)(nil)
)

// NewYard gives a world a yard.
func NewYard(w *World) *Yard {
	w.Yard = &Yard{
		w: w, Repositories: map[string]*activities.Repository{}, Owners: map[string]string{}, Projects: map[string]*activities.Project{}, Dashboards: map[string]*activities.Dashboard{}, Entries: map[string]string{}, Open: map[string]bool{}, looks: map[string]int{},
	}
	return w.Yard
}

type (
	yardGitLab struct {
		activities.RepositoryKeeper
		activities.Registrant
	}
	yardHarbor struct {
		activities.Scanner
		activities.ProjectKeeper
	}
	yardGrafana   struct{ activities.DashboardKeeper }
	yardTemplates struct{ activities.Templater }
)

func (y *Yard) steps() []activities.Bound {
	return slices.Concat(activities.Bind(ops.GitLab, yardGitLab{y, y}), activities.Bind(ops.Harbor, yardHarbor{y, y}), activities.Bind(ops.Grafana, yardGrafana{y}), activities.Bind(activities.Templates, yardTemplates{y}))
}

func (y *Yard) wrote(verb, what string) error {
	y.w.Ledger = append(y.w.Ledger, verb+" "+what)
	return y.w.after(verb, ops.Target{Service: what})
}

func taken(what string) error {
	return ops.Errorf(ops.Conflict, "there is %s already", "%s 已存在", what)
}

// Template knows the templates.
func (y *Yard) Template(_ context.Context, in activities.TemplateIn) (ops.ServiceTemplate, error) {
	return y.Templates.Find(in.Name)
}

// LookScan finds what Scans says.
func (y *Yard) LookScan(_ context.Context, in activities.ScanIn) (activities.Scan, error) {
	y.w.mu.Lock()
	defer y.w.mu.Unlock()
	if err := y.w.fails("scan", ops.Target{}); err != nil {
		return activities.Scan{}, err
	}
	y.looks[in.Ref]++
	if y.Scans == nil {
		return activities.Scan{State: activities.ScanDone, Status: "Success", Counts: map[string]int{}, Link: "https://harbor/1"}, nil
	}
	return y.Scans(in.Ref, y.looks[in.Ref]), nil
}

// StartScan notes that a scan was started.
func (y *Yard) StartScan(_ context.Context, in activities.ScanIn) (activities.Done, error) {
	y.w.mu.Lock()
	defer y.w.mu.Unlock()
	if err := y.w.fails("scan.start", ops.Target{}); err != nil {
		return activities.Done{}, err
	}
	return activities.Done{Changed: true}, y.wrote("scan.start", in.Ref)
}

// LookProject reads a project.
func (y *Yard) LookProject(_ context.Context, in activities.ProjectIn) (activities.Project, error) {
	y.w.mu.Lock()
	defer y.w.mu.Unlock()
	p, ok := y.Projects[in.Name]
	if !ok {
		return activities.Project{}, ops.Errorf(ops.NotFound, "there is no project %s", "没有项目 %s", in.Name)
	}
	out := *p
	out.Mine = y.Owners["harbor/"+in.Name] == in.Change
	return out, nil
}

// MakeProject makes a project, as the contract says.
func (y *Yard) MakeProject(_ context.Context, in activities.ProjectIn) (activities.Done, error) {
	y.w.mu.Lock()
	defer y.w.mu.Unlock()
	if y.Projects[in.Name] != nil {
		if y.Owners["harbor/"+in.Name] != in.Change {
			return activities.Done{}, taken("project " + in.Name)
		}
		return activities.Done{}, nil
	}
	if in.DryRun {
		return activities.Done{Changed: true}, y.w.fails("project.make.try", ops.Target{})
	}
	if err := y.w.fails("project.make", ops.Target{}); err != nil {
		return activities.Done{}, err
	}
	y.Projects[in.Name], y.Owners["harbor/"+in.Name] = &activities.Project{Link: "https://harbor/" + in.Name}, in.Change
	return activities.Done{Changed: true}, y.wrote("project.make", in.Name)
}

// DropProject removes an empty project of the change.
func (y *Yard) DropProject(_ context.Context, in activities.ProjectIn) (activities.Done, error) {
	y.w.mu.Lock()
	defer y.w.mu.Unlock()
	p := y.Projects[in.Name]
	switch {
	case p == nil || y.Owners["harbor/"+in.Name] != in.Change:
		return activities.Done{}, nil
	case p.Repositories > 0:
		return activities.Done{}, ops.Errorf(ops.Unsafe, "project %s holds images", "项目 %s 中有镜像", in.Name)
	}
	if err := y.w.fails("project.drop", ops.Target{}); err != nil {
		return activities.Done{}, err
	}
	delete(y.Projects, in.Name)
	delete(y.Owners, "harbor/"+in.Name)
	return activities.Done{Changed: true}, y.wrote("project.drop", in.Name)
}

// LookRepository reads a repository.
func (y *Yard) LookRepository(_ context.Context, in activities.RepositoryIn) (activities.Repository, error) {
	y.w.mu.Lock()
	defer y.w.mu.Unlock()
	if err := y.w.fails("repository", ops.Target{}); err != nil {
		return activities.Repository{}, err
	}
	r, ok := y.Repositories[in.Project]
	if !ok {
		return activities.Repository{}, ops.Errorf(ops.NotFound, "there is no project %s", "没有项目 %s", in.Project)
	}
	out := *r
	out.Mine = y.Owners[in.Project] == in.Change
	return out, nil
}

// MakeRepository makes a repository, as the contract says.
func (y *Yard) MakeRepository(_ context.Context, in activities.RepositoryIn) (activities.Repository, error) {
	y.w.mu.Lock()
	defer y.w.mu.Unlock()
	if r := y.Repositories[in.Project]; r != nil {
		if y.Owners[in.Project] != in.Change {
			return activities.Repository{}, taken("repository " + in.Project)
		}
		return *r, nil
	}
	if in.DryRun {
		return activities.Repository{Files: 3}, y.w.fails("repository.make.try", ops.Target{})
	}
	if err := y.w.fails("repository.make", ops.Target{}); err != nil {
		return activities.Repository{}, err
	}
	y.Repositories[in.Project], y.Owners[in.Project] = &activities.Repository{Link: "https://forge/" + in.Project}, in.Change
	return *y.Repositories[in.Project], y.wrote("repository.make", in.Project)
}

// DropRepository removes a repository of the change in which nobody else has worked.
func (y *Yard) DropRepository(_ context.Context, in activities.RepositoryIn) (activities.Done, error) {
	y.w.mu.Lock()
	defer y.w.mu.Unlock()
	r := y.Repositories[in.Project]
	switch {
	case r == nil || y.Owners[in.Project] != in.Change:
		return activities.Done{}, nil
	case r.Others > 0:
		return activities.Done{}, ops.Errorf(ops.Unsafe, "repository %s holds commits of others", "仓库 %s 中有他人的提交", in.Project)
	}
	if err := y.w.fails("repository.drop", ops.Target{}); err != nil {
		return activities.Done{}, err
	}
	delete(y.Repositories, in.Project)
	delete(y.Owners, in.Project)
	return activities.Done{Changed: true}, y.wrote("repository.drop", in.Project)
}

// PutEntry proposes an entry, as the contract says.
func (y *Yard) PutEntry(_ context.Context, in activities.EntryIn) (activities.Done, error) {
	y.w.mu.Lock()
	defer y.w.mu.Unlock()
	now, there := y.Entries[in.Service]
	switch {
	case in.DryRun && there && !in.Gone:
		return activities.Done{}, taken("an entry of " + in.Service)
	case in.DryRun:
		return activities.Done{Changed: !in.Gone || there || y.Open[in.Service]}, y.w.fails("entry.put.try", ops.Target{})
	case there && !in.Gone && now == in.Entry, in.Gone && !there && !y.Open[in.Service]:
		return activities.Done{}, nil
	case y.Open[in.Service] && (!in.Gone || there):
		return activities.Done{}, nil
	}
	if err := y.w.fails("entry.put", ops.Target{}); err != nil {
		return activities.Done{}, err
	}
	if in.Gone && !there {
		delete(y.Open, in.Service)
		return activities.Done{Changed: true}, y.wrote("entry.close", in.Service)
	}
	y.Open[in.Service] = true
	return activities.Done{Changed: true}, y.wrote("entry.put", in.Service)
}

// LandEntry merges what people agree to.
func (y *Yard) LandEntry(_ context.Context, in activities.EntryIn) (activities.Landing, error) {
	y.w.mu.Lock()
	defer y.w.mu.Unlock()
	if err := y.w.fails("entry.land", ops.Target{}); err != nil {
		return activities.Landing{}, err
	}
	_, there := y.Entries[in.Service]
	out := activities.Landing{Link: "https://forge/merge/1", Holds: there != in.Gone}
	switch {
	case out.Holds:
		return out, nil
	case y.Agree != nil && !y.Agree(in.Service):
		out.People = true
		out.Waits = ops.Textf("merge request 1 waits for people", "合并请求 1 等待人工处理")
		return out, nil
	}
	delete(y.Open, in.Service)
	delete(y.Entries, in.Service)
	if !in.Gone {
		y.Entries[in.Service] = in.Entry
	}
	out.Holds = true
	return out, y.wrote("entry.merge", in.Service)
}
