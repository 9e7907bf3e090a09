// Package apitest answers: how does one test a client of the API without an engine?
//
// World is the whole API on a loopback port, with the people, the policy and the operations of a small company, and
// with a Ledger in the place of Temporal: it keeps every request and every act, and a test moves its changes on.
//
// Why a ledger and not a mock: a test says what should have happened in the end, not which calls were expected in
// which order.
package apitest
