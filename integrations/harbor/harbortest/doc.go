// Package harbortest answers: how does one test against Harbor without one?
//
// A Server is the part of Harbor's REST API that is used here, over HTTP and with a memory: projects with labels, images
// with tags, and scans that take a while. It asks for user and password, wants a slash in a repository escaped twice,
// refuses names that are taken or badly written, projects with images in them when they are to be deleted, and every path
// that it does not know.
//
// Why a ledger and faults by call: a test asks which writes had an effect and how often, when Harbor failed before or
// after it.
package harbortest
