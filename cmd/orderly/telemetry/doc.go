// Package telemetry answers: how do operators see what the program does?
//
// Logs are slog, metrics are Prometheus at /metrics, traces are OpenTelemetry through Temporal's own interceptor.
//
// Why the SDK's metrics go through a small handler of ours: the program already has a Prometheus registry, and one label
// set for all of them keeps every series valid whatever tags the SDK adds.
//
// Why step latencies are measured in an interceptor: it sees every activity, local ones too, and no step has to know.
package telemetry
