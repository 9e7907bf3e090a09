// Package bench answers: what does a change cost, beside the least that the engine can do?
//
// Every figure stands beside its floor, measured in the same run on the same engine, so that the ratio means something on
// any machine. The tests have the build tag bench; `make bench` prints the table.
//
// Figures h to k are those of chat: a whole program in a process of its own, on the fake Slack and the fake Lark, fifty
// commands every second whether or not the former ones are answered, beside Hubot where npm can install it. The floor of
// an acknowledgement is the disk: what was acknowledged must be on it.
//
// Figures l to o are those of the operations: what a wave of a release costs, a train against its longest chain, how often a
// config centre is asked until a thousand instances have a key, and an environment against the bare calls that make it.
package bench
