package changetest

import (
	"context"
	"slices"
	"sync"

	"orderly.example/activities"
	"orderly.example/ops"
)

// Surroundings are everything around a change but the engine: a world, a policy and a room to speak in.
type Surroundings struct {
	World   *World
	Decide  func(f ops.Facts) (ops.Decision, error) // what the policy says; nil: allowed without approval
	Receipt ops.Receipt                             // what the room answers to every notice
	Deaf    error                                   // or else why it does not

	// Read reads the change that the room is told of; nil: it does not look.
	Read func(ctx context.Context, id string) (ops.Status, error)

	mu      sync.Mutex
	notices []ops.Notice
	shown   []ops.State
}

// Room is the surface that the notices go to.
const Room = "room"

// Steps are the steps that the surroundings answer.
func (s *Surroundings) Steps() []activities.Bound {
	var centre []activities.Bound
	if s.World.Centre != nil {
		centre = activities.Bind(CentreProvider, s.World.Centre)
	}
	if s.World.Forge != nil {
		centre = append(centre, activities.Bind(ops.GitLab, s.World.Forge)...)
	}
	if s.World.Outside != nil {
		centre = append(centre, activities.Bind(ops.Jenkins, s.World.Outside.deployer())...)
	}
	if c := s.World.Cloud; c != nil {
		centre = slices.Concat(centre, activities.Bind(CloudProvider, cloud{c}), activities.Bind(activities.Clouds, c))
	}
	if s.World.Yard != nil {
		centre = append(centre, s.World.Yard.steps()...)
	}
	return slices.Concat(centre,
		activities.Bind(Provider, s.World), activities.Bind("prometheus", meter{s.World}), activities.Bind("web", prober{s.World, s.World}), activities.Bind(activities.Inventory, s.World),
		activities.Bind("kafka", keeper{s.World}), activities.Bind("database", granter{s.World}), activities.Bind(activities.Policy, decider{s}), activities.Bind(Room, notifier{s}),
	)
}

// Notices are what the room was told, in order.
func (s *Surroundings) Notices() []ops.Notice {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.notices)
}

// Shown are the states that the room read, in order.
func (s *Surroundings) Shown() []ops.State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.shown)
}

type (
	meter   struct{ activities.Meter }
	keeper  struct{ activities.TopicKeeper }
	granter struct{ activities.DatabaseGranter }
	prober  struct {
		activities.Prober
		activities.Comparer
	}
)

type decider struct{ s *Surroundings }

func (d decider) Decide(_ context.Context, f ops.Facts) (ops.Decision, error) {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	if d.s.Decide == nil {
		return ops.Decision{Allow: true, Sure: true, Rule: "lab"}, nil
	}
	return d.s.Decide(f)
}

type notifier struct{ s *Surroundings }

func (n notifier) Notify(ctx context.Context, notice ops.Notice) (ops.Receipt, error) {
	state := ops.State("")
	if n.s.Read != nil {
		s, err := n.s.Read(ctx, notice.Change)
		if err != nil {
			return ops.Receipt{}, err
		}
		state = s.State
	}
	n.s.mu.Lock()
	defer n.s.mu.Unlock()
	n.s.notices, n.s.shown = append(n.s.notices, notice), append(n.s.shown, state)
	return n.s.Receipt, n.s.Deaf
}
