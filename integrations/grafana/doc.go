// Package grafana answers: where does one see how a new service does?
//
// A Client speaks the HTTP API of one Grafana with the token of a service account, which needs the role Editor in the
// folders that it makes dashboards in. Every error says what was wrong, where, and what to do next.
//
// Why a dashboard is a copy of another: people make the model in Grafana, where they see it. ${service}, ${product},
// ${subsystem}, ${module} and ${owner} in any text of it are what the new service is; every other ${name} is a variable of
// Grafana and stays, so the model has no variables of these five names.
//
// Why the change that has made a dashboard is one of its tags: the API keeps it with the dashboard in one write, so there is
// no moment in which it is nobody's.
//
// Why a dashboard that was saved again is not deleted: Grafana counts how often a dashboard was saved, and what is not at
// its first version holds the work of somebody. Grafana takes no version with a deletion, so an edit in the moment between
// the look and the deletion is lost with it.
package grafana
