// Package demo answers: what is there to play with before any real cluster is connected?
//
// It holds an invented company: the services in inventory.yaml and, in world.yaml, what runs of them in the simulated
// cloud. Among them are an autoscaler (shop.search.api), a disruption budget (shop.order.api), a quota that is nearly
// used up (pay-prod in idc1) and a release whose image does not exist (push.send.worker in test).
//
// Why two files: the inventory is what a company would write for itself and serves as an example of it; the world is
// what a cluster would know.
package demo
