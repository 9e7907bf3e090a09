// Package bench answers: what does a change cost, beside the least that the engine can do?
//
// Every figure stands beside its floor, measured in the same run on the same engine, so that the ratio means something on
// any machine. The tests have the build tag bench; `make bench` prints the table.
//
// Figures h to k are those of chat: a whole program in a process of its own, on the fake Slack and the fake Lark, fifty
// commands every second whether or not the former ones are answered, beside Hubot where npm can install it. The floor of
// an acknowledgement is the disk: what was acknowledged must be on it.
package bench
