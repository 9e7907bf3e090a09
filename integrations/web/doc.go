// Package web answers: does an address answer over HTTP, and with which status?
//
// A Client sends one GET and says what came back. That nobody answers is a result too, with the reason in a few words.
//
// Why a guard looks at the address that is dialled, and not at the URL: a name can mean any address, and another one a
// moment later. The guard stands between the name's resolution and the connection, so what it saw is what is connected.
//
// Why link-local addresses and those of cloud metadata are refused whatever is configured: there the cloud hands its
// credentials to whoever asks from this machine, and no service that anybody runs has such an address. This machine's
// own addresses are refused too, unless networks names them, because what listens there trusts its neighbours.
//
// Why no proxy is used: a proxy resolves names itself, behind the guard.
//
// Why redirects are not followed: 302 is what the address answered. Whether that is well is for the one who asked.
//
// Why every probe makes a new connection: a kept one says that the service was there before, and not that somebody
// who comes now gets in.
//
// Why an answer that breaks off is none: the status was promised before the service died.
package web
