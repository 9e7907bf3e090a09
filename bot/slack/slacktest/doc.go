// Package slacktest answers: how can a Slack front door be tested without Slack?
//
// New starts a workspace with the app in it. The front door talks to it through the real client library, over the Web API
// and over Socket Mode or HTTP; people do what people do; and the test reads what they see:
//
//	s := slacktest.New(t)
//	api := slack.New(s.BotToken, slack.OptionAPIURL(s.API()), slack.OptionAppLevelToken(s.AppToken))
//	run(socketmode.New(api)) // or s.DeliverTo(slacktest.URLs{...}), with requests signed by s.SigningSecret
//	ann, ops := s.Person("U_ANN"), s.Channel("ops")
//	ann.Says(ops, "@orderly scale web to 5")
//	slacktest.Await(t, "a question", func() bool { return strings.Contains(ops.Draw(), "[Approve]") })
//	ann.Clicks(ops.Last(), "approve")
//	form, open := ann.Modal() // after ann.Command, ann.Shortcut or a click opened one
//	answer := ann.Submits(form, slacktest.Values{"reason": "busy"})
//	s.Calls("chat.update")    // the ledger: method, arguments, time and answer of every call
//	s.Deliveries()            // what the app was told, each with its attempts and its answer
//
// What goes wrong in practice goes wrong on request: Fail, LimitRates, Scopes, RevokeToken, Disconnect, DropConnections,
// DuplicateNext, SwapNext, Happens, AckWithin, Channel.WithoutApp, Message.Seen, Person.Copies. What Slack refuses in blocks
// and views is refused here, and CheckMessage and CheckView say it without a server.
//
// Why everything is JSON here and no type of the client library occurs: a fake that shares its types with the client makes
// the same mistakes as the client. The tests of this package read every payload with those types instead.
//
// Why the clock is the server's and runs: three seconds to acknowledge, five minutes to the last retry, half an hour for a
// response URL are all over at once when Advance says so, and a test that does not care never notices the clock.
//
// Why an event that was not acknowledged comes in another envelope: Slack promises only that its event_id stays, so an app
// that tells retries apart by the envelope has to be found out. For the same reason a connection that drops has failed for
// all that waits on it, even if the app acknowledges on its next connection, and any connection may get any delivery.
//
// Why commands and clicks never come again: Slack does not repeat them, and tells the person that the app did not respond.
//
// Why the app hears itself in direct messages: Slack sends it message events of its own posts and changes. An app that
// answers them talks to itself for ever.
//
// Why the fake is stricter than Slack where nobody knows: all blocks of a message may have 9,500 characters in 15 KB,
// because more was seen to be refused and the rule is not documented; the value of an option may have 75 characters, which
// is the older of two documented limits; an unknown thread_ts is refused. A front door that passes here is on the safe side.
//
// Why unknown fields of blocks are refused, as Slack does, but not those of the newest blocks: their description still
// changes, so only their limits are checked.
//
// Why a form that Slack itself would hold back fails the test: a person cannot send an empty field or an option that is not
// there, so a test that does so tests nothing.
package slacktest
