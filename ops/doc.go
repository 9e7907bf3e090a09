// Package ops answers: what do the words of this program mean?
//
// It holds the nouns (operation, parameter, request, target, plan, policy, decision, approval, status, event) and the
// pure rules about them. Everything else speaks in these types: a front door makes a Request, a worker runs it, and
// everybody reads a Status.
//
// Why only the standard library, and no clock, no files, no network: the same code decides in a front door, inside
// deterministic workflow code and in tests, so it must give the same answer in all three. Time comes in as an argument.
//
// Why parameter values are text: `6`, `10m` and `shop.cart.api@idc1:prod` look the same in a chat line, a form, a
// ticket, YAML, JSON and workflow history, and one parser per Kind checks them all. Decode turns them into a struct.
//
// Why every text has two languages in one value: a change is read by people of both, years after it ran; a text that
// was rendered in one language when it happened could not be read by the other half of the team.
package ops
