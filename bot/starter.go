package bot

import (
	"context"

	"orderly.example/ops"
)

// Starter starts changes, acts on them and reads them. The workflows package implements it with Temporal; tests with a
// ledger in memory.
type Starter interface {
	// Start starts exactly one change per surface and delivery key and returns its id; a repeat returns the same id.
	Start(ctx context.Context, r ops.Request) (id string, err error)
	// Act hands an act to a change. NotFound when there is none with this id.
	Act(ctx context.Context, id string, act ops.Act) (ops.Reply, error)
	// Status reads everything about one change. NotFound when there is none with this id.
	Status(ctx context.Context, id string) (ops.Status, error)
	// List reads a page of changes, the newest first, from visibility alone.
	List(ctx context.Context, f ops.Filter) (ops.Page, error)
}

// Decider answers what the policy says. An answer that depends on a plan which does not exist yet is not Sure.
type Decider interface {
	Decide(ctx context.Context, f ops.Facts) (ops.Decision, error)
}

// Options answers which values a parameter with OptionsFrom may take, given the values that are already known.
type Options interface {
	Options(ctx context.Context, source string, values map[string]string) ([]string, error)
}
