// Package registry answers: is there such an image, and which digest does its tag mean?
//
// A Client asks the registry that a reference names, over the protocol that all registries speak. Every error says what
// was wrong, where, and what to do next.
//
// Why a reference has to name a tag or a digest: container runtimes add "latest", which means whatever was pushed last.
// A release of "whatever" cannot be planned, and cannot be undone.
//
// Why an image for several architectures keeps the digest of its index: that is what the tag means, and what a machine
// of either architecture can start.
//
// Why plain http is refused unless a host is named in insecure: the protocol's clients fall back to it for private
// addresses, and whoever answers there would be handed the password.
//
// Why the protocol client's own retries are off: whether to try again is decided once, in package activities, and shown.
//
// Why tags are listed only after a miss, and only so many: the list is a help for somebody who mistyped, and registries
// with a hundred thousand tags exist.
package registry
