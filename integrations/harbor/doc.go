// Package harbor answers: which image does a tag mean, what is wrong with it, and where does a new service push its own?
//
// A Client speaks the REST API (v2.0) of one Harbor with the name and secret of a user or a robot account. Every error says
// what was wrong, where, and what to do next.
//
// Why the project of a change is marked with a label inside it: Harbor keeps no free text about a project. The label comes a
// moment after the project, so one without a label is taken for the change's own only if it is empty and was made since the
// change began; and whatever happens, only an empty project is ever deleted.
//
// Why a scan that says "Success" without counts is no result: what a scanner does not say is not known to be good.
//
// Why a tag is asked for at the same host that its images are pulled from: another registry may have the same name.
package harbor
