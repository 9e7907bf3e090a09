// Package nacos answers: what does Nacos hold for a service, and how is it changed, for all instances or for some first?
//
// A Client speaks to one Nacos over HTTP. In the inventory, app is the group, a namespace is a dataId, and the environment
// (or what envs makes of it) is the namespace of Nacos. The keys are those inside of the dataId; see package document.
//
// Why plain HTTP: the official Go SDK is made for services that read their configuration. It lacks the history and the
// listeners, brings the clients of a cloud vendor's key store, and still calls an API that current servers have not got.
//
// Why two dialects: servers since 3.2 know only the admin API v3, servers before 3.0 only v1. v2 is left out: it has no gray
// release and no listeners. With v1, writing to a server before 2.3.0 is refused, because it takes no notice of the
// condition (casMd5), and another hand would be overwritten.
//
// Why the MD5 of a dataId names the release: it is what the history holds, what the server compares before it writes, and
// what every instance says it has. So a repeat after a lost answer sees its own content and writes nothing.
//
// Why a rollback publishes the text of the release: with its comments and its order, and without the values of secrets
// passing through anywhere else.
//
// Why the gray release carries the title in its appName: it is the only field that a server keeps with it and gives back,
// and without a name the gray release of somebody else would be taken for the own one.
package nacos
