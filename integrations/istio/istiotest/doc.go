// Package istiotest answers: how can routes be divided in a test without a cluster that has Istio?
//
// A Server is the API server of a cluster with the two kinds of objects that matter, over real HTTP, below the real client.
// It keeps them as JSON, refuses what the real one refuses, has a ledger of every effective write, and can fail in five ways.
//
// Why it keeps JSON and not Istio's types: fields that the types do not know have to come back as they were.
package istiotest
