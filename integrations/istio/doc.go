// Package istio answers: how is the traffic of a service divided between its instances and a canary, in a mesh of Istio?
//
// A Client speaks to the clusters that the Kubernetes integration knows. Steer gives the canary, which is reached under the
// Service's name and "-canary", a percentage of the requests and those with a header: in every VirtualService of the
// namespace that routes HTTP to the Service, each such route gets a second destination with a weight, and the same route
// with one more match before it. Where there is no VirtualService, one is made.
//
// Why the canary is a host of its own and not a subset: a subset can only name labels that its pods have. That of the old
// version would have to name its template hash, and would be empty after a restart by hand.
//
// Why a VirtualService is rewritten as the JSON that it is, below the typed client: the types of one version of Istio do
// not know the fields of the next, and would drop them. What was there is kept in an annotation and comes back exactly.
//
// Why a route that several destinations share already is refused: somebody else is dividing that traffic.
//
// Why a DestinationRule of the Service is copied for the canary: without it the canary would be spoken to without its
// connection limits, its retries and its TLS. What it says about subsets does not count for the canary.
package istio
