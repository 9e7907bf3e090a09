package changetest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Estate is what a World has besides workloads: namespaces with their quotas and grants, and nodes.
type Estate struct {
	Namespaces map[string]*activities.Namespace // by cluster/name
	Quotas     map[string][]activities.Quota    // by cluster/name of the namespace
	Grants     map[string][]activities.Granted  // by cluster/name of the namespace
	Nodes      map[string]*activities.Node      // by cluster/name
	Homes      map[string]string                // by target: its namespace, when that is not its product's
	Names      map[string]string                // by target: what a copy is called, when that is not its service
	Leave      func() bool                      // whether a budget lets the next instance leave a node, with the World locked; nil: yes
}

var (
	_ activities.Provisioner = (*World)(nil)
	_ activities.Quoter      = (*World)(nil)
	_ activities.Granter     = (*World)(nil)
)

// fault asks Fail about a step on something that is no service.
func (w *World) fault(verb string, r activities.Room) error {
	return w.fails(verb, ops.Target{Service: r.Name})
}

func (w *World) wrote(verb string, r activities.Room, format string, args ...any) error {
	w.Ledger = append(w.Ledger, verb+" "+r.Object()+fmt.Sprintf(format, args...))
	return w.after(verb, ops.Target{Service: r.Name})
}

func (w *World) namespace(r activities.Room) *activities.Namespace {
	if w.Estate.Namespaces == nil {
		w.Estate.Namespaces, w.Estate.Quotas, w.Estate.Grants = map[string]*activities.Namespace{}, map[string][]activities.Quota{}, map[string][]activities.Granted{}
	}
	return w.Estate.Namespaces[r.Object()]
}

// Settle puts a namespace into the world that somebody else has made.
func (w *World) Settle(n activities.Namespace, quotas ...activities.Quota) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.namespace(n.Room)
	w.Estate.Namespaces[n.Object()], w.Estate.Quotas[n.Object()] = &n, quotas
}

// Namespace reads a namespace.
func (w *World) Namespace(_ context.Context, in activities.LookIn) (activities.Namespace, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.fault("namespace", in.Room); err != nil {
		return activities.Namespace{}, err
	}
	n := w.namespace(in.Room)
	if n == nil {
		return activities.Namespace{}, ops.Errorf(ops.NotFound, "there is no namespace %s", "没有命名空间 %s", in.Object())
	}
	out := *n
	out.Notes = maps.Clone(n.Notes)
	if in.Inside {
		for _, t := range slices.Sorted(maps.Keys(w.Estate.Homes)) {
			if at, err := ops.ParseTarget(t); err == nil && w.Workloads[t] != nil && w.Estate.Homes[t] == in.Name {
				out.Places = append(out.Places, ops.Place{Target: at, Provider: Provider, Context: in.Context, Namespace: in.Name, Kind: "Deployment", Name: at.Service})
				out.Workloads = append(out.Workloads, "Deployment/"+cmp.Or(w.Estate.Names[t], at.Service))
			}
		}
	}
	return out, nil
}

// MakeNamespace makes a namespace, as the contract says.
func (w *World) MakeNamespace(_ context.Context, in activities.MakeNamespaceIn) (activities.Done, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := w.namespace(in.Room); n != nil {
		if n.Change != in.Change {
			return activities.Done{}, ops.Errorf(ops.Conflict, "there is a namespace %s already, of %s", "命名空间 %s 已存在,属于 %s", in.Object(), n.Change)
		}
		return activities.Done{}, nil
	}
	verb := "namespace.make"
	if in.DryRun {
		verb += ".try"
	}
	if err := w.fault(verb, in.Room); err != nil || in.DryRun {
		return activities.Done{Changed: true}, err
	}
	w.Estate.Namespaces[in.Object()] = &activities.Namespace{Room: in.Room, Change: in.Change, Owner: in.Owner, Labels: in.Labels, Until: in.Until, Notes: map[string]string{}}
	w.Estate.Quotas[in.Object()] = []activities.Quota{{Name: "orderly", Hard: maps.Clone(in.Quota), Used: map[string]string{}}}
	return activities.Done{Changed: true}, w.wrote(verb, in.Room, "")
}

// DropNamespace removes a namespace with everything in it, as the contract says.
func (w *World) DropNamespace(_ context.Context, in activities.DropNamespaceIn) (activities.Done, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := w.namespace(in.Room)
	if n == nil || in.Change != "" && n.Change != in.Change {
		return activities.Done{}, nil
	}
	if err := w.fault("namespace.drop", in.Room); err != nil {
		return activities.Done{}, err
	}
	if !in.Due.IsZero() && n.Until.After(in.Due) {
		return activities.Done{}, nil
	}
	if n.Change == "" {
		return activities.Done{}, ops.Errorf(ops.Conflict, "namespace %s is nobody's", "命名空间 %s 不属于任何变更", in.Object())
	}
	if in.Empty && len(n.Workloads) > 0 {
		return activities.Done{}, ops.Errorf(ops.Unsafe, "namespace %s is not empty", "命名空间 %s 非空", in.Object())
	}
	delete(w.Estate.Namespaces, in.Object())
	delete(w.Estate.Quotas, in.Object())
	delete(w.Estate.Grants, in.Object())
	for t, home := range w.Estate.Homes {
		if home == in.Name {
			delete(w.Workloads, t)
		}
	}
	return activities.Done{Changed: true}, w.wrote("namespace.drop", in.Room, "")
}

