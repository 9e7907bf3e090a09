// Package gitlab answers: which version was built, does its check pass, and how does a version get to where Git says what
// runs?
//
// A Client speaks the REST API of one GitLab through its official client, with one token. Every error says what was wrong,
// where, and what to do next.
//
// Why a pipeline is looked for by a variable before it is started: GitLab knows no idempotency key, and a second run of
// the same check may load a system twice. What two attempts have started nevertheless is found afterwards, and the later
// one is cancelled.
//
// Why a line of a file is changed and not the document: people keep comments and an order in such files, and a review is
// of one line.
//
// Why a merge request even where nobody has to agree: who looks for the reason of a change finds it where all others are,
// and a project may begin to demand approvals without anything changing here.
//
// Why a merge request that has fallen behind is made anew from the present branch: two services in one file change lines
// next to each other. It is only done while the field is still as the plan saw it.
//
// Why the branch is named by the change and by the wanted image: a repeat finds its own branch again, and the way back
// finds the merge request that has not been merged yet, which it closes.
//
// Why a new project names its change in its description: the description comes with the project in one call, so that a
// lost answer leaves no doubt whose it is. It is deleted again only while every commit in it is that of the change.
//
// Why an entry of the inventory is put in as text and the file is read again afterwards: people keep comments there, and
// everything but the one entry has to mean what it meant.
package gitlab
