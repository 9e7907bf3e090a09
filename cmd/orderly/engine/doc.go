// Package engine answers: where does Temporal come from?
//
// Start embeds a whole Temporal server with a SQLite file in this process, for one machine; Prepare makes the namespace
// and the search attributes ready on a Temporal that somebody else runs.
//
// Why the dynamic configuration differs from Temporal's defaults: they are made for clusters. With one shard a default
// of 20 polls per second costs every hop 50 ms, and a lost wake-up is only noticed after 20 s; see tuning.go.
//
// Why SQLite runs with a write-ahead log and synchronous=FULL: one flush per commit instead of several, and what was
// acknowledged is there after a kill and after a power cut.
package engine
