// Package jenkins answers: how does a job of Jenkins deploy a version exactly once, and how does one follow, answer and stop
// it?
//
// A Client speaks the remote access API of one Jenkins, with a user's API token. It implements activities.Jobs, with which
// activities.Outside deploys. Every error says what was wrong, where, and what to do next.
//
// Why a job has to declare the parameter ORDERLY_KEY: Jenkins knows no idempotency key, and drops parameters that a job does
// not declare. By it a run is found again in the queue and among the last builds before a second one is started.
//
// Why a stop is followed by a term: a step that does not listen to an interrupt would deploy on while the way back runs.
//
// Why an input step that wants values is not answered: nobody here knows them. One that wants only a yes is answered by
// promote.
//
// Why stages are read where they can be, and not asked for: they belong to a plugin that not every Jenkins has.
package jenkins
