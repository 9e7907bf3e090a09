// Package slack answers: how does a change look in Slack?
//
// Draw turns a card into Block Kit blocks. It is the first half of the front door; the other half, which takes commands
// and clicks in, follows.
//
// Why everything written elsewhere is escaped here, and nowhere before: a card is neutral, and each platform obeys other
// characters. With &, < and > escaped nobody can make the bot mention a channel, and texts are verbatim so that Slack
// itself turns no name into a mention.
//
// Why a card is shrunk to less than Slack's documented limits: a message of 50 blocks may hold 3,000 characters each, but
// Slack refuses it when all of them together pass about 10,000 (msg_blocks_too_long).
//
// Why a button carries the change, the act and the plan, and nothing that is believed: a click is answered by the change
// itself, from what it knows at that moment.
package slack
