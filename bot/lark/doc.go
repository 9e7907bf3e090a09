// Package lark answers: how does a change look in Lark and Feishu?
//
// Draw turns a card into a card of JSON 2.0, DrawForm the form of an operation. A Client posts them; a Door takes in what
// people say, click and fill in, over the long connection (Listen) or over the webhook (ServeHTTP).
//
// Why the card is plain structs: the SDK has no builders for JSON 2.0, and the platform refuses a card with one property
// that it does not know.
//
// Why progress is a card and never a text: a text message can be edited 20 times, a card for 14 days as often as one likes.
//
// Why an action that needs a reason is a form: a card cannot ask back, so the reason is written before the click.
//
// Why a form that is wrong is drawn anew in the answer to the click, and one that is taken is replaced: a card has no place
// for errors beside its fields, and it stands there for everybody to send once more.
//
// Why the key of a form is made of its message, its person and its values: Lark tells a person of an answer that came too
// late, and they send the form again.
//
// Why a button knows its thread: a click does not tell where its message stands.
//
// Why the webhook is not the SDK's: without an encrypt key that one believes what nobody has signed, and with one it takes
// what was signed long ago.
//
// Why tokens are kept here: the SDK tries again with the very token that was refused.
package lark
