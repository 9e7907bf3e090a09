package contract

import (
	"testing"
	"time"

	"k8s.io/client-go/rest"
)

// Cluster is what the suite is run against.
type Cluster struct {
	Name     string        // as the client calls it
	Config   *rest.Config  // of an administrator
	Patience time.Duration // how long the world may take to become as wanted
}

// cases are the sentences of the contract.
var cases = []struct {
	name string
	run  func(*lab)
}{
	{"status of a healthy deployment", healthy},
	{"a rollout is seen through to its end", rollout},
	{"scale up and down, once each", scaleOnce},
	{"scale refuses when somebody else was there", scaleConflict},
	{"scale goes on while the status moves", scaleDuringRollout},
	{"a dry run keeps nothing", dryRun},
	{"scale moves the bounds of an autoscaler", bounds},
	{"scale refuses over changed bounds", boundsConflict},
	{"scale refuses what the autoscaler would undo", outsideBounds},
	{"a quota refuses a plan", quotaPlan},
	{"a quota has no room for two, though for each", roomInQuota},
	{"the nodes have no room for two, though for each", roomOnNodes},
	{"a quota explains why a deployment is stuck", quotaStuck},
	{"a quota explains why a stateful set is stuck", quotaStuckStateful},
	{"an image that cannot be pulled is explained", brokenImage},
	{"a rollout that is late is explained", lateRollout},
	{"pods that fit on no node are explained", unschedulable},
	{"a paused rollout is explained", paused},
	{"restart once per key", restartOnce},
	{"restart of a stateful set", restartStateful},
	{"evict one instance", evictOne},
	{"a budget keeps an instance up", evictBudget},
	{"evict refuses the instances of others", evictForeign},
	{"deploy another version, once", deployOnce},
	{"a dry run deploys nothing", deployDryRun},
	{"deploy refuses when somebody else was there", deployConflict},
	{"deploy changes one container", deployOneContainer},
	{"deploy of a stateful set", deployStateful},
	{"a canary beside a deployment", canary},
	{"the last instances of a stateful set are its canary, and the rest follows", canaryStateful},
	{"a canary of a stateful set leaves what was", canaryStatefulBack},
	{"a canary aside of a deployment has Services of its own", canaryAside},
	{"a canary stands aside of what leads to its workload, or not at all", canaryNowhere},
	{"Services switch to a canary and back, once each", steerOnce},
	{"Services switch only to a canary that can take it", steerUnready},
	{"a Service that somebody else changed is left alone", steerConflict},
	{"a ConfigMap is edited at once, once", configOnce},
	{"a ConfigMap that somebody else changed is left alone", configConflict},
	{"a ConfigMap remembers its releases", configReleases},
	{"a deleted target is not found", deleted},
	{"history tells of other hands", history},
	{"history of a stateful set", historyStateful},
	{"scale of a stateful set", scaleStateful},
	{"top of a namespace", topNamespace},
	{"top of a node", topNode},
	{"top of a quota", topQuota},
	{"top tells measured use", topMeasured},
	{"services are found by labels", services},
	{"a namespace with what belongs into it, once", namespaceOnce},
	{"a namespace that is half made is finished", namespaceHalf},
	{"a namespace goes with its own change only", namespaceDrop},
	{"a namespace remembers", namespaceRemember},
	{"a quota is changed, and not below what is used", quotaChange},
	{"access is granted, extended and taken back", grant},
	{"access has its bounds", grantBounds},
	{"a node is cordoned and uncordoned, once each", cordonOnce},
	{"a cordon belongs to who made it", cordonOwn},
	{"a drain moves what can move, as budgets allow", drain},
	{"a drain refuses what nobody makes anew", drainLost},
	{"a node goes with its own change only", hostRemoved},
	{"a workload is copied with what it needs, once", copyOnce},
	{"a workload that needs secrets or volumes is not copied", copyRefused},
	{"a stranger is refused", forbidden},
	{"the role is enough", permitted},
}

// Run runs the suite. newCluster is called once per case.
func Run(t *testing.T, newCluster func(t *testing.T) Cluster) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(newLab(t, newCluster(t)))
		})
	}
}
