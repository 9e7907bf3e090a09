// Package bot answers: what did this person ask for, and what do we say to them?
//
// Every surface brings a line of chat (Desk.Say), a filled-in form (Desk.Submit) or a click (Desk.Act) here, and shows
// what comes back. Parse understands a line, Fill says what is still to be asked, Help what one may ask for, Phrases
// says a status as a Card, which a surface draws or writes as text, Identities knows whose account it is. The package
// starts nothing itself: Starter does.
//
// # The grammar
//
//	[@mention] [ops|orderly|/] <operation> [value ...] [key=value ...] [--flag value ...]
//	approve|reject|cancel|retry|review <id> [plan=<hash>] [note]    同意|批准 拒绝|驳回 取消 重试 复核
//	show <id>                                                      查看
//	ls [open] [mine] [operation] [state] [target] [key=value ...]  列表
//	help [operation] [--all], ops                                  帮助
//	form <operation> ...                                           表单
//
// Names of operations are found in any case, with spaces for dots, and by alias. Values without a name go to the
// parameters in their order. Every operation has the flags --reason, --at, --cron, --tz, --plan, --break-glass, --hold.
// Quotes may be "", ”“, ‘’, 「」 or 『』, dashes may be — or –, letters and signs may be full-width outside of free text.
// Line writes a request back as one such line, and Parse of that line is the request again.
//
// # Why
//
// Why an unknown word is an error and never skipped: half of a misread command is a command that nobody gave. The error
// says what one could have meant, and the person decides.
//
// Why the policy is asked here although the change asks it again: a sure "no" should come at once and start nothing. A
// "yes" from here counts for nothing; only the one inside of the change does, which knows the plan.
//
// Why options that cannot be looked up refuse the request: a value that was not checked would be a guess.
//
// Why the desk wipes Standing and Schedule: only the program gives approvals in advance; a front door must not.
//
// Why approve takes plan=<hash>: the messages show that line, so that an answer given to what was read minutes ago does
// not count for a plan that was made since. Without it the present plan is meant.
//
// Why "20:00" that has passed is an error: tomorrow would be a guess, and a change at the wrong day is a costly one.
//
// Why a people file and no look-up by e-mail: an address can be changed by its owner in most chat systems, and then
// somebody else would be obeyed. An account belongs to a person when an operator has written it down.
//
// Why a card is neither text nor blocks: what a change says is decided here, once; how it looks is the surface's own. A
// platform with little room asks for a smaller card (Card.Fit), and never loses what to approve and with what button.
//
// Why secrets are masked even though only references are typed: where a secret is kept is worth hiding too.
package bot
