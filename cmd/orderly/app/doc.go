// Package app answers: how do the parts become one running program?
//
// Start joins engine, clouds, policy, people and front doors by the options; wire.go is the table of contents of what is
// joined, systems.go that of the outside systems. Nothing else in the program knows more than its neighbours.
//
// Why roles: one process can be everything (orderly dev), or many processes share the work on one Temporal
// (orderly serve --roles bot,portal,worker). They meet nowhere but there.
package app
