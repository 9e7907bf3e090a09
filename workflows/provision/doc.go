// Package provision answers: how does somebody get a place to work in, and how does it go again?
//
// namespace.create, quota.change and access.grant are about parts of a cluster; node.cordon, node.uncordon and node.drain
// about its machines; env.* about whole environments, copied from another; topic.create and database.grant about Kafka clusters
// and databases, which the configuration names.
//
// service.create makes a service from a template of the configuration: everything of it, or nothing.
//
// Why a new service gets a namespace of its own in every cluster: its workload is a copy, which has the selector of what it
// was copied from, and the two must not share their instances. It also makes the way back one deletion.
//
// Why the inventory entry is the last part of a service: it names only what is there.
//
// Why a namespace and a node are targets, written namespace.shop-dev@idc1/c1 and node.node-7@idc1/c1: locks, policies and
// searches know targets, and nothing new has to be learned for them.
//
// Why everything that is made names the change that made it, in the cluster: so a repeat finds its own work, an undo takes
// back only that, and nobody's hand-made namespace is ever deleted.
//
// Why access, roles in databases and environments that end are changes that run until then: the end is a durable timer of the same change, so
// that its cancel is the early end, a process that dies loses nothing, and the list of running changes is the list of what
// is granted and borrowed.
//
// Why a policy should not give env.create, access.grant or database.grant a run_expiry: it would be the end of what was lent.
//
// Why the end of an environment stands in the cluster and is looked up every hour: env.extend and env.delete are changes of
// their own, and need not know which change lends it. A look that fails decides nothing.
//
// Why the time of the end is not in the plan of a grant, only how long it lasts: between a plan and its approval time
// passes, and an approval binds to the plan.
package provision
