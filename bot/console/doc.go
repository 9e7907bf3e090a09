// Package console answers: how do people talk to the bot in a terminal?
//
// A room of the console is a chat room like one of Slack: whoever is in it sees one message per change, which changes
// in place. Hub is the server's half: it takes notices and hands them to the API, which streams them out. Room is the
// terminal's half: it draws the messages and reads lines.
//
// Why the Hub keeps nothing: the record is in the changes. Whoever enters a room gets its recent messages from there.
//
// Why a reader who is too slow is dropped and not waited for: one hung terminal must not hold up the others; the dropped
// one comes back and gets the latest form of every message.
//
// Why the Room works on any reader and writer: the same code draws in place on a terminal and appends plain lines to a
// pipe, and both can be tested without a terminal.
package console
