// Package release answers: how does a version reach every place where a service runs, and come back when it is bad?
//
// A release goes in waves, by the service's strategy in the inventory: one environment after the other, a few instances
// first (the canary), then cluster by cluster. Each wave is watched (it bakes) while its gates are measured.
//
// Why a failed gate takes everything back and not only its wave: two versions in production is a state that somebody has
// to remember. Who wants it so pauses the release instead.
//
// Why no value is not a pass: a dashboard without data looks like a quiet service. An empty answer or NaN may come while a
// wave bakes, and fails the gate at its end.
//
// Why a freeze stops a release between waves and not inside of one: a wave that is half out is worse than either end.
//
// Why the plan does not say how many instances are replaced: an autoscaler moves that number, and approvals bind to the plan.
package release
