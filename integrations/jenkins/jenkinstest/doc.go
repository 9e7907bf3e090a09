// Package jenkinstest answers: how does one test against Jenkins without one?
//
// A Server is the part of Jenkins's remote access API that is used here, over HTTP and with a memory: jobs in folders with
// parameters, a queue that joins items which are the same, builds with stages, logs and inputs. It asks for a user's API
// token, wants a crumb of the same session when it is told to, drops parameters that a job does not declare, and refuses
// every path that it does not know.
//
// Why a ledger: a test asks which writes had an effect, and how often.
//
// Why faults are queued by call: Jenkins may fail before it has done something, or after.
package jenkinstest
