// Package consul answers: what does the KV store of Consul hold for a service, and how is it changed?
//
// A Client speaks to one Consul. The keys of a namespace are those below a prefix. Every error says what was wrong, where,
// and what to do next.
//
// Why one transaction: it writes all keys or none, each only over the version that was read (its ModifyIndex), so that no
// other hand is overwritten. More changes than a transaction takes are refused and not cut in two.
//
// Why the history is kept here, at a place of its own (orderly/releases/...): Consul has none. The transaction that writes the
// keys writes the release as well, so that one is never without the other; what somebody else has written is kept when it
// is found. It is below another prefix because services read everything below their own. It holds former values, secrets
// included, in the same store: give that prefix to nobody who may not read the other.
//
// Why there is no gray release: every reader of a key gets the same value. A second prefix for some instances would be a
// promise that the service has to keep, and nobody could see from here whether it does. It is refused.
//
// Why nobody says who has received it: Consul does not know who has read what.
//
// Why reads are consistent: a stale one would make a plan for what is not there any more.
//
// Why the status of an answer is judged before the official client sees it: that hands on words only.
package consul
