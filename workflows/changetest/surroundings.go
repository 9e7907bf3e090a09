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
	World  *World
	Decide func(f ops.Facts) (ops.Decision, error) // what the policy says; nil: allowed without approval
	Deaf   error                                   // what the room answers to every notice

	mu      sync.Mutex
	notices []ops.Notice
}

// Room is the surface that the notices go to.
const Room = "room"

// Steps are the steps that the surroundings answer.
func (s *Surroundings) Steps() []activities.Bound {
	return slices.Concat(
		activities.Bind(Provider, s.World), activities.Bind(activities.Inventory, s.World),
		activities.Bind(activities.Policy, decider{s}), activities.Bind(Room, notifier{s}),
	)
}

// Notices are what the room was told, in order.
func (s *Surroundings) Notices() []ops.Notice {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.notices)
}

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

func (n notifier) Notify(_ context.Context, notice ops.Notice) error {
	n.s.mu.Lock()
	defer n.s.mu.Unlock()
	n.s.notices = append(n.s.notices, notice)
	return n.s.Deaf
}
