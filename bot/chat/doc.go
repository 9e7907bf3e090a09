// Package chat answers: what do all chat platforms have in common?
//
// A front door (bot/slack, bot/lark) decodes what a person did into a Delivery and hands it to Door.Take; what is said
// goes out through a Platform. Between the two stands everything that would otherwise be written once per platform: who
// the person is, what must not be lost, what may come twice, which messages there are and when to edit which.
//
//	platform -> Delivery -> Door.Take -> Inbox -> bot.Desk -> a change
//	a change -> Keeper.Notify -> Outbox -> Platform -> platform
//
// # Why
//
// Why the inbox is a file and not the engine: a platform wants its answer within three seconds, also while the engine is
// down, and does not repeat a command or a click. What is acknowledged must therefore be kept before anything else is
// asked, by something that is there whenever this process is. The file is bounded; when it is full nothing more is
// acknowledged, and the person sees that. It belongs to one process; a process that starts takes over the files of those
// that are gone.
//
// Why the first message is posted before the change is started: its place becomes part of the request, and so of the
// change's history. Whichever process tells the rest of the story, after whatever restart, knows which message to edit.
// If the platform does not take the message the change starts without one, and the message follows. The engine is asked
// for nothing before it, unless the delivery may have been seen already: a person sees at once that they were heard, also
// while the engine is busy or away. Only so many changes are started at a time, the others wait with their messages shown.
//
// Why a button is bound to its message: a message can be forwarded or copied, and then it stands before people for whom
// it was not made. The binding is drawn with the first edit, because a message has no name before it is posted.
//
// Why the outbox keeps an order per channel only: what one channel sees must not run backwards, and a channel that is
// too busy must not hold up another.
//
// Why fine progress is followed by the process that told the last turn, and not by the change: it costs no history, and
// if the process dies the next turn tells everything anyway.
package chat
