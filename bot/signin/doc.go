// Package signin answers: whose is this chat account, by the company's own sign-in?
//
// The bot sends a link to an account that it does not know. Behind it the person signs in at the OpenID provider, sees
// which account is meant, and says that it is theirs. From then on the account is theirs, for every process.
//
// Why there is a button after the sign-in: a link can be sent on. Whoever opens one that somebody else has asked for must
// see whose account it is before it becomes theirs.
//
// Why nothing is kept here: the link and the cookie carry what is needed, sealed with a key that every process derives from
// the client secret, so that it does not matter which of them answers.
package signin
