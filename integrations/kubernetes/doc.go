// Package kubernetes answers: what runs on the Kubernetes clusters, how is it scaled, restarted and explained, and how do
// namespaces, access and nodes come and go?
//
// A Client speaks to many clusters, each named by its kubeconfig context, and answers the runtime capabilities of
// package activities for Deployments and StatefulSets. Every error says what was wrong, where, and what to do next.
//
// Why every write names the resourceVersion that was read: between looking and writing somebody else may have changed
// the object; the API server refuses such a write, and the look is repeated. So a wanted state is declared, never a
// difference added, and a repeated call changes nothing.
//
// Why an autoscaler's bounds are written by server-side apply with force: the request holds exactly two fields, so
// exactly those change owner. That nobody changed them since the plan is checked by value and resourceVersion before.
//
// Why quotas are looked at before a write: the API server accepts any number of replicas, and the refusal comes later,
// pod by pod, in a condition that nobody looks at. A plan that cannot work should say so while it is a plan.
//
// Why pods are read only when a workload is not done: a healthy workload of 500 pods is described by three numbers.
//
// Why the Retry-After header of an answer is dropped (see patience.go): client-go would silently sleep and try again;
// the engine does that too, and shows it.
//
// Why the permissions are a table in Go: the ClusterRole is rendered from it, Check asks the cluster about it, and the
// contract suite runs with nothing else, so the three cannot drift apart.
//
// Why what is made carries the annotation orderly.example/change: a repeat finds its own work by it, an undo takes back
// only that, and a namespace, a grant or a cordon of somebody else is never touched.
//
// Why only the ClusterRoles view and edit can be granted: the API server lets a client bind a role only if it has all that
// the role gives or may bind it by name. Two names in the table (Bindable) keep the client as weak as it was.
//
// Why the former releases of a ConfigMap stand in an annotation of it: one write changes both, so that one is never without
// the other, whoever dies; who may read the one may read the other; and nobody has to be given rights on a second object.
// At most 20 are kept, and 128 of the 256 KiB that annotations may take.
//
// Why a ConfigMap has no gray release, and nobody says which pods have received it: all pods of a workload name the same
// ConfigMap; a file of it arrives within a minute or two, and an environment variable only when the pod starts anew. The
// API tells neither.
//
// Why secrets and volumes are not copied into an environment: to copy a secret one must read it, which is more than a bot
// should be able to; and a copy of a disk is a decision about data.
//
// Why a drain is rounds of evictions and no deletion: only the eviction API asks the disruption budgets.
//
// Why one function maps errors (explain): a person should read the same words for the same refusal, whichever call met
// it.
package kubernetes
