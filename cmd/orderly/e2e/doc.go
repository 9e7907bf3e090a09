// Package e2e answers: does the whole program do what it says, as a process of its own, on real Kubernetes control
// planes, also when it is killed?
//
// The tests have the build tag e2e and need ORDERLY_BIN (the built program) and ORDERLY_SANDBOX_IDC1 and _IDC2 (kubeconfigs
// of two control planes); `make e2e` sets all three.
package e2e
