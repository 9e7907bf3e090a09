// Package contract answers: does a cluster behave towards the Kubernetes client as the client believes?
//
// Run is one suite of cases. It is run against the simulated cloud, in every test run, and against a real control plane
// under the build tag e2e. A case that passes on one and fails on the other means that the demo lies.
//
// Why the suite arranges the world with one client and tests another: the client under test acts as a user who has
// nothing but the ClusterRole that kubernetes.ClusterRole renders, so every case also proves that the role is enough.
//
// Why each case has its own namespace: the cases run side by side, and a failed one leaves nothing to the next.
package contract
