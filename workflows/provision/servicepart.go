package provision

import (
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"orderly.example/activities"
	"orderly.example/ops"
	"orderly.example/workflows/change"
)

// servicePart is one thing that a service gets. Its make declares a wanted state that names the change; its undo removes
// only what is the change's, and nothing when there is nothing.
type servicePart struct {
	make     func(workflow.Context) error
	undoText ops.Text
	undo     func(workflow.Context) error
}

// entryWait is how long a merge request is waited for that may need nobody; what needs people stays open.
const entryWait = time.Minute

// parts are all parts of a service, in the order in which they are made: what runs finds its configuration, and the
// inventory names only what is there.
func (w serviceWork) parts(ctx workflow.Context) []servicePart {
	var out []servicePart
	if r := w.Repository; r != nil {
		out = append(out, servicePart{
			undoText: ops.Textf("delete repository %s", "删除仓库 %s", r.In.Project),
			make: func(ctx workflow.Context) error {
				made, err := activities.MakeRepository.Do(ctx, r.Provider, r.In)
				if err == nil {
					change.Note(ctx, ops.Textf("repository: %s", "仓库:%s", made.Link))
				}
				return err
			},
			undo: func(ctx workflow.Context) error {
				_, err := activities.DropRepository.Do(ctx, r.Provider, r.In)
				return err
			},
		})
	}
	if p := w.Project; p != nil {
		in := p.In
		in.Since = workflow.Now(ctx)
		out = append(out, servicePart{
			undoText: ops.Textf("delete image project %s", "删除镜像项目 %s", in.Name),
			make:     func(ctx workflow.Context) error { _, err := activities.MakeProject.Do(ctx, p.Provider, in); return err },
			undo:     func(ctx workflow.Context) error { _, err := activities.DropProject.Do(ctx, p.Provider, in); return err },
		})
	}
	for _, c := range w.Config {
		out = append(out, configPart(c))
	}
	for _, h := range w.Homes {
		out = append(out, h.part())
	}
	if d := w.Dashboard; d != nil {
		out = append(out, dashboardPart(*d))
	}
	if e := w.Entry; e != nil {
		gone := e.In
		gone.Gone = true
		out = append(out, servicePart{
			undoText: ops.Textf("take %s out of the inventory", "从资产清单移除 %s", e.In.Service),
			make:     func(ctx workflow.Context) error { return enter(ctx, e.Provider, e.In) },
			undo:     func(ctx workflow.Context) error { return enter(ctx, e.Provider, gone) },
		})
	}
	return out
}

// configPart is the first configuration of a service.
func configPart(c by[activities.EditIn]) servicePart {
	edit := func(ctx workflow.Context, in activities.EditIn) error {
		in.By, in.Why = change.Asker(ctx).ID, change.ID(ctx)
		_, err := activities.EditConfig.Do(ctx, c.Provider, in)
		return err
	}
	back := c.In
	back.Changes = make([]activities.ConfigChange, len(c.In.Changes))
	for i, ch := range c.In.Changes {
		back.Changes[i] = ch.Inverse()
	}
	return servicePart{
		undoText: ops.Textf("remove the configuration %s", "删除配置 %s", c.In.At),
		make:     func(ctx workflow.Context) error { return edit(ctx, c.In) },
		undo:     func(ctx workflow.Context) error { return edit(ctx, back) },
	}
}

// dashboardPart is the dashboard of a service.
func dashboardPart(d by[activities.DashboardIn]) servicePart {
	return servicePart{
		undoText: ops.Textf("delete dashboard %s", "删除看板 %s", d.In.UID),
		make: func(ctx workflow.Context) error {
			made, err := activities.MakeDashboard.Do(ctx, d.Provider, d.In)
			if err == nil {
				change.Note(ctx, ops.Textf("dashboard: %s", "看板:%s", made.Link))
			}
			return err
		},
		undo: func(ctx workflow.Context) error {
			_, err := activities.DropDashboard.Do(ctx, d.Provider, d.In)
			return err
		},
	}
}

// part is a namespace with the workload in it.
func (h home) part() servicePart {
	return servicePart{
		undoText: ops.Textf("delete namespace %s with %s", "删除命名空间 %s 及其中的 %s", h.In.Object(), h.Copy.To.Name),
		make: func(ctx workflow.Context) error {
			if _, err := activities.MakeNamespace.Do(ctx, h.Spot.Provider, h.In); err != nil {
				return err
			}
			if _, err := activities.Copy.Do(ctx, h.Copy.To.Provider, h.Copy); err != nil {
				return err
			}
			return h.serves(ctx)
		},
		undo: func(ctx workflow.Context) error {
			if mine, err := h.look(ctx); err != nil || !mine {
				return err
			}
			_, err := dropped(ctx, h.Spot, activities.DropNamespaceIn{Room: h.In.Room, Change: h.In.Change})
			return err
		},
	}
}

// serves waits until the workload runs and serves.
func (h home) serves(ctx workflow.Context) error {
	_, err := activities.Rollout.Do(ctx, h.Copy.To.Provider, activities.RolloutIn{Place: h.Copy.To, AnyCount: true})
	return err
}

// look says whether the namespace is the change's, and refuses one in which others have put something.
func (h home) look(ctx workflow.Context) (bool, error) {
	n, err := activities.LookAtNamespace.Do(ctx, h.Spot.Provider, activities.LookIn{Room: h.In.Room, Inside: true})
	if ops.CodeOf(err) == ops.NotFound || err == nil && (n.Change != h.In.Change || n.Ending) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	others := slices.DeleteFunc(n.Workloads, func(s string) bool { return s == h.Copy.To.Kind+"/"+h.Copy.To.Name })
	if len(others) > 0 {
		return false, ops.Errorf(ops.Unsafe, "namespace %s holds what this change has not made: %s; take that out first", "命名空间 %s 中有并非本变更创建的对象:%s;请先清理", h.In.Object(), strings.Join(others, ", "))
	}
	return true, nil
}

// enter proposes an entry of the inventory, or that it goes, and says whether people have to agree.
func enter(ctx workflow.Context, provider string, in activities.EntryIn) error {
	if _, err := activities.PutEntry.Do(ctx, provider, in); err != nil {
		return err
	}
	landed, err := activities.LandEntry.Do(ctx, provider, activities.LandEntryIn{EntryIn: in, Patience: entryWait})
	if err != nil {
		return err
	}
	sayEntry(ctx, in, landed)
	return nil
}

func sayEntry(ctx workflow.Context, in activities.EntryIn, now activities.Landing) {
	if now.Holds {
		change.Note(ctx, ops.Textf("%s of %s is as planned: %s", "%[2]s 的 %[1]s 已生效:%[3]s", in.File, in.Project, now.Link))
		return
	}
	change.Note(ctx, ops.Textf("%s of %s is not changed yet: %s", "%[2]s 的 %[1]s 尚未生效:%[3]s", in.File, in.Project, now.Waits))
}
