// Package argotest answers: how does a Rollout of Argo move when no controller of Argo runs?
//
// Move does one move of the controller on the JSON of a Rollout: weights, pauses, promote, promote to the end, the way back to
// the stable version, and giving up. A Server is an API server with Rollouts over real HTTP, which moves them each time one is
// read, and can fail in five ways; a test with a real API server calls Move itself.
//
// Why it lives beside the simulated cloud and not in it: that keeps objects of Kubernetes' own types, which a Rollout is not.
package argotest
