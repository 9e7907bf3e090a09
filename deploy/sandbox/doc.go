// Command sandbox answers one question: how can Orderly be tried, tested and
// demonstrated against a real Kubernetes cluster on a machine that has no
// cluster, no containers, no root and no network?
//
// It runs etcd, kube-apiserver, kube-controller-manager, kube-scheduler and
// metrics-server, all as shipped, in one process, and lets KWOK play the
// kubelets of a few simulated nodes. Everything a client can see (rollouts,
// quotas, evictions, admission, RBAC, server-side apply, autoscaling) is the
// real code; only the containers are pretended.
//
// Why one process: a control plane of five binaries needs downloads, five
// logs and a supervisor. One binary is started, waited for and stopped like
// any other test fixture, and several run side by side.
//
// Why a nested module: k8s.io/kubernetes drags in several hundred packages and
// a replace for every staging repository. The bot needs none of that, so its
// go.mod does not mention it.
//
// Why KWOK's own stages, decoded and adjusted, instead of copies: what a node
// or a pod looks like when it becomes ready is upstream's knowledge. The
// sandbox adds a delay, so that a rollout can be watched, and one stage of its
// own, so that a rollout can fail (see stages.go).
//
// Why listeners are opened here and handed on: a port that is looked up, closed
// and opened again may be taken in between, and tests start several sandboxes
// at once. Only KWOK takes an address instead of a listener.
//
// Why os.Args is replaced: client-go derives the field manager of every write
// from os.Args[0], and tools that read managedFields expect to find
// kube-controller-manager there. KWOK, in turn, takes its configuration file
// from os.Args and from nowhere else.
//
// Why KWOK is never told to stop: it answers the end of its context with
// os.Exit(1), which would cut off the orderly end of everything else. It dies
// with the process.
//
// Why etcd does not fsync: the data of a sandbox is worth less than the seconds
// that fsync costs on a laptop's disk. A second start with the same -dir finds
// it after a clean stop or a kill, though not after a power cut.
package main
