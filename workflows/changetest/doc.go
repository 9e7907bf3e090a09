// Package changetest answers: how does one test an operation without a cluster and without a Temporal server?
//
// A Lab runs one change in the SDK's test environment, where timers cost no time, against a World of workloads in
// memory, with a policy of one decision and locks that are free unless a test says otherwise.
//
// Why a ledger and not mocks: a test asks what was written in the end and how often, not which calls were made.
package changetest
