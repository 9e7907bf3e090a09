package provision

import (
	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
)

// verifyService makes sure that everything is there, and says whether people have to agree to the entry.
func verifyService(ctx workflow.Context, w serviceWork) error {
	if w.Gone {
		return nil
	}
	if r := w.Repository; r != nil {
		if _, err := activities.LookRepository.Do(ctx, r.Provider, r.In); err != nil {
			return err
		}
	}
	if r := w.Project; r != nil {
		if _, err := activities.LookProject.Do(ctx, r.Provider, r.In); err != nil {
			return err
		}
	}
	if d := w.Dashboard; d != nil {
		if _, err := activities.LookDashboard.Do(ctx, d.Provider, d.In); err != nil {
			return err
		}
	}
	for _, h := range w.Homes {
		if err := h.serves(ctx); err != nil {
			return err
		}
	}
	return nil
}

// undoService plans to take a service back. Where others have worked since, nothing is taken.
func undoService(ctx workflow.Context, done serviceWork) (ops.Plan, serviceWork, error) {
	done.Gone = true
	p := ops.Plan{Summary: ops.Textf("take service %s back", "撤销服务 %s", done.Service), Blast: ops.Blast{Text: ops.Textf("the service stops in %d clusters", "服务将在 %d 个集群中停止", len(done.Homes))}}
	left, err := done.left(ctx)
	if err != nil {
		return ops.Plan{}, done, err
	}
	for _, d := range done.diffs() {
		if left[d.Object] {
			p.Diffs = append(p.Diffs, ops.Diff{Object: d.Object, Field: d.Field, From: d.To, To: "-"})
		}
	}
	for _, h := range done.Homes {
		p.Targets, p.Blast.Clusters = append(p.Targets, h.Copy.To.Target, h.Spot.Target), append(p.Blast.Clusters, h.Spot.Room.Context)
		if left[h.In.Object()] {
			p.Blast.Instances, p.Blast.Delta = p.Blast.Instances+h.Copy.Replicas, p.Blast.Delta-h.Copy.Replicas
		}
		p.Blast.Envs = []string{h.Copy.To.Target.Env}
	}
	if p.Blast.Targets = len(p.Targets); len(p.Diffs) == 0 {
		p.Summary = ops.Textf("nothing to do: nothing of service %s is left", "无需变更:服务 %s 已无残留", done.Service)
	}
	return p, done, nil
}

// left says which objects of a service are still there and the change's own. It refuses what others work with.
func (w serviceWork) left(ctx workflow.Context) (map[string]bool, error) {
	out := map[string]bool{}
	for _, look := range []func(workflow.Context, map[string]bool) error{w.leftRepository, w.leftProject, w.leftHomes, w.leftConfig, w.leftDashboard, w.leftEntry} {
		if err := look(ctx, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (w serviceWork) leftRepository(ctx workflow.Context, out map[string]bool) error {
	r := w.Repository
	if r == nil {
		return nil
	}
	now, err := activities.LookRepository.Do(ctx, r.Provider, r.In)
	switch {
	case ops.CodeOf(err) == ops.NotFound:
		return nil
	case err == nil && now.Mine && now.Others > 0:
		return ops.Errorf(ops.Unsafe, "%s holds %d commits of others, and is not deleted: %s; delete it by hand if they are not needed", "%s 中有 %d 个他人的提交,不会删除:%s;如不需要请手工删除", r.In.Project, now.Others, now.Link)
	}
	out[r.Provider+" "+r.In.Project] = now.Mine
	return err
}

func (w serviceWork) leftProject(ctx workflow.Context, out map[string]bool) error {
	r := w.Project
	if r == nil {
		return nil
	}
	in := r.In
	in.Since = workflow.Now(ctx)
	now, err := activities.LookProject.Do(ctx, r.Provider, in)
	switch {
	case ops.CodeOf(err) == ops.NotFound:
		return nil
	case err == nil && now.Mine && now.Repositories > 0:
		return ops.Errorf(ops.Unsafe, "image project %s holds images, which are not deleted: %s; delete them first if they are not needed", "镜像项目 %s 中有镜像,不会删除:%s;如不需要请先清理", in.Name, now.Link)
	}
	out[r.Provider+" "+in.Name] = now.Mine
	return err
}

func (w serviceWork) leftHomes(ctx workflow.Context, out map[string]bool) error {
	for _, h := range w.Homes {
		mine, err := h.look(ctx)
		if err != nil {
			return err
		}
		out[h.In.Object()], out[h.Copy.To.Target.String()] = mine, mine
	}
	return nil
}

func (w serviceWork) leftConfig(ctx workflow.Context, out map[string]bool) error {
	for _, c := range w.Config {
		now, err := activities.ReadConfig.Do(ctx, c.Provider, activities.ConfigIn{At: c.In.At})
		if err != nil {
			return err
		}
		for _, ch := range c.In.Changes {
			v, there := now.Values[ch.Key]
			if there && v != ops.Masked(ch.Key, ch.To) {
				return ops.Errorf(ops.Conflict, "%s of %s was changed since; take it out by hand, and ask again", "%[2]s 的 %[1]s 已被修改;请手工删除后重新申请", ch.Key, c.In.At)
			}
			out[c.Provider+" "+c.In.At.String()] = out[c.Provider+" "+c.In.At.String()] || there
		}
	}
	return nil
}

func (w serviceWork) leftDashboard(ctx workflow.Context, out map[string]bool) error {
	d := w.Dashboard
	if d == nil {
		return nil
	}
	now, err := activities.LookDashboard.Do(ctx, d.Provider, d.In)
	switch {
	case ops.CodeOf(err) == ops.NotFound:
		return nil
	case err == nil && now.Mine && now.Edited:
		return ops.Errorf(ops.Unsafe, "dashboard %s was edited since, and is not deleted: %s; delete it by hand if it is not needed", "看板 %s 已被修改,不会删除:%s;如不需要请手工删除", d.In.UID, now.Link)
	}
	out[d.Provider+" "+d.In.UID] = now.Mine
	return err
}

func (w serviceWork) leftEntry(ctx workflow.Context, out map[string]bool) error {
	e := w.Entry
	if e == nil {
		return nil
	}
	gone := e.In
	gone.Gone = true
	done, err := activities.TryPutEntry.Do(ctx, e.Provider, gone)
	out[e.Provider+" "+e.In.Project+"/"+e.In.File] = done.Changed
	return err
}
