package provision

import (
	"cmp"
	"slices"
	"strings"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

func planService(ctx workflow.Context, p serviceParams) (ops.Plan, serviceWork, error) {
	w := serviceWork{Service: p.Service, Owner: p.Owner}
	t, err := activities.FindTemplate.Do(ctx, activities.Templates, activities.TemplateIn{Name: p.Template})
	if err != nil {
		return ops.Plan{}, w, err
	}
	known, err := activities.Find.Do(ctx, activities.Inventory, activities.FindIn{Targets: []ops.Target{{Service: "*"}}, Many: true})
	if err != nil {
		return ops.Plan{}, w, err
	}
	if slices.ContainsFunc(known.Services, func(s ops.Service) bool { return s.Name == p.Service }) {
		return ops.Plan{}, w, ops.Errorf(ops.Conflict, "there is a service %s already; choose another name", "服务 %s 已存在;请更换名称", p.Service).At("service")
	}
	from, err := sources(known.Places, t, p.Clusters)
	if err != nil {
		return ops.Plan{}, w, err
	}
	for _, look := range []func() error{
		func() error { return w.planRepository(ctx, t) },
		func() error { return w.planProject(ctx, t) },
		func() error { return w.planHomes(ctx, t, known.Places, from, p.Image) },
		func() error { return w.planConfig(ctx, t) },
		func() error { return w.planDashboard(ctx, t) },
		func() error { return w.planEntry(ctx, t) },
	} {
		if err := look(); err != nil {
			return ops.Plan{}, w, err
		}
	}
	plan := w.describe()
	if owners := ownersOf(known.Services); !slices.Contains(owners, p.Owner) {
		plan.Notes = append(plan.Notes, ops.Textf("no other service belongs to %s%s", "目前没有其他服务属于 %s%s", p.Owner, ops.DidYouMean(p.Owner, owners)))
	}
	return plan, w, nil
}

func ownersOf(services []ops.Service) []string {
	var out []string
	for _, s := range services {
		if !slices.Contains(out, s.Owner) {
			out = append(out, s.Owner)
		}
	}
	return out
}

// sources are the places of the template's service that are copied: one in every cluster that is asked for.
func sources(all []ops.Place, t ops.ServiceTemplate, clusters string) ([]ops.Place, error) {
	from, err := ops.ParseTarget(t.Workload.From)
	if err != nil {
		return nil, err
	}
	var out []ops.Place
	var known []string
	wanted := strings.FieldsFunc(clusters, func(r rune) bool { return r == ',' })
	for _, at := range all {
		if !from.Matches(at.Target) {
			continue
		}
		known = append(known, at.Context)
		if len(wanted) == 0 || slices.Contains(wanted, at.Context) {
			out = append(out, at)
		}
	}
	if len(known) == 0 {
		return nil, ops.Errorf(ops.NotFound, "the template is made from %s, which runs nowhere; correct it in the configuration", "模板取自 %s,但它未在任何地方运行;请在配置中更正", t.Workload.From).At("template")
	}
	for _, c := range wanted {
		if !slices.Contains(known, c) {
			return nil, ops.Errorf(ops.NotFound, "the template %s does not run in cluster %q%s; known: %v", "模板 %s 未在集群 %q 中运行%s;可用:%v", t.Workload.From, c, ops.DidYouMean(c, known), known).At("clusters")
		}
	}
	return out, nil
}

func (w *serviceWork) fill(text string) string { return ops.FillService(text, w.Service, w.Owner) }

func (w *serviceWork) planRepository(ctx workflow.Context, t ops.ServiceTemplate) error {
	r := t.Repository
	if r.Project == "" {
		return nil
	}
	w.Repository = &by[activities.RepositoryIn]{cmp.Or(r.Provider, ops.GitLab), activities.RepositoryIn{
		Project: w.fill(r.Project), Template: r.From, Visibility: cmp.Or(r.Visibility, "private"), Change: change.ID(ctx), Why: why(ctx), Values: ops.ServiceNames(w.Service, w.Owner),
	}}
	made, err := activities.TryMakeRepository.Do(ctx, w.Repository.Provider, w.Repository.In)
	w.Files = made.Files
	return err
}

func (w *serviceWork) planProject(ctx workflow.Context, t ops.ServiceTemplate) error {
	r := t.Registry
	if r.Project == "" {
		return nil
	}
	w.Project = &by[activities.ProjectIn]{cmp.Or(r.Provider, ops.Harbor), activities.ProjectIn{Name: w.fill(r.Project), Quota: r.QuotaGiB << 30, Change: change.ID(ctx)}}
	_, err := activities.TryMakeProject.Do(ctx, w.Project.Provider, w.Project.In)
	return err
}

// planHomes plans the namespaces and the copies in them.
func (w *serviceWork) planHomes(ctx workflow.Context, t ops.ServiceTemplate, all, from []ops.Place, image string) error {
	for _, at := range from {
		namespace := w.fill(t.Workload.Namespace)
		if err := reserved(namespace); err != nil {
			return err
		}
		s, err := spotOf(all, asNamespace, namespace, at.Context)
		if err != nil {
			return err
		}
		s.Target.Env = at.Target.Env
		h := home{Spot: s, In: activities.MakeNamespaceIn{Room: s.Room, Change: change.ID(ctx), Owner: w.Owner, Quota: t.Workload.Quota, Traffic: activities.TrafficOpen, Default: map[string]string{"cpu": defaultCPU, "memory": defaultMemory}}}
		if made, err := activities.TryMakeNamespace.Do(ctx, s.Provider, h.In); err != nil || !made.Changed {
			return cmp.Or(err, error(ops.Errorf(ops.Conflict, "there is a namespace %s already; choose another name", "命名空间 %s 已存在;请更换名称", s.Room.Object())))
		}
		runs, err := activities.Version.Do(ctx, at.Provider, activities.RunsIn{Place: at})
		if err != nil {
			return err
		}
		to := at
		to.Namespace, to.Name, to.Target.Service, to.Git = namespace, w.fill(cmp.Or(t.Workload.Name, "${subsystem}-${module}")), w.Service, ops.GitPlace{}
		h.Copy = activities.CopyIn{From: at, To: to, Container: runs.Container, Image: cmp.Or(image, runs.Image), Replicas: cmp.Or(t.Workload.Replicas, 1), Owner: w.Owner, Change: change.ID(ctx)}
		if _, err := activities.TryCopy.Do(ctx, at.Provider, h.Copy); err != nil {
			return err
		}
		w.Homes = append(w.Homes, h)
	}
	return nil
}

// planConfig plans the first keys, once for each place where the centre keeps them.
func (w *serviceWork) planConfig(ctx workflow.Context, t ops.ServiceTemplate) error {
	if t.Config.Provider == "" {
		return nil
	}
	for _, h := range w.Homes {
		at := ops.ConfigAt{Provider: t.Config.Provider, App: w.fill(cmp.Or(t.Config.App, "${service}")), Env: h.Copy.To.Target.Env, Namespace: w.fill(t.Config.Namespace)}
		if slices.ContainsFunc(w.Config, func(c by[activities.EditIn]) bool { return c.In.At == at }) {
			continue
		}
		now, err := activities.ReadConfig.Do(ctx, at.Provider, activities.ConfigIn{At: at})
		switch {
		case err != nil:
			return err
		case !now.Instant:
			return ops.Errorf(ops.Invalid, "%s does not publish what is written, so a new service cannot begin there; name a centre that does, such as consul, or leave config out of the template", "%s 写入后不会立即发布,新服务无法在此初始化;请改用 consul 等,或从模板中去掉 config", at.Provider).At("template")
		case len(now.Values) > 0:
			return ops.Errorf(ops.Conflict, "there is a configuration %s already; choose another name", "配置 %s 已存在;请更换名称", at)
		}
		in := activities.EditIn{At: at}
		for _, key := range inOrder(t.Config.Values) {
			in.Changes = append(in.Changes, activities.ConfigChange{Key: key, To: w.fill(t.Config.Values[key]), Add: true})
		}
		w.Config = append(w.Config, by[activities.EditIn]{at.Provider, in})
	}
	return nil
}

func (w *serviceWork) planDashboard(ctx workflow.Context, t ops.ServiceTemplate) error {
	d := t.Dashboard
	if d.From == "" {
		return nil
	}
	w.Dashboard = &by[activities.DashboardIn]{cmp.Or(d.Provider, ops.Grafana), activities.DashboardIn{
		UID: ops.DashboardUID(w.Service), From: d.From, Folder: w.fill(d.Folder), Values: ops.ServiceNames(w.Service, w.Owner), Change: change.ID(ctx), Why: why(ctx),
	}}
	_, err := activities.TryMakeDashboard.Do(ctx, w.Dashboard.Provider, w.Dashboard.In)
	return err
}

func (w *serviceWork) planEntry(ctx workflow.Context, t ops.ServiceTemplate) error {
	i := t.Inventory
	if i.Project == "" {
		return nil
	}
	w.Entry = &by[activities.EntryIn]{cmp.Or(i.Provider, ops.GitLab), activities.EntryIn{
		Project: i.Project, Branch: i.Branch, File: w.fill(i.File), Service: w.Service, Entry: w.entry(), Change: change.ID(ctx), Why: why(ctx),
	}}
	_, err := activities.TryPutEntry.Do(ctx, w.Entry.Provider, w.Entry.In)
	return err
}

// why is the change in a line.
func why(ctx workflow.Context) string { return change.ID(ctx) + " by " + change.Asker(ctx).ID }
