// Package gitlabtest answers: how does one test against GitLab without one?
//
// A Server is the part of GitLab's REST API that is used here, over HTTP and with a memory: projects with commits,
// branches, tags and files, merge requests that are checked before they may be merged, and pipelines with jobs and
// variables. It asks for a token with the right scope and role, refuses a write of a file that was changed meanwhile, and
// merges line by line. It refuses every path and every parameter that it does not know.
//
// Why a ledger: a test asks which writes had an effect, and how often.
//
// Why faults are queued by call: GitLab may fail before it has done something, or after.
package gitlabtest
