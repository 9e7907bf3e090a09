// Package command answers: what can one type after `orderly`?
//
// The commands that serve (dev, serve, check) are handed in by main, which joins the parts; all others are a client of the
// HTTP API, like any other front door. The flags of `run <operation>` come from the operation's parameters.
//
// Why every command goes through the API and none through the engine: the record says who did what, and only the API knows
// who somebody is.
package command
