// Package incident answers: what does one do to a service that misbehaves?
//
// Why a restart has no undo: the old instances are gone; what it can do is name the version that came up again, and
// refuse to go faster than the disruption budget of the workload allows.
package incident
