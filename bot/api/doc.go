// Package api answers: how does a program ask for, answer and watch changes over HTTP?
//
// It is the front door /api/v1: it turns what it got into calls of a bot.Desk and shows what comes back. The command
// line, the terminal room and the portal's scripts are its clients; package client speaks it in Go. The OpenAPI
// document is made from the code that answers (/api/v1/openapi.json), so it cannot be out of date.
//
// Why a delivery key is the person and the Idempotency-Key: two people who choose the same key must not get each
// other's change, and one person who sends again must get the same one.
//
// Why an approval must name the plan: a person answers to what they saw. An answer without a plan could be about one
// that was re-made a moment ago.
//
// Why the events of a change are read from its status and not from a bus: the status holds the whole record, any
// process can read it, and a client that comes back with Last-Event-ID gets exactly what it missed. One poller per
// change serves all who watch it.
//
// Why the events of a room have no ids: a room shows one message per change in its latest form. Whoever comes back gets
// the latest forms, which is all there is to see.
//
// Why dev mode looks at the connection and at the Host header: a page in a browser can be made to call 127.0.0.1 under
// another name. It can neither set our header without a preflight nor forge the Host it was loaded from.
//
// Why huma.NewError is replaced for the whole process: the library has one such hook and no other; every answer of
// this program that is not a success has one form.
package api
