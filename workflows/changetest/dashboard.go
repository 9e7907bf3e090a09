package changetest

import (
	"context"

	"orderly.example/activities"
	"orderly.example/ops"
)

// LookDashboard reads a dashboard.
func (y *Yard) LookDashboard(_ context.Context, in activities.DashboardIn) (activities.Dashboard, error) {
	y.w.mu.Lock()
	defer y.w.mu.Unlock()
	d, ok := y.Dashboards[in.UID]
	if !ok {
		return activities.Dashboard{}, ops.Errorf(ops.NotFound, "there is no dashboard %s", "没有看板 %s", in.UID)
	}
	out := *d
	out.Mine = y.Owners["grafana/"+in.UID] == in.Change
	return out, nil
}

// MakeDashboard makes a dashboard, as the contract says.
func (y *Yard) MakeDashboard(_ context.Context, in activities.DashboardIn) (activities.Dashboard, error) {
	y.w.mu.Lock()
	defer y.w.mu.Unlock()
	if d := y.Dashboards[in.UID]; d != nil {
		if in.DryRun || y.Owners["grafana/"+in.UID] != in.Change {
			return activities.Dashboard{}, taken("dashboard " + in.UID)
		}
		return *d, nil
	}
	made := activities.Dashboard{Mine: true, Title: in.Values["service"], Link: "https://grafana/d/" + in.UID}
	if in.DryRun {
		return made, y.w.fails("dashboard.make.try", ops.Target{})
	}
	if err := y.w.fails("dashboard.make", ops.Target{}); err != nil {
		return activities.Dashboard{}, err
	}
	y.Dashboards[in.UID], y.Owners["grafana/"+in.UID] = &made, in.Change
	return made, y.wrote("dashboard.make", in.UID)
}

// DropDashboard removes a dashboard of the change that nobody has edited.
func (y *Yard) DropDashboard(_ context.Context, in activities.DashboardIn) (activities.Done, error) {
	y.w.mu.Lock()
	defer y.w.mu.Unlock()
	d := y.Dashboards[in.UID]
	switch {
	case d == nil || y.Owners["grafana/"+in.UID] != in.Change:
		return activities.Done{}, nil
	case d.Edited:
		return activities.Done{}, ops.Errorf(ops.Unsafe, "dashboard %s was edited", "看板 %s 已被修改", in.UID)
	}
	if err := y.w.fails("dashboard.drop", ops.Target{}); err != nil {
		return activities.Done{}, err
	}
	delete(y.Dashboards, in.UID)
	delete(y.Owners, "grafana/"+in.UID)
	return activities.Done{Changed: true}, y.wrote("dashboard.drop", in.UID)
}
