// Package simulated answers: how can Orderly be tried and tested without any cluster?
//
// It is a cloud of a few Kubernetes clusters in memory. Each is an http.RoundTripper below the real client-go, and
// behaves as the API server and the controllers do for what Orderly uses: resourceVersion and generation, dry runs,
// server-side apply and managedFields, rolling updates with their ReplicaSets and revisions, StatefulSets, autoscaler
// bounds, disruption budgets, quotas, limit ranges, cordons and taints, RBAC, and images that cannot be pulled. The suite in package contract runs against
// this and against a real control plane, which is what keeps it honest.
//
// Why a RoundTripper and not client-go's fake clientset: the fake skips what goes wrong in practice. Here requests are
// encoded, answers decoded and errors mapped by the very code that talks to a real cluster; a request can hang until its
// context ends, or take effect and lose its answer. The fake also keeps every request for ever and would add 15 MB to a
// binary that ships the demo.
//
// Why nothing runs in the background: a cluster moves when it is asked. Every request first plays the controllers up to
// the present, event by event at the event's own time. So there is nothing to stop, a test may bring its own clock, and
// a process that was killed finds its rollouts where they would be by now.
//
// Why the state is one file per cluster, replaced by rename after every change: a kill at any moment leaves the world
// before or after the change, never between. Nothing is synced to the disk, because a demo has to survive a kill and
// not a power cut.
//
// Why a ledger beside it: a test that says "no effect happened twice" must not ask the world, in which two equal writes
// look like one. The last line is also kept in the state, so that a kill between the two files cannot lose it.
package simulated
