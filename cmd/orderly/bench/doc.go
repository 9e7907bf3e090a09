// Package bench answers: what does a change cost, beside the least that the engine can do?
//
// Every figure stands beside its floor, measured in the same run on the same engine, so that the ratio means something on
// any machine. The tests have the build tag bench; `make bench` prints the table.
package bench
