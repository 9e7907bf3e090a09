package activities

import (
	"context"

	"orderly.example/ops"
)

// Decider answers whether a change may happen and who has to agree. It fills in the facts that a workflow cannot know:
// the time and the owners of the targets.
type Decider interface {
	Decide(ctx context.Context, facts ops.Facts) (ops.Decision, error)
}

// Decide asks the policy; the answer stays in history.
var Decide = newStep("decide", read, Decider.Decide)

// Policy is the provider that answers Decide.
const Policy = "policy"
