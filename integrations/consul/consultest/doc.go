// Package consultest answers: how does one test against the KV store of Consul without one?
//
// A Server keeps keys with their versions, lists them below a prefix, and does transactions of cas and delete-cas: all of
// one or nothing. It asks for the token, and refuses every path and verb that it does not know.
//
// Start runs a real one instead: the contract of the client is proved on both.
package consultest
