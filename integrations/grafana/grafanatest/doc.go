// Package grafanatest answers: how does one test against Grafana without one?
//
// A Server is the part of Grafana's HTTP API that is used here, over HTTP and with a memory: dashboards by uid, which it
// counts the versions of, and folders. It asks for the token, refuses a dashboard without a title, with a long uid or tag,
// in a folder that is not there, of a version that is not the one it has, and every path that it does not know.
//
// Why a ledger and faults by call: a test asks which writes had an effect and how often, when Grafana failed before or
// after it.
package grafanatest
