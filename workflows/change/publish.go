package change

import (
	"slices"
	"strings"

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

// maxSearchBytes bounds one search attribute; the engine ends a workflow that passes its limit of 2,048.
const maxSearchBytes = 1500

// PersonKey is how a person is written in search attributes.
func PersonKey(id string) string { return ops.ShortHash("person", id) }

// SearchAttributes are those that a change starts with. A change that lives counts as running unless it waits.
func SearchAttributes(op ops.Operation, r ops.Request) temporal.SearchAttributes {
	return temporal.NewSearchAttributes(append(placeAttributes(op.Targets(r.Params)),
		SearchOperation.ValueSet(r.Operation), SearchState.ValueSet(string(ops.Running)), SearchRequester.ValueSet(PersonKey(r.By.ID)),
		SearchText.ValueSet(bounded(ops.Line(op, r))))...)
}

// bounded cuts a text to what a search attribute takes.
func bounded(text string) string {
	if len(text) <= maxSearchBytes {
		return text
	}
	return strings.ToValidUTF8(text[:maxSearchBytes], "") + "…"
}

func placeAttributes(targets []ops.Target) []temporal.SearchAttributeUpdate {
	var services, envs, idcs []string
	for _, t := range targets {
		services, envs, idcs = add(services, t.Service), add(envs, t.Env), add(idcs, t.IDC)
	}
	if bytesOf(services) > maxSearchBytes {
		services = nil
		for _, t := range targets {
			services = add(services, WholeProduct(t.Service))
		}
	}
	var out []temporal.SearchAttributeUpdate
	for _, a := range []struct {
		key    temporal.SearchAttributeKeyKeywordList
		values []string
	}{{SearchServices, services}, {SearchEnvs, envs}, {SearchIDCs, idcs}} {
		if len(a.values) > 0 && bytesOf(a.values) <= maxSearchBytes {
			out = append(out, a.key.ValueSet(a.values))
		}
	}
	return out
}

// WholeProduct stands for all services of a service's product, where a change has too many to name.
func WholeProduct(service string) string { return ops.Target{Service: service}.Product() + ".*" }

func bytesOf(values []string) int {
	n := 0
	for _, v := range values {
		n += len(v) + 3
	}
	return n
}

func add(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// waits are the states in which a change can be found for long; of the others it is enough to know that it runs.
var waits = []ops.State{ops.WaitingApproval, ops.WaitingWindow, ops.WaitingLock, ops.Held}

// publish makes the state searchable, and with the first plan its targets. What does not change is not written: each
// write is an event and a row.
func (l *life) publish(ctx workflow.Context) {
	if l.part != nil {
		l.tellChange(ctx)
		return
	}
	shown := ops.Running
	if slices.Contains(waits, l.status.State) || !l.status.ClosedAt.IsZero() {
		shown = l.status.State
	}
	var updates []temporal.SearchAttributeUpdate
	if shown != l.shown {
		updates = append(updates, SearchState.ValueSet(string(shown)))
		l.shown = shown
	}
	if l.status.Plan != nil && !l.placed {
		l.placed = true
		if asked := l.def.Operation.Targets(l.status.Request.Params); !slices.Equal(asked, l.status.Plan.Targets) {
			updates = append(updates, placeAttributes(l.status.Plan.Targets)...)
		}
	}
	if len(updates) == 0 {
		return
	}
	if err := workflow.UpsertTypedSearchAttributes(ctx, updates...); err != nil {
		workflow.GetLogger(ctx).Warn("search attributes not updated", "error", err)
	}
}