// Remember keeps the end and the notes of a namespace.
func (w *World) Remember(_ context.Context, in activities.RememberIn) (activities.Done, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.fault("namespace.remember", in.Room); err != nil {
		return activities.Done{}, err
	}
	n := w.namespace(in.Room)
	if n == nil || n.Change != in.Change {
		return activities.Done{}, ops.Errorf(ops.Conflict, "namespace %s is another's", "命名空间 %s 属于其他变更", in.Object())
	}
	var out activities.Done
	if !in.Until.IsZero() && !in.Until.Equal(n.Until) {
		n.Until, out.Changed = in.Until, true
	}
	for _, name := range slices.Sorted(maps.Keys(in.Notes)) {
		out.Changed = out.Changed || n.Notes[name] != in.Notes[name]
		n.Notes[name] = in.Notes[name]
		if in.Notes[name] == "" {
			delete(n.Notes, name)
		}
	}
	if !out.Changed {
		return out, nil
	}
	return out, w.wrote("namespace.remember", in.Room, "")
}

// Quotas reads the quotas of a namespace.
func (w *World) Quotas(_ context.Context, in activities.Room) ([]activities.Quota, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.namespace(in)
	var out []activities.Quota
	for _, q := range w.Estate.Quotas[in.Object()] {
		out = append(out, activities.Quota{Name: q.Name, Hard: maps.Clone(q.Hard), Used: maps.Clone(q.Used)})
	}
	return out, w.fault("quota", in)
}

// SetQuota sets limits that are whole numbers, as the contract says.
func (w *World) SetQuota(_ context.Context, in activities.QuotaIn) (activities.Done, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.namespace(in.Room)
	i := slices.IndexFunc(w.Estate.Quotas[in.Room.Object()], func(q activities.Quota) bool { return q.Name == in.Quota })
	if i < 0 {
		return activities.Done{}, ops.Errorf(ops.NotFound, "there is no quota %s", "没有配额 %s", in.Object())
	}
	q := w.Estate.Quotas[in.Room.Object()][i]
	var changed []string
	for _, name := range slices.Sorted(maps.Keys(in.Hard)) {
		has, want := q.Hard[name], in.Hard[name]
		switch {
		case has == want:
			continue
		case has != in.From[name]:
			return activities.Done{}, ops.Errorf(ops.Conflict, "%s is %s and was %s", "%s 为 %s,原为 %s", name, has, in.From[name])
		case want != "" && len(want) <= len(q.Used[name]) && want < q.Used[name]:
			return activities.Done{}, ops.Errorf(ops.Unsafe, "%s is in use by %s", "%s 已使用 %s", name, q.Used[name])
		}
		changed = append(changed, fmt.Sprintf(" %s %s->%s", name, has, want))
	}
	if len(changed) == 0 {
		return activities.Done{}, nil
	}
	verb := "quota.set"
	if in.DryRun {
		verb += ".try"
	}
	if err := w.fault(verb, in.Room); err != nil || in.DryRun {
		return activities.Done{Changed: true}, err
	}
	maps.Copy(q.Hard, in.Hard)
	maps.DeleteFunc(q.Hard, func(_, v string) bool { return v == "" })
	return activities.Done{Changed: true}, w.wrote(verb, in.Room, "%s", changed)
}

// Grants reads what is granted in a namespace.
func (w *World) Grants(_ context.Context, in activities.Room) ([]activities.Granted, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.namespace(in)
	return slices.Clone(w.Estate.Grants[in.Object()]), w.fault("access", in)
}

func same(in activities.GrantIn) func(activities.Granted) bool {
	return func(g activities.Granted) bool { return g.Who == in.Who && g.Role == in.Role }
}

// Grant gives access, as the contract says.
func (w *World) Grant(_ context.Context, in activities.GrantIn) (activities.Done, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.namespace(in.Room)
	all := w.Estate.Grants[in.Room.Object()]
	i := slices.IndexFunc(all, same(in))
	if i >= 0 && all[i].Change == in.Change && all[i].Until.Equal(in.Until) {
		return activities.Done{}, nil
	}
	verb := "access.grant"
	if in.DryRun {
		verb += ".try"
	}
	if err := w.fault(verb, in.Room); err != nil {
		return activities.Done{}, err
	}
	if i >= 0 && all[i].Change != in.Change && all[i].Change != in.Over {
		return activities.Done{}, ops.Errorf(ops.Conflict, "it is granted by %s", "已由 %s 授权", all[i].Change)
	}
	if in.DryRun {
		return activities.Done{Changed: true}, nil
	}
	w.Estate.Grants[in.Room.Object()] = append(slices.DeleteFunc(all, same(in)), activities.Granted{Who: in.Who, Role: in.Role, Until: in.Until, Change: in.Change})
	return activities.Done{Changed: true}, w.wrote(verb, in.Room, " %s %s", in.Who, in.Role)
}

// Revoke takes access back, as the contract says.
func (w *World) Revoke(_ context.Context, in activities.GrantIn) (activities.Done, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.namespace(in.Room)
	all := w.Estate.Grants[in.Room.Object()]
	if i := slices.IndexFunc(all, same(in)); i < 0 || all[i].Change != in.Change {
		return activities.Done{}, nil
	}
	if err := w.fault("access.revoke", in.Room); err != nil {
		return activities.Done{}, err
	}
	w.Estate.Grants[in.Room.Object()] = slices.DeleteFunc(all, same(in))
	return activities.Done{Changed: true}, w.wrote("access.revoke", in.Room, " %s %s", in.Who, in.Role)
}
