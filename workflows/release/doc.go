// Package release answers: how does a version reach every place where a service runs, and come back when it is bad?
//
// A release goes in waves, by the service's strategy in the inventory: one environment after the other, a few instances
// first (the canary), then cluster by cluster. Each wave is watched (it bakes) while its gates are measured.
//
// Why a failed gate takes everything back and not only its wave: two versions in production is a state that somebody has
// to remember. Who wants it so pauses the release instead.
//
// Why no value is not a pass: a dashboard without data looks like a quiet service. An empty answer or NaN may come while a
// wave bakes, and fails the gate at its end.
//
// Why a freeze stops a release between waves and not inside of one: a wave that is half out is worse than either end.
//
// Why the plan does not say how many instances are replaced: an autoscaler moves that number, and approvals bind to the plan.
//
// Why a canary with a share of the traffic stands aside, out of what leads to the workload: only so does it get that share
// and not one more request, and only so can it be taken away by giving the traffic back, in one write.
//
// Why each share of the traffic is a wave: one may pause, promote and abort between them, and a freeze stops there.
//
// Why such a canary stands until the workload itself is out: nobody is led back to the old version in between, and at no
// time is there less to serve than before. Then the traffic goes back, and the canary ends after the last requests have.
//
// Why the traffic goes back before a canary goes, and a canary whose traffic does not go back stays: it serves people.
//
// Why a Rollout of Argo keeps its own steps: who has written them knows why. A pause of its that waits for a person is a bake of
// the wave, with its gates, and then it is promoted; a way back is promoted to the end.
//
// Why an outside deployer is asked for its way back even if the cluster shows the former version: a run that was stopped may
// have come anywhere. And why its questions are answered with yes on the way back: who takes back has said so.
//
// Why a train that stops is taken back as a whole, the last first: its services were put on one train because they belong
// together, and an abort has to leave the traffic where it was. What had not begun never begins; what runs takes itself
// back; what is out goes back after all that needed it. Who wants to keep a part of it pauses, or releases one by one.
//
// Why each service of a train has a history of its own: fifty services with gates would make one history of many thousands
// of events, and a train has to be as quick as its slowest chain, whatever else is on it.
//
// Why promote goes first to the services that wait for a person: one answer must not cut short the watching of others.
package release
