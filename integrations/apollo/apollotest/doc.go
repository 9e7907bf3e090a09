// Package apollotest answers: how does one test against Apollo without one?
//
// A Server is the part of a portal's open API that is used here, over HTTP and with a memory: it asks for the token, for an
// operator that it knows, for the namespace's lock, and for keys and values that fit; it publishes what is edited, and its
// instances receive what is published. It refuses every path that it does not know.
//
// Why a ledger: a test asks which writes had an effect, and how often.
//
// Why faults are queued by call: a portal may fail before it has done something, or after.
package apollotest
