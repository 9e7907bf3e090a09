// Package inventory answers: which services are there, who owns them, and where do they run?
//
// It merges sources (a YAML file, a CMDB over HTTP, the labels on Kubernetes workloads), the first one winning over
// those after it, and
// finds the places that a target or a pattern means.
//
// Why answers come from memory and misses do not: a question that the last reading answers must not wait for a cluster
// that is away, so an old reading is renewed beside it. But "there is no such service" is believed only after a fresh
// look, because the service may have been made a second ago.
//
// Why the last good reading of a source is kept: when a cluster does not answer, its services still exist. Whoever asks
// is told how old the reading is (Health), and so is whoever does not find something.
//
// Why a pattern must name its environment: `scale shop.* 0` must never mean production by omission. Questions may leave
// it out, because they change nothing.
//
// Why an unknown service belongs to Nobody instead of being an error: a change whose service has vanished must still be
// judged, for example to cancel it. Nobody is a group that no person is in, so nothing is allowed by ownership.
package inventory
