// Package spinnaker answers: how does a pipeline of Spinnaker deploy a version exactly once, and how does one follow, answer
// and cancel it?
//
// A Client speaks the API of one Gate. It implements activities.Jobs, with which activities.Outside deploys. Every error
// says what was wrong, where, and what to do next.
//
// Why an execution carries the key twice: as its correlationId, by which Spinnaker itself does not start a second one while
// the first runs, and as a parameter, by which it is found when it has ended.
//
// Why a judgment with options is not answered: what follows depends on the option, and nobody here knows which. One that
// wants only a yes is answered by promote.
package spinnaker
