// Package spinnakertest answers: how does one test against Spinnaker without one?
//
// A Server is the part of Gate that is used here, over HTTP and with a memory: pipelines with parameters, executions with
// stages and judgments, and the search by trigger. It asks for a token or a password, does not start an execution twice
// while one with the same correlationId runs, and refuses every path and every parameter that it does not know.
//
// Why a ledger: a test asks which writes had an effect, and how often.
//
// Why faults are queued by call: Spinnaker may fail before it has done something, or after.
package spinnakertest
