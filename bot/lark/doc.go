// Package lark answers: how does a change look in Lark and Feishu?
//
// Draw turns a card into a card of JSON 2.0. It is the first half of the front door; the other half, which takes commands
// and clicks in, follows.
//
// Why the card is plain structs: the SDK has no builders for JSON 2.0, and the platform refuses a card with one property
// that it does not know.
//
// Why progress is a card and never a text: a text message can be edited 20 times, a card for 14 days as often as one likes.
//
// Why an action that needs a reason is a form: a card cannot ask back, so the reason is written before the click.
package lark
