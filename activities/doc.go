// Package activities answers: what is one durable side effect, and who can do it?
//
// A Step is a typed side effect that a workflow asks for; a capability is a small interface that an integration
// answers; Bind joins the two under the explicit name "provider.step" by asking, step by step, "can you?". Workflows
// call `activities.Scale.Do(ctx, place.Provider, in)` and know no integration; integrations are plain clients and know
// no Temporal.
//
// Why explicit names: a struct-prefix registration in the SDK keeps no alias, so the methods of two providers would
// collide.
//
// Why three modes: a write is a Temporal activity of its own; a read is a local activity (one history event instead of
// six) because running it twice is harmless; a wait is an activity that may last for hours and is ended by a cancel.
// Writes and waits show every second that they live, so that a killed process is missed soon, and carry the fine
// progress that way without costing history.
//
// Why a cancel does not break off a write: it may have been sent off, and would arrive after the undo has looked.
//
// Why the retry decision is here and only here: an integration says what happened (ops.Code) and cannot know whether it
// is worth trying again; see retry.go.
//
// Why a step's key is the workflow ID and the activity ID: it is the same in every attempt, so that a provider which
// hands keys on (Key) makes a repeated call harmless.
package activities
