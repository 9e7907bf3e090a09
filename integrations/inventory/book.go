package inventory

import (
	"cmp"
	"slices"
	"strings"

	"orderly.example/ops"
)

// book is one reading of all sources.
type book struct {
	services []ops.Service // by name
	places   []ops.Place   // by target
	byName   map[string]ops.Service
}

// newBook merges what the sources say. The first source wins, field by field and place by place.
func newBook(readings [][]ops.Service) *book {
	b := &book{byName: map[string]ops.Service{}}
	places := map[ops.Target]bool{}
	for _, r := range readings {
		for _, s := range r {
			has := b.byName[s.Name]
			mine := has.Places
			for _, p := range s.Places {
				if !places[p.Target] {
					places[p.Target] = true
					mine = append(mine, p)
				}
			}
			b.byName[s.Name] = ops.Service{
				Name: s.Name, Owner: cmp.Or(has.Owner, s.Owner), OnCall: cmp.Or(has.OnCall, s.OnCall), Help: cmp.Or(has.Help, s.Help),
				Repository: cmp.Or(has.Repository, s.Repository), ConfigApp: cmp.Or(has.ConfigApp, s.ConfigApp), Places: mine,
				Release: cmp.Or(has.Release, s.Release), Config: cmp.Or(has.Config, s.Config),
			}
		}
	}
	for _, s := range b.byName {
		slices.SortFunc(s.Places, byTarget)
		b.services = append(b.services, s)
		b.places = append(b.places, s.Places...)
	}
	slices.SortFunc(b.services, func(x, y ops.Service) int { return strings.Compare(x.Name, y.Name) })
	slices.SortFunc(b.places, byTarget)
	return b
}

func byTarget(x, y ops.Place) int { return strings.Compare(x.Target.String(), y.Target.String()) }

// matching are the places that a target or pattern selects.
func (b *book) matching(t ops.Target) []ops.Place {
	candidates := b.places
	if !strings.Contains(t.Service, "*") {
		candidates = b.byName[t.Service].Places
	}
	var out []ops.Place
	for _, p := range candidates {
		if t.Matches(p.Target) {
			out = append(out, p)
		}
	}
	return out
}

// names are the names of the services.
func (b *book) names() []string {
	out := make([]string, len(b.services))
	for i, s := range b.services {
		out[i] = s.Name
	}
	return out
}
