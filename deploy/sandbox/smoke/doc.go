// Package smoke answers one question: does the sandbox behave like a cluster?
// Its tests start the binary and ask it what Orderly will ask it: rollouts that
// succeed and that fail, evictions, quotas, dry runs, metrics, a restart.
//
// Why the tests run the binary instead of the package: linking the control plane
// into a test takes a minute, and what people run is the binary. Run them with
// -trimpath, as build.sh builds, or client-go is compiled once more.
package smoke
