// Package larktest answers: how can a Lark front door be tested without Lark?
//
// New starts a tenant with the app in it. The front door talks to it through the real client library, over the Web API
// and over the long connection or HTTP; people do what people do; and the test reads what they see:
//
//	s := larktest.New(t)
//	config := larkcore.Config{BaseUrl: s.API(), AppId: s.AppID, AppSecret: s.AppSecret, ...}
//	run(ws.NewClient(s.AppID, s.AppSecret, ws.WithDomain(s.API()), ...)) // or s.DeliverTo(url), sealed with s.EncryptKey
//	ann, ops := s.Person("ou_ann"), s.Chat("ops")
//	ann.Says(ops, "@orderly scale web to 5")
//	larktest.Await(t, "a question", func() bool { return strings.Contains(ops.Draw(), "[Approve]") })
//	answer := ann.Clicks(ops.Last(), "Approve").Answer() // by its label or its name: a toast, another card, or a code
//	answer = ann.Submits(ops.Last().Form("form-1"), larktest.Values{"why": "busy"})
//	s.Calls("im.message.patch") // the ledger: method, arguments, time and answer of every call
//	s.Deliveries()              // what the app was told, each with its attempts and its answer
//
// What goes wrong in practice goes wrong on request: Fail, LimitRates, Scopes, RevokeTokens, Disconnect, DropConnections,
// Silent, Reconnects, DuplicateNext, SwapNext, SplitNext, Happens, AckWithin, Chat.WithoutApp, Message.Seen,
// Person.Copies, Person.Forges, Person.Unavailable, Person.BlocksBot. What Lark refuses in cards is refused here, and
// CheckCard says it without a server.
//
// Why everything is JSON here and frames are written by hand, and no type of the client library occurs: a fake that
// shares its types with the client makes the same mistakes as the client. The tests of this package read every payload
// with those types instead.
//
// Why the clock is the server's and runs: three seconds to acknowledge, six hours to the last retry, two hours of a token
// and fourteen days of a card are all over at once when Advance says so, and a test that does not care never notices the
// clock. The client library goes by the real one: after Advance its cached token may be worthless.
//
// Why every server has an app ID of its own: the client library keeps tokens for the whole process, by app ID.
//
// Why a message comes again with another event ID: Lark says that messages are known by their own ID, so an app that
// remembers event IDs has to be found out. All other events keep theirs. For the same reason a connection that drops has
// failed for all that waits on it, and any connection may get any delivery.
//
// Why clicks never come again: Lark does not repeat them, and shows the person a code: 200340 when the app does not
// listen, 200341 when it is late, 200671 when it answers anything but 200, 200672 for a toast and 200673 for a card that
// is none.
//
// Why the challenge is not signed: the client library checks no signature of it, so Lark may send none. An app that wants
// one could never be set up.
//
// Why a call that is refused for its rate comes with 400 and with 429 in turn: Lark does both, and the code in the body
// and the header x-ogw-ratelimit-reset are what an app can go by. Too many changes of one card are refused with another
// code and without that header.
//
// Why the fake is stricter than Lark where nobody knows: the value of a button must be an object, because the client
// library cannot read another; the names of elements are unique in the card also outside of forms; the old and the new
// card must say update_multi before a change; cells must belong to a column and be of its type; a uuid counts for the
// whole app, so that the same one in another chat posts nothing there. A front door that passes here is on the safe side.
//
// Why unknown properties of elements are refused, as Lark does, but not those of pictures and charts: their description
// is long and nothing here draws them.
//
// Why a forwarded card can be clicked: Lark lets an app allow it, and then the click comes with the IDs of another message
// and chat, so an app has to bind a button to its message.
//
// Why a form that Lark itself would hold back fails the test: a person cannot send an empty field or an option that is not
// there, so a test that does so tests nothing.
//
// What is not served: updates with the token of a click, card entities, pictures and files, user tokens.
package larktest
