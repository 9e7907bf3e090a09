package inventory

import (
	"cmp"
	"context"
	"slices"

	"orderly.example/ops"
)

// Owners says which groups own the services of targets or patterns, and who is on call for them; each once, sorted.
func (i *Inventory) Owners(ctx context.Context, targets []ops.Target) (owners, onCall []string, err error) {
	if len(targets) == 0 {
		return nil, nil, nil
	}
	b, err := i.latest(ctx)
	if err == nil && slices.ContainsFunc(targets, func(t ops.Target) bool { return len(b.serving(t)) == 0 }) {
		b, err = i.fresh(ctx)
	}
	if err != nil {
		return nil, nil, err
	}
	for _, t := range targets {
		services := b.serving(t)
		if len(services) == 0 {
			owners = append(owners, ops.Nobody)
		}
		for _, s := range services {
			owners = append(owners, cmp.Or(s.Owner, ops.Nobody))
			if s.OnCall != "" {
				onCall = append(onCall, s.OnCall)
			}
		}
	}
	return sorted(owners), sorted(onCall), nil
}

// serving are the services that a target or pattern selects, wherever they run.
func (b *book) serving(t ops.Target) []ops.Service {
	if !t.IsPattern() {
		if s, ok := b.byName[t.Service]; ok {
			return []ops.Service{s}
		}
		return nil
	}
	var out []ops.Service
	for n, p := range b.matching(t) {
		if s := b.byName[p.Target.Service]; n == 0 || out[len(out)-1].Name != s.Name {
			out = append(out, s)
		}
	}
	return out
}

// Names are the names of all services, sorted; none when no source can be read.
func (i *Inventory) Names(ctx context.Context) []string {
	b, err := i.latest(ctx)
	if err != nil {
		return nil
	}
	return b.names()
}

// Clusters are the names of all clusters that run something, sorted.
func (i *Inventory) Clusters(ctx context.Context) ([]string, error) {
	b, err := i.latest(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(b.places))
	for n, p := range b.places {
		out[n] = p.Context
	}
	return sorted(out), nil
}

// Targets are all places in their canonical form, sorted.
func (i *Inventory) Targets(ctx context.Context) ([]string, error) {
	b, err := i.latest(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(b.places))
	for n, p := range b.places {
		out[n] = p.Target.String()
	}
	return out, nil
}

// Services are all services, sorted by name.
func (i *Inventory) Services(ctx context.Context) ([]ops.Service, error) {
	b, err := i.latest(ctx)
	if err != nil {
		return nil, err
	}
	return slices.Clone(b.services), nil
}

func sorted(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
