package change

import (
	"slices"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"orderly.example/ops"
)

// The search attributes of a change; lists and filters read nothing else. They hold no personal data: the requester
// is a hash.
var (
	SearchOperation = temporal.NewSearchAttributeKeyKeyword("OrderlyOperation")
	SearchState     = temporal.NewSearchAttributeKeyKeyword("OrderlyState")
	SearchRequester = temporal.NewSearchAttributeKeyKeyword("OrderlyRequester")
	SearchServices  = temporal.NewSearchAttributeKeyKeywordList("OrderlyServices")
	SearchEnvs      = temporal.NewSearchAttributeKeyKeywordList("OrderlyEnvs")
	SearchIDCs      = temporal.NewSearchAttributeKeyKeywordList("OrderlyIDCs")
	SearchText      = temporal.NewSearchAttributeKeyString("OrderlyText")
)

// maxSearchTargets bounds how many services of a large change can be found by name.
const maxSearchTargets = 100

// PersonKey is how a person is written in search attributes.
func PersonKey(id string) string { return ops.ShortHash("person", id) }

// SearchAttributes are those that a change starts with.
func SearchAttributes(r ops.Request, targets []ops.Target) temporal.SearchAttributes {
	return temporal.NewSearchAttributes(append(placeAttributes(targets),
		SearchOperation.ValueSet(r.Operation), SearchState.ValueSet(string(ops.Received)), SearchRequester.ValueSet(PersonKey(r.By.ID)),
		SearchText.ValueSet(ops.Line(r)))...)
}

func placeAttributes(targets []ops.Target) []temporal.SearchAttributeUpdate {
	var services, envs, idcs []string
	for _, t := range targets[:min(maxSearchTargets, len(targets))] {
		services, envs, idcs = add(services, t.Service), add(envs, t.Env), add(idcs, t.IDC)
	}
	var out []temporal.SearchAttributeUpdate
	if len(services) > 0 {
		out = append(out, SearchServices.ValueSet(services))
	}
	if len(envs) > 0 {
		out = append(out, SearchEnvs.ValueSet(envs))
	}
	if len(idcs) > 0 {
		out = append(out, SearchIDCs.ValueSet(idcs))
	}
	return out
}

func add(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// lasting are the states that one can find a change in; the others pass within a moment and would only cost history.
var lasting = []ops.State{ops.WaitingApproval, ops.WaitingWindow, ops.WaitingLock, ops.Running, ops.Held, ops.Undoing}

// publish makes the state searchable.
func (l *life) publish(ctx workflow.Context) {
	s := l.status.State
	if s == l.shown || (!slices.Contains(lasting, s) && l.status.ClosedAt.IsZero()) {
		return
	}
	updates := []temporal.SearchAttributeUpdate{SearchState.ValueSet(string(s))}
	if l.status.Plan != nil && !slices.Contains(lasting, l.shown) {
		updates = append(updates, placeAttributes(l.status.Plan.Targets)...)
	}
	if err := workflow.UpsertTypedSearchAttributes(ctx, updates...); err != nil {
		workflow.GetLogger(ctx).Warn("search attributes not updated", "error", err)
	}
	l.shown = s
}
