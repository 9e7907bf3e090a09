package changetest

import (
	"context"
	"strings"

	"orderly.example/activities"
	"orderly.example/ops"
)

var _ activities.Copier = (*World)(nil)

// home is the namespace of a target.
func (w *World) home(t ops.Target) string {
	if home, ok := w.Estate.Homes[t.String()]; ok {
		return home
	}
	return t.Product()
}

// Copy copies a workload, as the contract says.
func (w *World) Copy(_ context.Context, in activities.CopyIn) (activities.Done, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := in.To.Target.String()
	if _, ok := w.Workloads[t]; ok {
		return activities.Done{}, nil
	}
	if in.DryRun {
		return activities.Done{Changed: true}, w.fails("copy.try", in.From.Target)
	}
	if err := w.fails("copy", in.From.Target); err != nil {
		return activities.Done{}, err
	}
	if w.namespace(activities.Room{Context: in.To.Context, Name: in.To.Namespace}) == nil {
		return activities.Done{}, ops.Errorf(ops.NotFound, "there is no namespace %s", "没有命名空间 %s", in.To.Namespace)
	}
	if w.Estate.Homes == nil {
		w.Estate.Homes = map[string]string{}
	}
	n := in.Replicas
	w.Estate.Homes[t] = in.To.Namespace
	if w.Estate.Names == nil {
		w.Estate.Names = map[string]string{}
	}
	w.Estate.Names[t] = in.To.Name
	w.Workloads[t] = &activities.Workload{Wanted: n, Ready: n, Updated: n, Running: n, Version: in.Image[strings.LastIndex(in.Image, ":")+1:], Observed: true}
	w.Ledger = append(w.Ledger, "copy "+t+" "+in.Image)
	return activities.Done{Changed: true}, w.after("copy", in.From.Target)
}
