// Package config answers: which people and which policy does `orderly dev` know when it is given none?
//
// Why the example files are embedded: the demo must start on a bare machine, and an example that is run every day cannot
// go stale.
package config

import _ "embed"

// People is the example's people file.
//
//go:embed people.yaml
var People []byte

// Policy is the example's policy file.
//
//go:embed policy.yaml
var Policy []byte
