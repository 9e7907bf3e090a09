// Package promtest answers: how does a test get a real Prometheus that measures what the test says?
//
// Start starts the program that ORDERLY_PROMETHEUS names, on a free port of loopback and with a data directory of its
// own, and lets it read an endpoint that the test sets.
//
// Why there is no waiting time: every state of the endpoint carries a number, and Await waits until a query gives that
// number. One reading is stored as a whole, so whoever sees the number sees everything beside it.
package promtest
