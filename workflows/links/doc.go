// Package links answers: which accounts have people called their own, after signing in?
//
// Why a workflow and not a file: several processes need the same answer, and who linked what and when belongs in the
// record. It is one workflow that lives for ever and remembers little: a line per person and surface.
//
// Why the first link stays: a link that somebody else has got hold of must not give an account to another person. To take
// an account back, an operator writes it into the people file, which counts before any link.
package links
