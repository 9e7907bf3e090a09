// Package consul answers: what does the KV store of Consul hold for a service, and how is it changed?
//
// A Client speaks to one Consul. The keys of a namespace are those below a prefix. Every error says what was wrong, where,
// and what to do next.
//
// Why one transaction: it writes all keys or none, each only over the version that was read (its ModifyIndex), so that no
// other hand is overwritten. More changes than a transaction takes are refused and not cut in two.
//
// Why reads are consistent: a stale one would make a plan for what is not there any more.
//
// Why the status of an answer is judged before the official client sees it: that hands on words only.
package consul
