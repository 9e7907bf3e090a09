// Package wire answers: what do the API and its clients say to each other?
//
// It holds the JSON bodies of /api/v1 that are not nouns of the program already (those are in ops), so that the server
// and the Go client are compiled against one declaration and cannot drift apart.
//
// Why a package of its own: the server brings an OpenAPI generator along, which a terminal does not need; the client
// brings reconnecting and retrying along, which a server does not need.
package wire
