// Package workflows answers: what can be asked for, and how do the others reach it?
//
// All is the table of contents: one line per operation. Register puts the workflows on a worker. Client is the only user
// of Temporal's client: it starts exactly one change per request, hands acts to it, and reads statuses and lists.
//
// Why lists read visibility alone: a page of changes must cost the same with twenty thousand changes behind it, so it
// never asks a change for itself.
//
// Why a clash of workflow IDs is looked at: the ID is a hash over surface and delivery key. The key itself stands in the
// memo and is compared, so that a clash is an error and not somebody else's change.
package workflows
