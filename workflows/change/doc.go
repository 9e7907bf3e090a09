// Package change answers: how does any request live and die?
//
// Change is the one Temporal workflow behind every operation: it asks the policy, makes the plan, collects approvals,
// waits for its time, takes the locks, runs with undo, verifies and keeps the record. An operation brings only what is
// its own (Define): a plan function, a run function, and what undoes it.
//
//	received -> planned -> waiting for approval -> waiting for its time -> waiting for the lock
//	         -> running -> verifying -> succeeded | failed | rolled back | cancelled | denied | expired
//
// Why the plan is made twice, and approvals bind to its hash: between the click and the run the world moves. After the
// locks are taken the plan is made again, and when it differs the approvals are void and asked again.
//
// Why the policy is asked up to three times: without a plan (to refuse before anything is read), with the plan (its
// numbers decide who has to agree), and just before running when something was waited for in between.
//
// Why a vote by the wrong person is accepted by the update and refused by its handler: a validator's refusal leaves no
// trace in history, and a refused vote belongs in the record. The validator only refuses what is malformed.
//
// Why an undo is registered before its step runs: when the worker dies after the effect and before the answer, the
// undo must be known. Undo steps are conditional, so undoing what never happened changes nothing.
//
// Why a Change completes also when it failed: Temporal's own "failed" is kept for defects of the program; how a change
// ended stands in its Status, which is the workflow's result and can be read without any worker.
//
// Why locks are a workflow, one book per product: a lock must survive what its owner survives, and must be seen, queued
// for and taken away when its owner has vanished. A book per product takes a claim over hundreds of targets in one call
// and is there already when the next change comes; a workflow per target would cost every change a second workflow.
//
// Why a claim is granted when no earlier one overlaps it: nobody is overtaken, nobody waits in a circle, and the rule
// fits in one line.
//
// Why a part of a change is a workflow and no change: a train of fifty services, or a rule that is kept for a month, would
// outgrow one history; but there is one request, one approval, one card and one cancel. A part has its own steps and undo,
// tells the change what it waits for with a signal, and hears from it what people say.
package change
