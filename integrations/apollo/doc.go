// Package apollo answers: what does Apollo hold for a service, and how is it changed and published?
//
// A Client speaks the open API of one Apollo portal, with the token of a third-party application. Every error says what
// was wrong, where, and what to do next.
//
// Why a handful of calls by hand: there is no Go client for the portal, and the official description has 120 calls of
// which about a dozen are needed here. A contract test checks each of them against that description.
//
// Why everything is read again after the last key was written: the portal takes the last write and knows no condition, so
// that another hand between the look and the write shows only in the whole.
//
// Why a release is looked for by its title before it is made: a portal that times out may have published, and a second
// release of the same content would be one too many.
//
// Why operator and publisher can be two people: with namespace.lock.switch the portal wants four eyes, which here are
// those of the policy; the portal has to be given two of its own users.
//
// Why a namespace without releases has the release 0: the empty release means a centre that publishes with the write.
package apollo
