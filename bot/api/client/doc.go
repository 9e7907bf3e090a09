// Package client answers: how does a Go program use the API?
//
// It speaks /api/v1 for the command line and the terminal room: requests, acts, lists, and the two streams as iterators
// that come back by themselves when the connection breaks.
//
// Why every call that changes something carries an Idempotency-Key, also when the caller gives none: a connection that
// breaks leaves it open whether the call arrived. With the key it is simply sent again and counts once.
//
// Why a first connection that fails is an error and a later one is waited for: a wrong address should be said at once;
// a server that is being replaced comes back in a moment, and whoever watches wants to go on watching.
package client
